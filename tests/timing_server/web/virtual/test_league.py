"""Virtual races as everybody may see them: who leads, what waits and runs, what is sealed."""

import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.timing_server.web.live_server import PATIENCE_S, Organiser
from tests.timing_server.web.virtual.league import (
    Guests,
    LeagueDriver,
    ScriptedWorker,
    enter,
    library_model,
    times,
    virtual_stage,
)


@pytest.fixture(scope="module")
def otter(guests: Guests) -> LeagueDriver:
    return guests.driver("Apex Otter")


@pytest.fixture(scope="module")
def heron(guests: Guests) -> LeagueDriver:
    return guests.driver("Torque Heron")


def submit(driver: LeagueDriver, plan: dict[str, Any], entry_id: str, model: str) -> None:
    body = {"entry_id": entry_id, "model_sha256": model}
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    assert driver.http.post(path, json=body).status_code == 201


def ask(organiser: Organiser, path: str, **headers: str) -> httpx2.Response:
    """Ask as somebody who isn't signed in."""
    return httpx2.get(f"{organiser.url}{path}", headers=headers)


def public(organiser: Organiser, path: str) -> Any:
    """Return what everybody may read."""
    answer = ask(organiser, path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stage_of(
    organiser: Organiser, plan: dict[str, Any], is_so: Callable[[Any], bool] = lambda _: True
) -> Any:
    """Return what everybody sees of the stage once it is so: the page is made now and then."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for league in public(organiser, "/virtual")["leagues"]:
            if league["event_id"] == plan["event_id"] and is_so(league["stages"][0]):
                (shown,) = league["stages"]
                return shown
        time.sleep(0.05)
    raise AssertionError("Nobody ever saw it.")


def test_everybody_sees_who_leads_and_what_is_driven(
    organiser: Organiser, otter: LeagueDriver, heron: LeagueDriver, worker: ScriptedWorker
) -> None:
    """It should rank by the format, name the lap to look at, and count what waits and runs."""
    plan = virtual_stage(organiser, prizes="A cup")
    entries = [enter(organiser, plan, each) for each in (otter, heron)]
    first = otter.bring(library_model(), "steady.onnx")
    second = heron.bring(library_model("fast"), "quick.onnx")
    submit(otter, plan, entries[0], first)
    submit(heron, plan, entries[1], second)
    assert worker.hand_in(worker.claim(), 1, 11, 20.5, 31).status_code == 201
    job = worker.claim()
    worker.renew(job, laps_done=2)
    shown = stage_of(organiser, plan, lambda stage: stage["running"] != [])
    (row,) = shown["standings"]
    assert (row["name"], row["model"], row["value_us"]) == ("Apex Otter", "steady", 9_500_000)
    assert (row["lap"], row["is_ranked"], row["gap_us"]) == (2, True, 0)
    assert shown["best"]["heat_id"] == row["heat_id"] is not None
    assert shown["running"] == [
        {
            "stage_id": plan["stage_id"],
            "number": 2,
            "name": "Torque Heron",
            "laps_done": 2,
            "laps": 3,
            "is_shown": False,
        }
    ]
    assert (shown["waiting"], shown["stage"]["prizes"]) == (0, "A cup")
    assert worker.hand_in(job, 1, 10, 19).status_code == 201
    shown = stage_of(organiser, plan, lambda stage: stage["running"] == [])
    assert [each["name"] for each in shown["standings"]] == ["Torque Heron", "Apex Otter"]
    assert shown["standings"][1]["gap_us"] == 500_000


def test_a_sealed_track_stays_sealed(organiser: Organiser) -> None:
    """It should show the seal alone, and no drawing, until the stage opens."""
    plan = virtual_stage(organiser, is_sealed=True, **times(1, 2))
    shown = stage_of(organiser, plan)
    assert (shown["stage"]["track"], shown["stage"]["phase"]) == (None, "before")
    assert len(shown["stage"]["track_seal"]) == 64
    path = f"{plan['path']}/stages/{plan['stage_id']}/virtual/track"
    assert ask(organiser, path).status_code == 404
    organiser.http.put(
        f"{plan['path']}/stages/{plan['stage_id']}/virtual", json={"laps": 3, **times(-1, 2)}
    ).raise_for_status()
    shown = stage_of(organiser, plan, lambda stage: stage["stage"]["phase"] == "open")
    assert shown["stage"]["track"] == "oval"
    assert public(organiser, path)["length_m"] > 1


def test_a_sealed_track_of_a_closed_event_keeps_nobody_away(organiser: Organiser) -> None:
    """It should stay sealed though its time has come, and show all other races."""
    plan = virtual_stage(organiser, is_sealed=True, **times(1 / 3600, 2))
    organiser.post(f"{plan['path']}/open")
    organiser.post(f"{plan['path']}/close")
    shown = stage_of(organiser, plan, lambda stage: stage["stage"]["phase"] == "open")
    assert shown["stage"]["track"] is None


def test_a_track_is_drawn_as_it_was_raced(organiser: Organiser) -> None:
    """It should draw the venue's own track of that time, whatever was made of it since."""
    points = [[0, 0], [4, 0], [4, 3], [0, 3]]
    drawn = {"name": "Hall", "points": points, "width_m": 0.6}
    track_id = "ab" * 16
    organiser.http.put(f"/tracks/{track_id}", json=drawn).raise_for_status()
    plan = virtual_stage(organiser, track_id=track_id)
    path = f"{plan['path']}/stages/{plan['stage_id']}/virtual/track"
    answer = ask(organiser, path)
    organiser.http.delete(f"/tracks/{track_id}").raise_for_status()
    assert public(organiser, path) == answer.json()
    again = ask(organiser, path, **{"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_an_event_of_real_cars_is_no_league(organiser: Organiser) -> None:
    """It should leave out events without a virtual stage, and those long over."""
    event_id = organiser.post("/events", {"name": "Hall race"})["event_id"]
    old = virtual_stage(organiser, **times(-2000, -1000))
    stage_of(organiser, virtual_stage(organiser))
    shown = [each["event_id"] for each in public(organiser, "/virtual")["leagues"]]
    assert event_id not in shown
    assert old["event_id"] not in shown
