"""Whether a model may be trained now, asked of a real server while a heat comes and goes."""

from tests.timing_server.web.live_server import Organiser


def test_there_is_room_until_a_heat_is_called(organiser: Organiser) -> None:
    """It should be free, then tell the heat from its call to its end, then be free again."""
    plan = organiser.plan()
    path = "/workshop/room"
    assert organiser.get(path) == {
        "is_free": True,
        "reason": None,
        "heat_number": None,
        "is_wanted": False,
    }
    heat_id = organiser.post(f"{plan['path']}/next")["heat_id"]
    seen = [organiser.get(path)]
    for verb in ("arm", "start", "pause"):
        organiser.post(f"{plan['path']}/heats/{heat_id}/{verb}")
        seen.append(organiser.get(path))
    assert [each["reason"] for each in seen] == [
        "heat_called",
        "heat_armed",
        "heat_running",
        "heat_paused",
    ]
    assert {each["heat_number"] for each in seen} == {1}
    assert not any(each["is_free"] for each in seen)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    assert organiser.get(path)["is_free"]


def test_a_stranger_may_ask(organiser: Organiser) -> None:
    """It should answer whoever asks: a training in a terminal has no session."""
    assert organiser.http.get("/workshop/room", headers={"Authorization": ""}).status_code == 200
