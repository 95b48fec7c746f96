"""What the service needs for tracks from outside: who measures them, and a folder for files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from timing_server.contract.server.tracks import (
    Paper,
    Point,
    Printed,
    TrackDocument,
    TrackShape,
    TrackSheets,
)

#: A design by its name, or one of the venue's own tracks.
Which = str | TrackDocument


class TrackDesk(Protocol):
    """Measures tracks and draws their lines; any thread may call."""

    def design_names(self) -> Sequence[str]:
        """Return the project's own tracks, the demo's first."""

    def design_shape(self, name: str) -> TrackShape:
        """Return what a design looks like."""

    def design_points(self, name: str) -> tuple[Point, ...]:
        """Return points through which a design's line goes, to change it."""

    def shape(self, points: Sequence[Point], width_m: float) -> TrackShape:
        """Return what points and a width make. Raises ValueError with one sentence."""

    def npy(self, which: Which) -> bytes:
        """Return a track as DeepRacer's files are: N×6 metres, ``.npy``. Likewise."""

    def sha256(self, which: Which) -> str:
        """Return what makes it that track and no other. Likewise."""

    def sheets(self, which: Which, paper: Paper, printed: Printed) -> TrackSheets:
        """Return how much paper a track takes at its real size. Likewise."""

    def pdf(self, which: Which, paper: Paper, printed: Printed) -> bytes:
        """Return a track at its real size as a PDF. Likewise; takes seconds."""


#: Opens the desk, which loads numpy: at first use only, in a thread.
OpenTrackDesk = Callable[[], TrackDesk]


class TrackFolder(Protocol):
    """Where the venue's tracks are, each under its id. Errors are StorageFailedError."""

    def ids(self) -> Sequence[str]:
        """Return the ids of all tracks."""

    def stamp(self, track_id: str) -> str | None:
        """Return what changes whenever a track's file does, None where there is none."""

    def read(self, track_id: str) -> bytes | None:
        """Return a track's file, None where there is none."""

    def write(self, track_id: str, content: bytes) -> None:
        """Keep a track's file: whole, or not at all."""

    def delete(self, track_id: str) -> bool:
        """Lay a track aside, from where it can be brought back; say whether it was there."""

    def restore(self, track_id: str) -> bool:
        """Bring a track back that was laid aside; say whether it was."""

    def keep_newest(self, count: int) -> None:
        """Delete for good all but the newest."""

    def path_of(self, track_id: str) -> Path | None:
        """Return where a track's file is, None where it isn't."""


@dataclass(frozen=True, slots=True)
class PhotoTaps:
    """A known rectangle on a photo: its corners, clockwise from the upper left, and its metres.

    Corners are fractions of the photo's width and height; ``reach_m`` of ground beyond it is
    wanted.
    """

    corners: tuple[tuple[float, float], ...]
    width_m: float
    height_m: float
    reach_m: float


@dataclass(frozen=True, slots=True)
class TrackRead:
    """What a photo or a file gave; ``notes`` are codes of what was seen."""

    document: TrackDocument
    notes: tuple[str, ...]


class TrackReader(Protocol):
    """Reads what strangers send in a process of its own, with limits.

    Its methods take seconds, and raise TrackUnreadableError or StorageFailedError.
    """

    def missing(self) -> str | None:
        """Return why nothing can be read here, None where it can."""

    def photo(self, content: bytes, taps: PhotoTaps) -> TrackRead:
        """Straighten a photo and look for the road on it."""

    def file(self, content: bytes, suffix: str) -> TrackRead:
        """Read somebody else's track file, ``.npy`` or ``.track``."""


@dataclass(frozen=True, slots=True)
class TrackTools:
    """What the composition root gives: folders, and who measures and reads.

    ``photos`` holds what was photographed and isn't saved yet; ``open_desk`` is None where this
    machine can't measure.
    """

    folder: TrackFolder
    photos: TrackFolder
    reader: TrackReader
    open_desk: OpenTrackDesk | None
