"""Where trackers saw cars: noted while a heat is on, read when a lap is looked at."""

import json
from pathlib import Path

from tests.timing_server.service.records.test_course import track
from timing_server.adapters.folder import positions as folder_subject
from timing_server.adapters.folder.positions import KeptPositions
from timing_server.service.records import positions as subject


def line(mono_ns: int, at_ns: int, x_m: float = 0.0, car: str = "red") -> bytes:
    cars = [[car, x_m, 0.5, 0.1, 2.0, False]]
    return json.dumps({"mono_ns": mono_ns, "at_ns": at_ns, "cars": cars}).encode() + b"\n"


def test_the_quickest_report_joins_the_clocks() -> None:
    """It should take no network's delay for a car's, nor one life of the tracker for another."""
    lines = line(100, 1_150) + line(200, 1_210) + line(300, 1_900)
    lines += line(10, 5_030) + line(20, 5_025)
    found = subject.read_positions(lines).cars["red"]
    assert [each.race_ns for each in found] == [1_110, 1_210, 1_310, 5_015, 5_025]


def test_what_was_cut_off_is_left_out() -> None:
    """It should read what is whole of a file that a power cut ended."""
    told = json.dumps({"track": track().model_dump(mode="json")}).encode() + b"\n"
    found = subject.read_positions(told + line(1, 2) + line(2, 3)[:20])
    assert found.track == track()
    assert len(found.cars["red"]) == 1
    assert subject.read_positions(b"") == subject.HeatPositions(None, {})
    assert subject.read_positions(b'{"track": 7}\n').track is None


def test_heats_have_files_of_their_own(tmp_path: Path) -> None:
    """It should add to a heat's file, keep others apart, and write nowhere else."""
    kept = KeptPositions(tmp_path / "positions")
    kept.append("event", "heat-1", b"a\n")
    kept.append("event", "heat-1", b"b\n")
    kept.append("event", "../../heat", b"x\n")
    assert kept.read("event", "heat-1") == b"a\nb\n"
    assert kept.read("event", "heat-2") == b""
    assert [path.name for path in tmp_path.iterdir()] == ["positions"]


def test_the_oldest_event_goes_first(tmp_path: Path) -> None:
    """It should keep within its limit, and never delete what the event on track has."""
    most = folder_subject.HEAT_LIMIT_BYTES
    kept = KeptPositions(tmp_path, limit_bytes=most + 100)
    kept.append("old", "heat", b"x" * 80)
    kept.append("new", "heat-1", b"y" * 80)
    kept.append("new", "heat-2", b"z" * 80)
    assert kept.read("old", "heat") == b""
    assert kept.read("new", "heat-1") == b"y" * 80
    assert kept.read("new", "heat-2") == b"z" * 80


def test_a_heat_has_its_limit(tmp_path: Path) -> None:
    """It should stop writing, not fail, where a tracker goes on for ever."""
    kept = KeptPositions(tmp_path)
    kept.append("event", "heat", b"x" * folder_subject.HEAT_LIMIT_BYTES)
    kept.append("event", "heat", b"y")
    assert len(kept.read("event", "heat")) == folder_subject.HEAT_LIMIT_BYTES
