"""What the server asks about tracks: measures and lines of designs, and of points that are drawn.

It loads numpy; OpenCV isn't needed for it.
"""

import io
from collections.abc import Sequence
from functools import cache

import numpy as np

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.tracks.identity import track_sha256
from hardware.virtual.tracks.paper.tiles import cut
from hardware.virtual.tracks.shape import shape_of
from hardware.virtual.tracks.smooth import points_along, smooth_line
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Track
from timing_server.contract.server.tracks import (
    Paper,
    Point,
    Printed,
    TrackDocument,
    TrackShape,
    TrackSheets,
)

#: A design by its name, or a track of the venue's own.
Which = str | TrackDocument


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

    def npy(self, which: Which) -> bytes:
        """Return a track as DeepRacer's files are, ``.npy``. Raises ValueError."""
        file = io.BytesIO()
        rows = _opened(which).rows()
        # The community's tools want the first point again at the end.
        np.save(file, np.vstack([rows, rows[:1]]), allow_pickle=False)
        return file.getvalue()

    def sha256(self, which: Which) -> str:
        """Return what makes it that track and no other. Likewise."""
        track = _opened(which)
        track.ground = None if isinstance(which, str) else which.ground
        return track_sha256(track)

    def sheets(self, which: Which, paper: Paper, printed: Printed) -> TrackSheets:
        """Return how much paper a track takes at its real size. Likewise."""
        found = cut(_opened(which), paper, printed)
        return TrackSheets(
            sheets_n=len(found.tiles),
            columns_n=found.columns,
            rows_n=found.rows,
            is_landscape=found.is_landscape,
        )

    def pdf(self, which: Which, paper: Paper, printed: Printed) -> bytes:
        """Return a track at its real size as a PDF. Likewise; takes seconds."""
        from hardware.virtual.tracks.paper.pdf import track_pdf  # noqa: PLC0415 - loads fpdf2

        return track_pdf(_opened(which), paper, printed)


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


def _opened(which: Which) -> Track:
    """Return a design by its name, or the track of a document."""
    if isinstance(which, str):
        return track_named(which)
    track = _track(which.points, which.width_m)
    track.name = which.name
    return track
