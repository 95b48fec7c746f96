import json
from pathlib import Path

import pytest

from hardware.virtual.errors import TallyFileError
from hardware.virtual.process.tally import Tally
from hardware.virtual.world.beam import BeamChange
from timing_server.contract.machines.devices import VenueTally

S = 1_000_000_000


def broken(at_s: float) -> BeamChange:
    return BeamChange("finish", 1, round(at_s * S))


def whole(at_s: float) -> BeamChange:
    return BeamChange("finish", 0, round(at_s * S))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tally.json"


def test_it_writes_zeros_at_once(path: Path) -> None:
    """It should have a file to read before anything happens."""
    Tally(path)
    assert json.loads(path.read_text()) == {
        "crossings": 0,
        "off_tracks": 0,
        "resets": 0,
        "unsensed": 0,
    }


def test_it_tells_sensed_from_unsensed(path: Path) -> None:
    """It should count a crossing as one that a node sensed only once the node says so."""
    subject = Tally(path)
    subject.happened(broken(1))
    assert subject.counted == VenueTally(crossings=0, off_tracks=0, resets=0, unsensed=1)
    subject.sensed(broken(1))
    subject.happened(whole(1.2))
    subject.sensed(whole(1.2))
    subject.happened(broken(9))
    subject.happened(whole(9.2))
    assert subject.counted == VenueTally(crossings=1, off_tracks=0, resets=0, unsensed=1)


def test_flicker_is_one_crossing_on_both_sides(path: Path) -> None:
    """It should merge breaks within half a second, as a spectator and a node do."""
    subject = Tally(path)
    for change in (broken(1), whole(1.1), broken(1.3), whole(1.4), broken(2), whole(2.1)):
        subject.happened(change)
        subject.sensed(change)
    assert subject.counted.crossings == 2
    assert subject.counted.unsensed == 0


def test_node_that_was_started_afresh_merges_with_nothing_before(path: Path) -> None:
    """It should count what a node without a memory makes a pass of."""
    subject = Tally(path)
    subject.sensed(broken(1))
    subject.node_joined()
    subject.sensed(broken(1.3))
    assert subject.counted.crossings == 2


def test_killed_venue_goes_on_counting(path: Path) -> None:
    """It should continue the file that it finds."""
    before = Tally(path)
    before.happened(broken(1))
    before.sensed(broken(1))
    before.left_track()
    before.was_reset()
    subject = Tally(path)
    subject.happened(broken(5))
    assert subject.counted == VenueTally(crossings=1, off_tracks=1, resets=1, unsensed=1)
    assert VenueTally.model_validate_json(path.read_text()) == subject.counted


def test_disk_that_fails_later_costs_no_count(tmp_path: Path) -> None:
    """It should go on counting, and write it all once it can again."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subject = Tally(folder / "tally.json")
    folder.rename(tmp_path / "away")
    subject.left_track()
    (tmp_path / "away").rename(folder)
    subject.left_track()
    assert VenueTally.model_validate_json((folder / "tally.json").read_text()).off_tracks == 2


def test_it_counts_without_a_file_too() -> None:
    """It should keep the count in memory where nobody asked for a file."""
    subject = Tally(None)
    subject.left_track()
    assert subject.counted.off_tracks == 1


@pytest.mark.parametrize("content", ["", "{}", '{"crossings": -1, "off_tracks": 0, "resets": 0}'])
def test_file_that_is_no_tally_is_refused(path: Path, content: str) -> None:
    """It should not write over something else."""
    path.write_text(content)
    with pytest.raises(TallyFileError, match="holds no tally"):
        Tally(path)


def test_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """It should say so at the start."""
    with pytest.raises(TallyFileError, match="can't be written"):
        Tally(tmp_path / "missing" / "tally.json")
