"""A real car's laps where a tracker saw it: a way on the map, over the interface."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.timing_server.service.records.test_course import at, track
from tests.timing_server.web.fleet.driven import LAPS_MS, Driven, driven_heat
from tests.timing_server.web.live_server import Organiser, Screen
from timing_server.rules.units import NS_PER_MS

PERIOD_MS = 10
#: How the tracker's clock lies to the race clock.
OFFSET_NS = 5_000_000_000_000


@pytest.fixture(scope="module")
def tracked(organiser: Organiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A heat of the red car that a tracker watched going round."""
    headers = {"Authorization": f"Bearer {organiser.token('tracker', 'eye')}"}
    body = track().model_dump(mode="json")
    assert organiser.http.put("/venue/track", json=body, headers=headers).is_success
    folder = tmp_path_factory.mktemp("car")
    with watched(organiser, headers, folder) as found:
        found.handover.work()
        yield found


def watched(
    organiser: Organiser, headers: dict[str, str], folder: Path
) -> AbstractContextManager[Driven]:
    """Drive as ``driven_heat`` does, with a tracker's reports before the heat is over."""

    def send(mono_ns: int, *cars: dict[str, Any]) -> None:
        body = {"mono_ns": mono_ns, "cars": cars}
        assert organiser.http.post("/venue/positions", json=body, headers=headers).is_success

    def report(begin_race_ns: int) -> None:
        # No tracker tells what has not happened yet.
        while organiser.get("/clock")["race_ns"] < begin_race_ns + sum(LAPS_MS) * NS_PER_MS:
            time.sleep(0.02)
        for lap, lap_ms in enumerate(LAPS_MS):
            for at_ms in range(0, lap_ms, PERIOD_MS):
                share = at_ms / lap_ms
                x_m, y_m = at(share)
                car = {"car_id": "red", "x_m": x_m, "y_m": y_m, "heading_rad": 0.0}
                car |= {"speed_mps": 3.0, "is_off_track": lap == 1 and 0.3 < share < 0.7}
                race_ns = begin_race_ns + (sum(LAPS_MS[:lap]) + at_ms) * NS_PER_MS
                send(race_ns + OFFSET_NS, car)
        # Those came late, on a slow machine very late; what comes at once joins the clocks.
        for _ in range(20):
            send(organiser.get("/clock")["race_ns"] + OFFSET_NS)

    return driven_heat(organiser, folder, while_driving=report)


def test_a_tracked_lap_has_a_way(tracked: Driven) -> None:
    """It should tell where the car was, by the course, with the map below."""
    path = f"{tracked.plan['path']}/heats/{tracked.heat_id}/runs/{tracked.plan['entries'][0]}"
    told = tracked.driver.get(f"{path}/analysis").json()
    assert told["has_positions"]
    assert told["track"]["name"] == "ring"
    assert not told["has_real_gates"]
    curves = tracked.driver.get(f"{path}/laps/2/curves").json()
    assert curves["basis"] == "distance"
    assert None not in curves["x_m"]
    assert curves["place"] == sorted(curves["place"])
    assert set(curves["speed_mps"]) == {3.0}
    [left] = curves["exits"]
    assert left["x_m"] is not None
    delta = tracked.driver.get(
        f"{path}/laps/1/delta",
        params={
            "other_lap": 2,
            "other_event": tracked.plan["event_id"],
            "other_heat": tracked.heat_id,
            "other_entry": tracked.plan["entries"][0],
        },
    ).json()
    assert (delta["basis"], delta["delta_us"][-1]) == ("distance", 50_000)


def test_a_lap_drives_along_on_boards(tracked: Driven, organiser: Organiser) -> None:
    """It should be chosen by the crew alone, told to every screen, and taken away again."""
    assert httpx2.get(f"{organiser.url}/venue/ghost").json() == {"lap": None}
    choice = {"event_id": tracked.plan["event_id"], "heat_id": tracked.heat_id, "lap": 2}
    choice |= {"entry_id": tracked.plan["entries"][0]}
    assert tracked.driver.put("/venue/ghost", json=choice).json()["code"] == "forbidden"
    answer = organiser.http.put("/venue/ghost", json=choice)
    assert answer.is_success, answer.text
    lap = httpx2.get(f"{organiser.url}/venue/ghost").json()["lap"]
    assert (lap["number"], lap["duration_us"], lap["heat_number"]) == (2, 250_000, 1)
    assert len(lap["at_us"]) == len(lap["x_m"]) == len(lap["heading_rad"]) == 5
    screen = Screen(organiser.url, tracked.plan["event_id"])
    ((_, _, told),) = screen.wait_for(1, "ghost")
    assert told["lap"]["number"] == 2
    screen.close()
    unknown = organiser.http.put("/venue/ghost", json=choice | {"lap": 9})
    assert unknown.json()["code"] == "unknown_lap"
    assert organiser.http.delete("/venue/ghost").status_code == 204
    assert httpx2.get(f"{organiser.url}/venue/ghost").json() == {"lap": None}


def test_a_lap_that_nobody_saw_is_no_ghost(
    organiser: Organiser, tracked: Driven, tmp_path: Path
) -> None:
    """It should be refused in a sentence, not driven along a line that was made up."""
    with driven_heat(organiser, tmp_path) as unseen:
        unseen.handover.work()
        choice = {"event_id": unseen.plan["event_id"], "heat_id": unseen.heat_id, "lap": 1}
        choice |= {"entry_id": unseen.plan["entries"][0]}
        refused = organiser.http.put("/venue/ghost", json=choice)
        assert (refused.status_code, refused.json()["code"]) == (409, "ghost_unplaced")


def test_nothing_is_kept_without_a_heat(
    organiser: Organiser, folder: Path, tracked: Driven
) -> None:
    """It should note what is seen of a heat and nothing before or after."""
    headers = {"Authorization": f"Bearer {organiser.token('tracker', 'eye')}"}
    files = {path: path.stat().st_size for path in (folder / "positions").rglob("*.jsonl")}
    assert [path.stem for path in files] == [tracked.heat_id]
    body = {"mono_ns": 1, "cars": []}
    for _ in range(30):
        assert organiser.http.post("/venue/positions", json=body, headers=headers).is_success
    assert {path: path.stat().st_size for path in files} == files
