"""Stories over HTTP, of a race that is driven through a node's journal."""

from tests.timing_server.web.live_server import Node, Organiser

_MS = 1_000_000


def test_stories_follow_the_facts(organiser: Organiser) -> None:
    """It should tell of a lap once it is driven, and no more once a marshal struck it."""
    plan = organiser.plan(window_s=60, dead_time_s=0.5)
    path = f"{plan['path']}/stories"
    assert organiser.get(path)["stories"] == []
    node = Node(organiser)
    node.send(node.clock())
    heat_id = organiser.start_next(plan)
    began_ns = node.now_mono_ns()
    passes = [node.passing(began_ns + at_ms * _MS) for at_ms in (0, 9_200, 18_000)]
    node.send(*passes)
    told = organiser.get(path)
    codes = [each["code"] for each in told["stories"]]
    assert codes == ["best_of_day", "first_under"]
    best, under = told["stories"]
    assert (best["by_us"], best["heat_number"]) == (400_000, 1)
    assert under["seconds"] == 9
    sheet = organiser.get(f"{plan['path']}/heats/{heat_id}/sheet")
    ref = sheet["runs"][0]["laps"][1]["pass_ref"]
    organiser.post(f"{plan['path']}/laps/{ref}/void", {"reason": "cut"})
    after = organiser.get(path)
    assert after["seq"] > told["seq"]
    assert after["stories"] == []


def test_no_such_event(organiser: Organiser) -> None:
    """It should say that there is no such event."""
    assert organiser.http.get("/api/v1/events/none/stories").status_code == 404
