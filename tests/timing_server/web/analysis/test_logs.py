"""Logs that drivers bring, over the interface."""

from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from tests.timing_server.service.training_logs.logs import driven_log
from tests.timing_server.web.fleet.driven import browser
from tests.timing_server.web.live_server import Organiser


@pytest.fixture(scope="module")
def drivers(organiser: Organiser) -> Iterator[tuple[httpx2.Client, httpx2.Client, str]]:
    """Two drivers with their phones, and the id of the first."""
    names = ("Bolt Lightfoot", "Clutch Hazard")
    ids = [organiser.post("/drivers", {"name": name})["driver_id"] for name in names]
    with closing(browser(organiser, ids[0])) as one, closing(browser(organiser, ids[1])) as other:
        yield one, other, ids[0]


def test_a_log_is_brought_and_looked_at(
    drivers: tuple[httpx2.Client, httpx2.Client, str], organiser: Organiser
) -> None:
    """It should be analysed as a run is, by who brought it and by nobody else."""
    mine, other, _ = drivers
    answer = mine.post("/training-logs?name=wild.csv", content=driven_log())
    assert answer.status_code == 201
    log = answer.json()
    assert (log["name"], log["episodes"]) == ("wild", 4)
    assert mine.get("/training-logs").json() == [log]
    path = f"/training-logs/{log['log_id']}"
    told = mine.get(f"{path}/analysis").json()
    assert (told["steering_unit"], told["has_positions"]) == ("deg", True)
    assert told["ideal_us"] <= told["best_us"]
    best, other_lap = told["best_lap"], next(n for n in (1, 2, 3) if n != told["best_lap"])
    curves = mine.get(f"{path}/laps/{best}/curves").json()
    assert (curves["basis"], curves["duration_us"]) == ("distance", told["best_us"])
    asked = {"other_lap": best, "other_log": log["log_id"]}
    delta = mine.get(f"{path}/laps/{other_lap}/delta", params=asked).json()
    slower = told["laps"][other_lap]["duration_us"] - told["best_us"]
    assert (delta["delta_us"][0], delta["delta_us"][-1]) == (0, slower)
    head = mine.get(f"{path}/decisions.csv").text.splitlines()[0]
    assert "steering_deg,throttle_mps" in head
    for stranger in (other, organiser.http):
        assert stranger.get("/training-logs").json() == []
        assert stranger.get(f"{path}/analysis").json()["code"] == "unknown_log"
        assert stranger.get(f"{path}/laps/1/curves").json()["code"] == "unknown_log"
        assert stranger.get(f"{path}/decisions.csv").json()["code"] == "unknown_log"
        assert stranger.delete(path).json()["code"] == "unknown_log"
    assert mine.delete(path).status_code == 204
    assert mine.get("/training-logs").json() == []


def test_what_is_no_log_is_refused(drivers: tuple[httpx2.Client, httpx2.Client, str]) -> None:
    """It should say in a sentence what is wrong with it."""
    mine, _, _ = drivers
    refused = mine.post("/training-logs", content=b"a,b\n1,2\n")
    assert (refused.status_code, refused.json()["code"]) == (422, "log_unreadable")
    assert "no column 'episode'" in refused.json()["detail"]
    large = mine.post("/training-logs", content=b"0" * (8 * 2**20 + 1))
    assert large.status_code == 413
    assert mine.get("/training-logs").json() == []


def test_who_is_forgotten_leaves_no_log(
    drivers: tuple[httpx2.Client, httpx2.Client, str], organiser: Organiser
) -> None:
    """It should delete a person's logs with the person."""
    mine, _, driver_id = drivers
    log_id = mine.post("/training-logs", content=driven_log()).json()["log_id"]
    organiser.post(f"/drivers/{driver_id}/forget")
    again = browser(organiser, organiser.post("/drivers", {"name": "Mina Apex"})["driver_id"])
    assert again.get(f"/training-logs/{log_id}/analysis").json()["code"] == "unknown_log"
    again.close()
