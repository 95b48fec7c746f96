"""Laps of the race, analysed over the interface, from a record that a car handed over."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import httpx2
import pytest
from arro3.io import read_parquet

from tests.timing_server.web.fleet.driven import Driven, driven_heat
from tests.timing_server.web.live_server import Organiser
from timing_server.contract.blackbox.rows import Pose


def pose(seq: int) -> Pose:
    """Return where the car was at a frame: along a straight, off the road at two of them."""
    # The record begins a picture before the line; laps are 300 and 250 ms, pictures 50 ms apart.
    since_ms = 50 * (seq - 1)
    lap_ms, begin_ms = (300, 0) if since_ms < 300 else (250, 300)
    progress = max(0.0, min(1.0, (since_ms - begin_ms) / lap_ms))
    return Pose(
        x_m=seq / 10,
        y_m=0.5,
        heading_rad=0.1,
        progress_frac=progress,
        is_off_track=seq in {3, 4},
        reward=float(seq),
    )


@pytest.fixture(scope="module")
def driven(organiser: Organiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A car's record, in which nothing tells where it was."""
    with driven_heat(organiser, tmp_path_factory.mktemp("car")) as found:
        found.handover.work()
        yield found


@pytest.fixture(scope="module")
def placed(organiser: Organiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    """A simulated car's record, which tells where it was."""
    with driven_heat(organiser, tmp_path_factory.mktemp("simulated"), pose=pose) as found:
        found.handover.work()
        yield found


def run_of(heat: Driven) -> str:
    return f"{heat.plan['path']}/heats/{heat.heat_id}/runs/{heat.plan['entries'][0]}"


def against(heat: Driven, lap: int) -> dict[str, Any]:
    return {
        "other_lap": lap,
        "other_event": heat.plan["event_id"],
        "other_heat": heat.heat_id,
        "other_entry": heat.plan["entries"][0],
    }


def test_a_run_in_figures(driven: Driven) -> None:
    """It should tell a run's laps, when the car was late, and that it knows no positions."""
    told = driven.driver.get(f"{run_of(driven)}/analysis").json()
    assert [(lap["number"], lap["duration_us"]) for lap in told["laps"]] == [
        (1, 300_000),
        (2, 250_000),
    ]
    assert (told["best_lap"], told["best_us"], told["ideal_us"]) == (2, 250_000, None)
    assert (told["has_positions"], told["has_rewards"], told["has_parquet"]) == (False, False, True)
    first = told["laps"][0]
    assert (first["pictures"], first["frames_per_s"], first["latency_p95_us"]) == (7, 20.0, 11_000)
    assert first["entropy_bits"] == pytest.approx(0.8113)
    assert [each["code"] for each in told["findings"]] == ["lap_loss"]
    assert told["action_table"]["total"] == 11


def test_a_lap_in_curves(driven: Driven, placed: Driven) -> None:
    """It should give every decision its place, and no position that nobody knows."""
    told = driven.driver.get(f"{run_of(driven)}/laps/2/curves").json()
    assert (told["basis"], told["bound_us"] >= 2_000) == ("time", True)
    assert told["at_us"] == [9_000, 59_000, 109_000, 159_000, 209_000]
    assert told["place"][:2] == [0.036, 0.236]
    assert set(told["x_m"]) == {None}
    known = placed.driver.get(f"{run_of(placed)}/laps/1/curves").json()
    assert known["basis"] == "distance"
    # 0.1 m in 50 ms, and the decision 9 ms behind its picture.
    assert known["x_m"] == pytest.approx([0.118, 0.218, 0.318, 0.418, 0.518, 0.618])
    assert known["speed_mps"][1:] == pytest.approx([2.0] * 5)
    assert known["reward"] == [1, 2, 3, 4, 5, 6]
    [left] = known["exits"]
    assert (left["x_m"], left["is_marked"]) == (0.318, False)
    assert len(known["lines"]) == 2


def test_a_lap_against_another(driven: Driven, placed: Driven) -> None:
    """It should tell how far a lap is behind at each place, as far as places are known."""
    path = f"{run_of(driven)}/laps/1/delta"
    told = driven.driver.get(path, params=against(driven, 2)).json()
    assert (told["basis"], told["place"], told["delta_us"]) == ("time", [0, 1], [0, 50_000])
    path = f"{run_of(placed)}/laps/1/delta"
    told = placed.driver.get(path, params=against(placed, 2)).json()
    assert (told["basis"], len(told["place"])) == ("distance", 201)
    assert (told["delta_us"][0], told["delta_us"][-1]) == (0, 50_000)
    across = placed.driver.get(path, params=against(driven, 2)).json()
    assert across["delta_us"] == [0, 50_000]


def test_a_table_to_take_away(placed: Driven) -> None:
    """It should give the same rows as CSV and as Parquet, with units in the names."""
    lines = placed.driver.get(f"{run_of(placed)}/decisions.csv").text
    rows = list(csv.DictReader(StringIO(lines)))
    assert len(rows) == 11
    assert (rows[0]["lap"], rows[0]["at_us"], rows[0]["steering_frac"]) == ("1", "9000", "0.5")
    assert (rows[2]["is_off_track"], rows[0]["is_off_track"]) == ("true", "false")
    content = placed.driver.get(f"{run_of(placed)}/decisions.parquet").content
    table = read_parquet(BytesIO(content)).read_all()
    assert table.column_names == list(rows[0])
    assert table["x_m"].to_pylist() == pytest.approx([float(row["x_m"]) for row in rows])
    assert [each is None for each in table["lap_invalid"].to_pylist()] == [True] * 11


def test_who_may_look(driven: Driven) -> None:
    """It should show laps to every driver and the crew, and to nobody else."""
    path = f"{run_of(driven)}/analysis"
    assert driven.stranger.get(path).is_success
    assert driven.organiser.http.get(path).is_success
    assert httpx2.get(driven.organiser.url + path).status_code == 401
    assert driven.driver.get(f"{run_of(driven)}x/analysis").json()["code"] == "unknown_run"
    assert driven.driver.get(f"{run_of(driven)}/laps/9/curves").json()["code"] == "unknown_lap"
    nowhere = driven.driver.get(f"{run_of(driven)}/laps/1/delta", params={"other_lap": 2})
    assert nowhere.json()["code"] == "unknown_lap"
    assert driven.driver.get(f"{run_of(driven)}/decisions.xls").status_code == 422


def test_a_run_without_a_record_keeps_its_times(organiser: Organiser, placed: Driven) -> None:
    """It should still tell laps, and that nothing of them was recorded."""
    record_id = placed.record_id
    organiser.http.delete(f"{placed.plan['path']}/records/{record_id}")
    told = placed.driver.get(f"{run_of(placed)}/analysis").json()
    assert [lap["is_recorded"] for lap in told["laps"]] == [False, False]
    assert [each["code"] for each in told["findings"]] == ["lap_loss", "laps_not_recorded"]
    assert told["action_table"] is None
    curves = placed.driver.get(f"{run_of(placed)}/laps/1/curves").json()
    assert curves["at_us"] == []
