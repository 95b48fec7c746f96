"""Tracks on a server that lacks what they are measured with."""

from pathlib import Path

import pytest

from timing_server.adapters.folder.tracks import KeptTracks
from timing_server.adapters.processes.track_reader import CommandTrackReader
from timing_server.service.tracks.errors import TracksClosedError
from timing_server.service.tracks.ports import TrackTools
from timing_server.service.tracks.tracks import Tracks


def test_without_numpy_there_are_no_tracks(tmp_path: Path) -> None:
    """It should name the extra to install, and read no file."""
    folder = KeptTracks(tmp_path)
    tools = TrackTools(folder, KeptTracks(tmp_path / "photos"), CommandTrackReader(tmp_path), None)
    tracks = Tracks(tools, lambda: "2026-05-01T10:00:00+00:00")
    assert "extra 'venue'" in (tracks.missing() or "")
    for asked in (
        lambda: tracks.rows({}),
        lambda: tracks.plan("demo", {}),
        lambda: tracks.sketch(((0, 0), (1, 0), (1, 1), (0, 1)), 0.5),
        lambda: tracks.npy("demo"),
        lambda: tracks.delete("0" * 32, None),
    ):
        with pytest.raises(TracksClosedError, match="numpy"):
            asked()
