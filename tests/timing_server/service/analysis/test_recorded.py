"""Laps out of black boxes: what was recorded, and what a marshal saw."""

from pathlib import Path

import pytest

from tests.timing_server.contract.blackbox.records import PERIOD_NS, write_file, write_record
from timing_server.contract.blackbox.rows import Pose
from timing_server.rules.scoring.scores import Lap
from timing_server.rules.scoring.sectors import Sector
from timing_server.rules.state.heat import Incident
from timing_server.rules.units import EntryId, PassRef, RulingId
from timing_server.service.analysis import recorded as subject
from timing_server.service.analysis.laps import Position, Run, Sample
from timing_server.service.records.trace import LapWindow, PlayedRecord, open_played

OFFSET_NS = 1_000_000_000
LAP_NS = 10 * PERIOD_NS


def opened(tmp_path: Path, record: bytes) -> PlayedRecord:
    return open_played("ab" * 32, write_file(tmp_path / "a.mcap", record), tmp_path / "playing")


def lap(sectors: tuple[Sector, ...] = ()) -> Lap:
    return Lap(
        1, PassRef("b"), PassRef("a"), LAP_NS, 0, OFFSET_NS + LAP_NS, 0, None, None, None,
        sectors=sectors,
    )  # fmt: skip


def run_of(
    record: PlayedRecord | None, *sectors: Sector, incidents: tuple[Incident, ...] = ()
) -> Run:
    window = LapWindow(1, OFFSET_NS, OFFSET_NS + LAP_NS, 0)
    return subject.recorded_run([subject.Driven(lap(sectors), window, record)], incidents)


def test_a_marshals_hand_is_an_exit(tmp_path: Path) -> None:
    """It should be told by the clock, at no position, and only within its lap."""
    at_ns = (OFFSET_NS + LAP_NS // 2, OFFSET_NS - 1, OFFSET_NS + LAP_NS)
    marks = tuple(Incident(RulingId("r"), EntryId("e"), each) for each in at_ns)
    back = Incident(RulingId("r"), EntryId("e"), OFFSET_NS + 1, "reset")
    [told] = run_of(opened(tmp_path, write_record()), incidents=(*marks, back)).laps
    [left] = told.exits
    assert (left.at_us, left.place, left.position, left.is_marked) == (250_000, 0.5, None, True)


def test_sector_lines_place_what_lies_between(tmp_path: Path) -> None:
    """It should place decisions by the lines that the car crossed, and by time between them."""
    parts = (Sector(0, 1, LAP_NS // 5, 0), Sector(1, 0, LAP_NS - LAP_NS // 5, 0))
    run = run_of(opened(tmp_path, write_record()), *parts)
    [told] = run.laps
    assert (told.basis, run.has_real_gates, run.gates_n) == ("lines", True, 1)
    places = {each.at_us: each.place for each in told.samples}
    assert places[59_000] == pytest.approx(0.5 * 59 / 100)
    assert places[109_000] == pytest.approx(0.5 + 0.5 * 9 / 400)


def test_a_course_that_is_known_outranks_lines(tmp_path: Path) -> None:
    """It should place a simulated car where it was, and part its lap by gates if there are any."""

    def pose(seq: int) -> Pose:
        return Pose(x_m=seq / 10, y_m=0, heading_rad=0, progress_frac=min(1.0, seq / 20))

    record = opened(tmp_path, write_record(pose=pose))
    run = run_of(record)
    [told] = run.laps
    assert (told.basis, run.has_real_gates, len(told.sectors)) == ("distance", False, 3)
    assert told.samples[4].place == pytest.approx(0.209)
    gates = (Sector(0, 1, LAP_NS // 5, 0), Sector(1, 0, LAP_NS - LAP_NS // 5, 0))
    gated = run_of(record, *gates)
    assert (gated.laps[0].basis, gated.has_real_gates) == ("distance", True)
    assert gated.laps[0].sectors == gates


def test_a_lap_without_a_record(tmp_path: Path) -> None:
    """It should keep its time, and tell nothing else of it."""
    [told] = run_of(None).laps
    assert (told.duration_us, told.samples, told.bound_us) == (500_000, (), None)
    unrelated = opened(tmp_path, write_record(race_offset_ns=None))
    [told] = run_of(unrelated).laps
    assert (told.samples, told.bound_us) == ((), None)


def test_a_car_that_was_carried_has_no_speed() -> None:
    """It should take no speed from a jump that nothing drives."""
    made = [
        Sample(us, 0.0, 0.0, 0.0, position=Position(x, 0, 0))
        for us, x in ((0, 0.0), (50_000, 0.1), (100_000, 3.0))
    ]
    assert [each.speed_mps for each in subject.with_speeds(made)] == [
        None,
        pytest.approx(2.0),
        None,
    ]
