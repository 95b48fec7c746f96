import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.virtual.errors import TrackFileError, TrackShapeError, UnknownTrackError, VenueError
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.track_files import open_track, read_track


def saved(path: Path, rows: Any) -> Path:
    with path.open("wb") as file:
        np.save(file, rows, allow_pickle=True)
    return path


def test_a_track_comes_back_from_its_file(tmp_path: Path) -> None:
    """It should be as long and as wide as it was, and named for the file."""
    demo = track_named("demo")
    subject = open_track(str(saved(tmp_path / "mat.npy", demo.rows())))
    assert subject.name == "mat"
    assert subject.length_m == pytest.approx(demo.length_m, rel=1e-3)
    assert subject.width_m == pytest.approx(demo.width_m, rel=1e-3)
    assert open_track("demo").name == "demo"


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((40, 5)),
        np.zeros((40, 6)),
        np.full((40, 6), np.nan),
        np.linspace(0, 1e9, 240).reshape(40, 6),
        np.zeros((30_000, 6)),
        np.array([{"a": 1}], dtype=object),
        np.array(["x", "y"]),
        np.zeros(6),
        np.zeros((0, 6)),
        np.zeros((40, 0)),
        track_named("demo").rows() / 1000,
        track_named("demo").rows() * 10,
        np.tile(track_named("demo").rows()[::2], (60, 1)),
    ],
)
def test_what_is_no_track_is_refused_in_a_sentence(tmp_path: Path, rows: Any) -> None:
    """It should run nothing of the file and say what is wrong with it."""
    with pytest.raises((TrackFileError, TrackShapeError), match=r"\.$"):
        read_track(saved(tmp_path / "odd.npy", rows))


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 is no archive", b"\x93NUMPY\x01\x00\x03\x00'''", b""]
)
def test_what_numpy_cannot_read_is_refused(tmp_path: Path, content: bytes) -> None:
    """It should say so, whichever of numpy's parsers stumbled."""
    path = tmp_path / "odd.npy"
    path.write_bytes(content)
    with pytest.raises(TrackFileError, match="no array that numpy can read"):
        read_track(path)


def test_a_track_may_lie_anywhere(tmp_path: Path) -> None:
    """It should ask how wide a track is, not how far from the origin."""
    rows = track_named("demo").rows() + np.array((100, 0, 100, 0, 100, 0))
    assert read_track(saved(tmp_path / "far.npy", rows)).width_m == pytest.approx(0.9, rel=1e-3)


def test_a_missing_or_huge_file_is_refused(tmp_path: Path) -> None:
    """It should say so before reading it."""
    with pytest.raises(TrackFileError, match="can't be read"):
        read_track(tmp_path / "none.npy")
    huge = tmp_path / "huge.npy"
    with huge.open("wb") as file:
        file.truncate(9_000_000)
    with pytest.raises(TrackFileError, match="too large"):
        read_track(huge)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """It should say what could have been named."""
    with pytest.raises(UnknownTrackError, match=r"demo, oval.*\.npy"):
        open_track("moon")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400) | st.binary(max_size=60).map(lambda end: _head() + end))
def test_any_bytes_are_a_track_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    """It should never fail in another way."""
    path = tmp_path / "any.npy"
    path.write_bytes(content)
    with suppress(VenueError):
        read_track(path)


def _head() -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros((3, 6)))
    return file.getvalue()[:128]
