"""The venue's tracks on the disk: whole or not at all, and never by a name that somebody chose."""

import os
from pathlib import Path

import pytest

from timing_server.adapters.folder import tracks
from timing_server.adapters.folder.tracks import KeptTracks
from timing_server.service.errors import StorageFailedError

ID = "0123456789abcdef" * 2


def id_of(number: int) -> str:
    return f"{number:032x}"


def test_a_track_is_kept_whole(tmp_path: Path) -> None:
    """It should replace what was there, leave nothing beside it, and change its stamp."""
    kept = KeptTracks(tmp_path / "tracks")
    assert (kept.ids(), kept.read(ID), kept.stamp(ID), kept.path_of(ID)) == ([], None, None, None)
    kept.write(ID, b"one")
    first = kept.stamp(ID)
    kept.write(ID, b"two")
    assert (kept.ids(), kept.read(ID)) == ([ID], b"two")
    assert kept.stamp(ID) != first
    assert [each.name for each in (tmp_path / "tracks").iterdir()] == [f"{ID}.track"]


@pytest.mark.parametrize("name", ["", "demo", "../../etc/passwd", ID + "0", ID.upper(), f"{ID}/.."])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    """It should know nothing by it, and write nothing."""
    kept = KeptTracks(tmp_path / "tracks")
    assert (kept.read(name), kept.path_of(name), kept.delete(name), kept.restore(name)) == (
        *(None, None, False, False),
    )
    with pytest.raises(StorageFailedError):
        kept.write(name, b"x")
    assert not (tmp_path / "tracks").exists()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should say so, keep the old track, and leave no half one."""
    kept = KeptTracks(tmp_path)
    kept.write(ID, b"one")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFailedError, match="No space left"):
        kept.write(ID, b"two")
    assert [each.name for each in tmp_path.iterdir()] == [f"{ID}.track"]
    assert kept.read(ID) == b"one"


def test_the_newest_deleted_can_be_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should give the oldest up for good, and bring back only where nothing new lies."""
    monkeypatch.setattr(tracks, "KEPT_ASIDE", 2)
    kept = KeptTracks(tmp_path)
    for number in range(3):
        kept.write(id_of(number), b"old")
        assert kept.delete(id_of(number))
        aside = tmp_path / "deleted" / f"{id_of(number)}.track"
        os.utime(aside, ns=(number, number))
    kept.write(id_of(3), b"old")
    assert kept.delete(id_of(3))
    assert [kept.restore(id_of(number)) for number in range(4)] == [False, False, True, True]
    kept.delete(id_of(3))
    kept.write(id_of(3), b"new")
    assert not kept.restore(id_of(3))
    assert kept.read(id_of(3)) == b"new"


def test_photos_are_given_up_by_age(tmp_path: Path) -> None:
    """It should keep so many, the newest."""
    kept = KeptTracks(tmp_path)
    for number in range(5):
        kept.write(id_of(number), b"x")
        os.utime(tmp_path / f"{id_of(number)}.track", ns=(number, number))
    kept.keep_newest(2)
    assert kept.ids() == [id_of(3), id_of(4)]
