"""Two organisers at once, the same command twice, commands that come too late: one outcome each."""

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.timing_server.web.live_server import Organiser

AT_ONCE = 8


@pytest.fixture
def other(organiser: Organiser, folder: Path) -> Iterator[Organiser]:
    """A second organiser with a token of their own."""
    client = Organiser(organiser.url, folder)
    token = organiser.token("organiser", "second-desk")
    client.http.headers["Authorization"] = f"Bearer {token}"
    yield client
    client.close()


def at_once(*asks: Callable[[], httpx2.Response]) -> list[httpx2.Response]:
    """Send all at the same moment, each from a thread of its own; answers in the order given."""
    gate = threading.Barrier(len(asks))
    answers: dict[int, httpx2.Response] = {}

    def ask(at: int) -> None:
        gate.wait()
        answers[at] = asks[at]()

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(asks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[at] for at in range(len(asks))]


def fact_types(organiser: Organiser, path: str) -> list[str]:
    """Return the types of the event's facts, in order."""
    return [line["fact"]["type"] for line in organiser.get(f"{path}/log?limit=1000")["facts"]]


def codes(answers: list[httpx2.Response]) -> list[str]:
    """Return the refusals' codes, sorted."""
    return sorted(each.json()["code"] for each in answers if not each.is_success)


def test_of_conflicting_commands_one_is_done(organiser: Organiser, other: Organiser) -> None:
    """It should call one heat and start it once, whoever asks how often, and refuse the rest."""
    plan = organiser.plan(drivers=3)
    path = plan["path"]
    desks = (organiser, other)
    called = at_once(
        *(lambda desk=desk: desk.http.post(f"{path}/next", json={}) for desk in desks * AT_ONCE)
    )
    assert sum(each.is_success for each in called) == 1
    assert set(codes(called)) == {"heat_called"}
    heat_id = next(each.json()["heat_id"] for each in called if each.is_success)
    start, stop = f"{path}/heats/{heat_id}/start", f"{path}/heats/{heat_id}/stop"
    started = at_once(
        lambda: organiser.http.post(start, json={}), lambda: other.http.post(start, json={})
    )
    assert sorted(each.status_code for each in started) == [200, 409]
    stopped = at_once(
        lambda: organiser.http.post(stop, json={}), lambda: other.http.post(stop, json={})
    )
    assert sorted(each.status_code for each in stopped) == [200, 409]
    types = fact_types(organiser, path)
    assert [types.count(each) for each in ("HeatCalled", "HeatStarted", "HeatFinished")] == [1] * 3


def test_numbers_are_given_once(organiser: Organiser, other: Organiser) -> None:
    """It should give each of many entries that come at once a number of its own."""
    plan = organiser.plan()
    path = f"{plan['path']}/entries"
    ids = [
        organiser.post("/drivers", {"name": f"Nitro {at}"})["driver_id"] for at in range(AT_ONCE)
    ]
    desks = (organiser, other)
    entered = at_once(
        *(
            lambda desk=desks[at % 2], body={"driver_ids": [ids[at]]}: desk.http.post(
                path, json=body
            )
            for at in range(AT_ONCE)
        )
    )
    assert all(each.is_success for each in entered)
    numbers = [each["number"] for each in organiser.get(path)]
    assert sorted(numbers) == list(range(1, AT_ONCE + 2))
    wanted = at_once(
        *(
            lambda desk=desk, body={"driver_ids": [ids[0]], "number": 77}: desk.http.post(
                path, json=body
            )
            for desk in desks
        )
    )
    assert sorted(each.status_code for each in wanted) == [201, 409]


def test_the_same_ruling_sent_many_times_at_once_is_made_once(organiser: Organiser) -> None:
    """It should answer every repeat of a retry key with the first outcome, and add one pass."""
    plan = organiser.plan()
    heat_id = organiser.start_next(plan)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    url = f"{plan['path']}/heats/{heat_id}/passes"
    body = {"reason": "seen"}
    answers = at_once(
        *(lambda: organiser.http.post(url, json=body, headers=key) for _ in range(AT_ONCE))
    )
    assert {each.status_code for each in answers} == {answers[0].status_code}
    assert len({each.json()["ruling_id"] for each in answers}) == 1
    assert fact_types(organiser, plan["path"]).count("PassInserted") == 1
    other_body: Any = {"reason": "another"}
    reused = organiser.http.post(url, json=other_body, headers=key)
    assert reused.json()["code"] == "idempotency_key_reused"


def test_commands_to_a_finished_heat_are_refused_and_change_nothing(organiser: Organiser) -> None:
    """It should say of each that the heat is over, and keep the log as it was."""
    plan = organiser.plan()
    heat_id = organiser.start_next(plan)
    path = f"{plan['path']}/heats/{heat_id}"
    organiser.post(f"{path}/stop")
    before = fact_types(organiser, plan["path"])
    entry = {"entry_id": plan["entries"][0]}
    for command, body in (
        *((name, {}) for name in ("arm", "start", "stop", "pause", "resume", "continue")),
        ("flag", {"flag": "yellow"}),
        ("send-out", entry),
        ("equip", {**entry, "car_id": "nobody"}),
    ):
        answer = organiser.http.post(f"{path}/{command}", json=body)
        assert answer.status_code in {404, 409}, (command, answer.text)
    assert organiser.http.request("DELETE", path).status_code == 409
    assert fact_types(organiser, plan["path"]) == before


def test_a_forgotten_driver_keeps_place_and_laps(organiser: Organiser) -> None:
    """It should forget the name and change no figure of the results."""
    plan = organiser.plan()
    heat_id = organiser.start_next(plan)
    credit = {"entry_id": plan["entries"][0], "duration_us": 8_123_456, "reason": "by video"}
    organiser.post(f"{plan['path']}/heats/{heat_id}/credits", credit)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    (before,) = organiser.get(f"{plan['path']}/standings")["standings"]
    driver_id = organiser.get(f"{plan['path']}/entries")[0]["driver_ids"][0]
    organiser.post(f"/drivers/{driver_id}/forget")
    (after,) = organiser.get(f"{plan['path']}/standings")["standings"]
    assert after["driver"] != before["driver"]
    assert after | {"driver": ""} == before | {"driver": ""}
    assert before["driver"] not in organiser.http.get(f"{plan['path']}/log?limit=1000").text
