"""Photo-finish frames on a real disk: kept by pass and place, the oldest given up."""

import os
from pathlib import Path

import pytest

from timing_server.adapters.folder.frames import FrameFolder
from timing_server.rules.units import JournalId, NodeId
from timing_server.service.devices.frames import Frame, PassKey
from timing_server.service.errors import StorageFailedError


def key_of(seq: int, node_id: str = "node-1") -> PassKey:
    return PassKey(NodeId(node_id), JournalId("journal-1"), seq)


def test_frames_come_back_by_place(tmp_path: Path) -> None:
    """It should give each frame under its index with its offset, in order, the newest content."""
    subject = FrameFolder(tmp_path)
    subject.put(key_of(7), Frame(1, 33_000), b"later")
    subject.put(key_of(7), Frame(0, -33_000), b"sooner")
    subject.put(key_of(7), Frame(1, 34_000), b"later, corrected")
    assert subject.all_of(key_of(7)) == [Frame(0, -33_000), Frame(1, 34_000)]
    assert subject.read(key_of(7), 1) == b"later, corrected"
    assert subject.read(key_of(7), 2) is None
    assert subject.all_of(key_of(8)) == []


def test_the_oldest_passes_are_given_up(tmp_path: Path) -> None:
    """It should stay below its limit, whole passes at a time, also over a restart."""
    subject = FrameFolder(tmp_path, limit_bytes=10_000)
    for seq in range(1, 5):
        subject.put(key_of(seq), Frame(0, 0), b"x" * 2_400)
        folder = tmp_path / "node-1" / "journal-1" / str(seq)
        os.utime(folder, ns=(seq * 10**9, seq * 10**9))
    subject = FrameFolder(tmp_path, limit_bytes=10_000)
    subject.put(key_of(5), Frame(0, 0), b"y" * 2_400)
    kept = [seq for seq in range(1, 6) if subject.all_of(key_of(seq))]
    assert kept == [3, 4, 5]
    assert subject.read(key_of(5), 0) == b"y" * 2_400


@pytest.mark.parametrize("node_id", ["..", "../../etc", "a/b", "", ".hidden"])
def test_no_id_leads_out_of_the_folder(tmp_path: Path, node_id: str) -> None:
    """It should neither write nor read where an id is no plain word."""
    subject = FrameFolder(tmp_path / "frames")
    with pytest.raises(StorageFailedError):
        subject.put(key_of(1, node_id), Frame(0, 0), b"x")
    assert subject.all_of(key_of(1, node_id)) == []
    assert subject.read(key_of(1, node_id), 0) is None
    assert list(tmp_path.rglob("*.jpg")) == []


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """It should say in a sentence that a frame can't be kept."""
    (tmp_path / "frames").write_text("a file where the folder should be")
    subject = FrameFolder(tmp_path / "frames")
    with pytest.raises(StorageFailedError, match="can't be kept"):
        subject.put(key_of(1), Frame(0, 0), b"x")
