"""The measurements themselves still run; what they say is for 'make bench'."""

import pytest

from tests.bench.car import bench_guard, bench_models, bench_pace, bench_record
from tests.bench.line import bench_camera_gate, bench_stamps
from tests.bench.live import bench_live, bench_pixels, bench_spectators
from tests.bench.server import bench_ingest, bench_standings
from tests.bench.virtual import bench_simulation, bench_training, bench_workers


def test_ingest_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should compare every group size with the bare table."""
    monkeypatch.setattr(bench_ingest, "REPETITIONS", dict.fromkeys(bench_ingest.GROUPS, 2))
    monkeypatch.setattr(bench_ingest, "WARM_UP", 0)
    table = bench_ingest.measure()
    assert [len(row.ours_us) for row in table.rows] == [2] * len(bench_ingest.GROUPS)
    assert all(row.ratio(50) > 0 for row in table.rows)
    assert "Durable ingest" in table.markdown()


def test_live_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should measure events that really arrive."""
    monkeypatch.setattr(bench_live, "REPETITIONS", 2)
    monkeypatch.setattr(bench_live, "WARM_UP", 0)
    monkeypatch.setattr(bench_live, "CLIENT_COUNTS", (2,))
    (row,) = bench_live.measure().rows
    assert len(row.ours_us) == len(row.baseline_us) == 2
    assert min(row.ours_us) > 0


def test_spectators_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should bring a pass to everybody but the one who doesn't read, and end at last."""
    for name, value in {
        "REPETITIONS": 2,
        "WARM_UP": 0,
        "CLIENT_COUNTS": (3,),
        "STALLED_AMONG": 2,
        "EARLY_LAP": 5,
        "LATE_LAP": 12,
    }.items():
        monkeypatch.setattr(bench_spectators, name, value)
    table = bench_spectators.measure()
    assert [len(row.ours_us) for row in table.rows] == [2, 2]
    assert all(row.ratio(50) > 0 for row in table.rows)
    assert "| bytes of lap 12 for a spectator | 1 |" in table.markdown()


@pytest.mark.e2e
def test_pixels_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should see a real board change after the edge, and the smallest page after its event."""
    monkeypatch.setattr(bench_pixels, "REPETITIONS", 2)
    monkeypatch.setattr(bench_pixels, "WARM_UP", 0)
    (row,) = bench_pixels.measure().rows
    assert len(row.ours_us) == len(row.baseline_us) == 2
    assert min(row.ours_us) > 0


def test_standings_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should rank as plain Python does, from laps, after a pass and from stored bytes."""
    small = (3, 2, 4)
    monkeypatch.setattr(bench_standings, "DAY", small)
    monkeypatch.setattr(bench_standings, "REPETITIONS", {small: 2})
    monkeypatch.setattr(bench_standings, "STORED_REPETITIONS", 2)
    table = bench_standings.measure()
    assert [len(row.ours_us) for row in table.rows] == [2] * 4
    assert all(row.ratio(50) > 0 for row in table.rows)
    assert "3 drivers × 8 laps" in table.markdown()


def test_stamps_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should find laps by the kernel's stamps exact, and those of the other two ways not."""
    monkeypatch.setattr(bench_stamps, "LAPS", 12)
    monkeypatch.setattr(bench_stamps, "BUSY_THREADS", (1,))
    callback, poll = bench_stamps.measure().rows
    assert list(callback.ours_us) == [0.0] * 11
    assert len(callback.baseline_us) == 11
    assert max(callback.baseline_us) > 0
    assert "the poll missed" in poll.name


def test_the_camera_gate_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should time pictures and count outcomes, with nobody named wrongly."""
    monkeypatch.setattr(bench_camera_gate, "SCENES_PER_KIND", 1)
    monkeypatch.setattr(bench_camera_gate, "PICTURES", 20)
    kinds = ("one car, 1 to 4 m/s", "2 to 4 cars abreast")
    monkeypatch.setattr(bench_camera_gate, "KINDS", kinds)
    table = bench_camera_gate.measure()
    assert all(row.ratio(50) > 0 for row in table.rows)
    assert "| 1 | 100 % | 0 % | 0 % | 0 % | **0** |" in table.markdown()
    assert "| 1 | 0 % | 100 % | 0 % | 0 % | **0** |" in table.markdown()


def test_the_import_error_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should compare each network that it lists, within what an import may differ by."""
    monkeypatch.setattr(bench_models, "FRAMES", 1)
    monkeypatch.setattr(bench_models, "SIZES_PX", {True: (80, 96), False: (40, 48)})
    monkeypatch.setattr(bench_models, "HEADS", (("sac", "continuous"),))
    table = bench_models.measure().markdown()
    errors = [float(line.split("|")[3]) for line in table.splitlines()[4:]]
    assert len(errors) == 6
    assert max(errors) <= 1e-5


def test_time_to_neutral_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should tell of a killed agent and of each fault, and what was promised for it."""
    monkeypatch.setattr(bench_guard, "REPETITIONS", 1)
    monkeypatch.setattr(bench_guard, "FAULTS", bench_guard.FAULTS[:4])
    told = bench_guard.measure().markdown()
    assert "| agent killed (SIGKILL) | 1 |" in told
    assert "| emergency stop | 1 |" in told
    assert "| 300 ms + 200 ms |" in told


def test_the_loops_pace_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should tell a rate for each that is wanted, and what a decision costs."""
    monkeypatch.setattr(bench_pace, "RATES_HZ", (30.0,))
    monkeypatch.setattr(bench_pace, "SPAN_S", 0.3)
    monkeypatch.setattr(bench_pace, "CPU_SPAN_S", 0.2)
    monkeypatch.setattr(bench_pace, "ROUNDS", 1)
    table = bench_pace.measure()
    assert table.rows[0].ratio(50) > 0
    assert "| 30 Hz |" in table.markdown()


def test_the_record_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should drive beside a record that really is written."""
    monkeypatch.setattr(bench_record, "REPETITIONS", 3)
    monkeypatch.setattr(bench_record, "WARM_UP", 0)
    (row,) = bench_record.measure().rows
    assert len(row.ours_us) == len(row.baseline_us) == 3
    assert min(row.ours_us) > 0


def test_the_virtual_track_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should render beside a bare warp, and tell how fast real laps are driven."""
    monkeypatch.setattr(bench_simulation, "PICTURES", 3)
    monkeypatch.setattr(bench_simulation, "WARM_UP", 0)
    monkeypatch.setattr(bench_simulation, "LAPS", 1)
    monkeypatch.setattr(bench_simulation, "MODELS", ("fast",))
    table = bench_simulation.measure()
    assert [len(row.ours_us) for row in table.rows] == [3, 3]
    assert "| fast | 1 of 1 |" in table.markdown()


@pytest.mark.train
def test_training_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should train by the command and beside it with nothing cloned, and let both drive."""
    monkeypatch.setattr(bench_training, "SEEDS", (1,))
    monkeypatch.setattr(bench_training, "STEPS", 2048)
    monkeypatch.setattr(bench_training, "LAPS", 1)
    table = bench_training.measure().markdown()
    assert "| paddock train | 1 | " in table
    assert "| plain PPO, nothing cloned | 1 | " in table


def test_workers_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should drive the same submissions with one worker and with two."""
    for name in ("DRIVERS", "RUNS"):
        monkeypatch.setattr(bench_workers, name, 2)
    monkeypatch.setattr(bench_workers, "LAPS", 1)
    table = bench_workers.measure().markdown()
    assert "| 1 worker | " in table
    assert "| 2 workers | " in table
