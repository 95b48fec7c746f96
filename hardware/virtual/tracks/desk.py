"""What the server asks about tracks: measures and lines of designs, and of points that are drawn.

It loads numpy; OpenCV isn't needed for it.
"""

import io
from collections.abc import Sequence
from functools import cache

import numpy as np

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.tracks.shape import shape_of
from hardware.virtual.tracks.smooth import points_along, smooth_line
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Track
from timing_server.contract.server.tracks import Point, TrackShape


class TrackDesk:
    """Implements ``service.tracks.ports.TrackDesk``; any thread may call."""

    def design_names(self) -> Sequence[str]:
        """Return the project's own tracks, the demo's first."""
        return tuple(DESIGNS)

    def design_shape(self, name: str) -> TrackShape:
        """Return what a design looks like. Raises UnknownTrackError."""
        return _design(name)[0]

    def design_points(self, name: str) -> tuple[Point, ...]:
        """Return points through which a design's line goes, to change it. Likewise."""
        return _design(name)[1]

    def shape(self, points: Sequence[Point], width_m: float) -> TrackShape:
        """Return what points and a width make. Raises ValueError with one sentence."""
        return shape_of(_track(points, width_m))

    def design_npy(self, name: str) -> bytes:
        """Return a design as DeepRacer's files are, ``.npy``. Raises UnknownTrackError."""
        return _npy(track_named(name))

    def npy(self, points: Sequence[Point], width_m: float) -> bytes:
        """Return what points and a width make, likewise. Raises ValueError with one sentence."""
        return _npy(_track(points, width_m))

    def design_sha256(self, name: str) -> str:
        """Return what makes a design that track and no other. Raises UnknownTrackError."""
        return track_sha256(track_named(name))

    def sha256(self, points: Sequence[Point], width_m: float) -> str:
        """Return likewise what points and a width make. Raises ValueError with one sentence."""
        return track_sha256(_track(points, width_m))


@cache
def _design(name: str) -> tuple[TrackShape, tuple[Point, ...]]:
    track = track_named(name)
    points = points_along(track.centre)
    return shape_of(track), tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)


def _track(points: Sequence[Point], width_m: float) -> Track:
    try:
        return Track("sketch", smooth_line(np.array(points)), width_m)
    except (TrackShapeError, np.linalg.LinAlgError) as error:
        raise ValueError(str(error)) from error


def _npy(track: Track) -> bytes:
    file = io.BytesIO()
    rows = track.rows()
    # The community's tools want the first point again at the end.
    np.save(file, np.vstack([rows, rows[:1]]), allow_pickle=False)
    return file.getvalue()
