"""A car's record over the interface: handed over by the car's own code, played, downloaded."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.timing_server.web.fleet.driven import Driven, driven_heat, picture
from tests.timing_server.web.live_server import Organiser

MODEL = "ab" * 32


@pytest.fixture(scope="module")
def driven(organiser: Organiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    with driven_heat(organiser, tmp_path_factory.mktemp("car")) as found:
        yield found


@pytest.fixture
def handed_over(driven: Driven) -> Driven:
    driven.handover.work()
    return driven


def test_the_car_hands_its_record_over_in_pieces(
    driven: Driven, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should go on after a broken link where it was, and mark the record once it is whole."""
    monkeypatch.setattr("car_agent.blackbox.handover.PIECE_BYTES", 4096)
    left = iter([True] * 4 + [False] * 100)
    driven.handover._is_free = lambda: next(left)
    driven.handover.work()
    half = folder / "records" / driven.plan["event_id"] / f"{driven.record_id}.part"
    assert 0 < half.stat().st_size < len(driven.record)
    assert not driven.shelf.records()[0].is_fetched
    driven.handover._is_free = lambda: True
    driven.handover.work()
    assert driven.shelf.records()[0].is_fetched
    kept = half.with_suffix(".mcap")
    assert kept.read_bytes() == driven.record


def test_a_lap_is_played_by_the_lines_clock(handed_over: Driven) -> None:
    """It should cut the second lap out of the record, each picture at its place in it."""
    listed = handed_over.driver.get(handed_over.replay).json()
    [run] = listed["runs"]
    assert [lap["duration_us"] for lap in run["laps"]] == [300_000, 250_000]
    assert [each["record_id"] for each in run["records"]] == [handed_over.record_id]
    trace = handed_over.driver.get(handed_over.lap(2)).json()
    assert (trace["lap"], trace["duration_us"]) == (2, 250_000)
    assert trace["bound_us"] >= 2_000
    assert not trace["is_cut"]
    # The record begins one picture before the first crossing; the second lap 300 ms behind that.
    assert [(each["index"], each["at_us"]) for each in trace["pictures"]] == [
        (7 + place, place * 50_000) for place in range(6)
    ]
    step = trace["steps"][0]
    assert (step["at_us"], step["latency_us"], step["age_us"]) == (9_000, 11_000, 9_000)
    assert step["probabilities"] == [0.25, 0.75]
    assert len(trace["actions"]) == 2
    path = f"{handed_over.plan['path']}/records/{handed_over.record_id}/pictures/7"
    shown = handed_over.stranger.get(path)
    assert shown.content == picture(7)
    assert "immutable" in shown.headers["cache-control"]
    whole = handed_over.driver.get(handed_over.lap(0)).json()
    assert (len(whole["pictures"]), whole["bound_us"]) == (20, None)
    assert handed_over.driver.get(handed_over.lap(9)).json()["code"] == "unknown_lap"


def test_a_record_is_for_who_drove_it(handed_over: Driven) -> None:
    """It should give the file to its driver and to organisers, laps to every driver."""
    path = f"{handed_over.plan['path']}/records/{handed_over.record_id}"
    assert handed_over.driver.get(path).content == handed_over.record
    assert handed_over.organiser.http.get(path).content == handed_over.record
    assert handed_over.stranger.get(path).json()["code"] == "forbidden"
    assert handed_over.stranger.get(handed_over.lap(1)).is_success
    assert httpx2.get(handed_over.organiser.url + handed_over.replay).status_code == 401
    [run] = handed_over.stranger.get(handed_over.replay).json()["runs"]
    assert not run["records"][0]["is_own"]


def test_refuses_what_is_of_no_run_of_the_car(driven: Driven) -> None:
    """It should take no record of another's heat, no wrong piece, and no bytes of another hash."""
    organiser, plan = driven.organiser, driven.plan
    headers = {"Authorization": f"Bearer {organiser.token('car', 'blue')}"}
    offer = {
        "event_id": plan["event_id"],
        "heat_id": driven.heat_id,
        "entry_id": plan["entries"][0],
        "sha256": "0" * 64,
        "size_bytes": 10,
        "model_name": "x",
        "wall_utc": "",
    }
    told = organiser.http.post("/cars/blue/records", json=offer, headers=headers)
    assert (told.status_code, told.json()["code"]) == (404, "record_unwanted")
    mine = {"Authorization": f"Bearer {organiser.token('car', 'red')}"}
    piece = f"/cars/red/records/{'0' * 64}"
    told = organiser.http.put(piece, params={"offset": 0}, content=b"x", headers=mine)
    assert told.json()["code"] == "unknown_record"
    assert organiser.http.post("/cars/red/records", json=offer, headers=mine).is_success
    for offset, content in ((5, b"01234"), (0, b"01234567890"), (0, b"0123456789")):
        told = organiser.http.put(piece, params={"offset": offset}, content=content, headers=mine)
        assert told.json()["code"] == "record_piece_misplaced"


def test_the_figures_of_a_run_become_a_fact(driven: Driven) -> None:
    """It should note once what the car says of its run, and show it beside the laps."""
    organiser = driven.organiser
    mine = {"Authorization": f"Bearer {organiser.token('car', 'red')}"}
    run = {
        "heat_id": driven.heat_id,
        "commands": 90,
        "latency_p50_us": 21_000,
        "latency_p95_us": 34_000,
        "frames": 95,
        "dropped_frames": 2,
        "stale_commands": 1,
        "is_throttled": True,
        "is_undervolted": None,
        "is_over": True,
    }
    telemetry = {
        "is_driving": False,
        "model_sha256": MODEL,
        "frame_rate_hz": 15,
        "frames": 95,
        "dropped_frames": 2,
        "stale_commands": 1,
        "frame_age_ms": 9,
        "inference_p50_ms": 4,
        "inference_p95_ms": 5,
        "steering_frac": 0,
        "throttle_frac": 0,
        "run": run,
    }
    for _ in range(2):
        told = organiser.http.post("/cars/red/telemetry", json=telemetry, headers=mine)
        assert told.status_code == 204, told.text
    facts = organiser.get(f"{driven.plan['path']}/log")["facts"]
    assert sum(each["fact"]["type"] == "DrivingMeasured" for each in facts) == 1
    results = organiser.get(f"{driven.plan['path']}/results")
    [driven_by] = results["heats"][0]["runs"][0]["driven"]
    assert (driven_by["latency_p95_us"], driven_by["dropped_frames"]) == (34_000, 2)
    assert (driven_by["is_throttled"], driven_by["is_undervolted"]) == (True, None)


def test_an_organiser_deletes_a_record(handed_over: Driven) -> None:
    """It should be gone from list and disk, and from what the driver may play."""
    plan = handed_over.plan
    sheet = f"{plan['path']}/results/entries/{plan['entries'][0]}"
    assert handed_over.organiser.get(sheet)["playable_heats"] == [handed_over.heat_id]
    path = f"{plan['path']}/records/{handed_over.record_id}"
    assert handed_over.driver.delete(path).json()["code"] == "forbidden"
    assert handed_over.organiser.http.delete(path).status_code == 204
    assert handed_over.driver.get(handed_over.lap(1)).json()["code"] == "unknown_record"
    [run] = handed_over.driver.get(handed_over.replay).json()["runs"]
    assert run["records"] == []
    assert handed_over.organiser.get(sheet)["playable_heats"] == []
