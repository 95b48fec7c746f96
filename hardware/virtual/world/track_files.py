"""Tracks by name or from a file: own designs, ``.track`` files, the community's N×6 ``.npy``."""

from io import BytesIO
from pathlib import Path

import numpy as np

from hardware.virtual.errors import TrackFileError, UnknownTrackError
from hardware.virtual.tracks.documents import SUFFIX, read_content, read_document, track_of
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Points, Track, track_from_rows

#: The most rows are an eighth of this.
MAX_FILE_BYTES = 8_000_000
MAX_ROWS = 20_000
#: Wider than this there is no hall, and longer or shorter no lap: such numbers are not metres. The
#: ground that a camera sees is painted as large as the track.
MAX_SPAN_M = 60.0
LEAST_LENGTH_M, MAX_LENGTH_M = 2.0, 500.0


def open_track(name: str) -> Track:
    """Return a design by its name, or the track of a ``.track`` or ``.npy`` file by its path.

    Raises UnknownTrackError for neither, TrackFileError or TrackShapeError for a file that holds
    no track.
    """
    if name in DESIGNS:
        return track_named(name)
    path = Path(name)
    if path.suffix.lower() == ".npy":
        return read_track(path)
    if path.suffix.lower() == SUFFIX:
        track = track_of(read_document(path))
        if not _is_in_metres(track.rows()):
            raise TrackFileError(f"{path.name} holds a track that is larger than any hall's.")
        return track
    known = ", ".join(DESIGNS)
    raise UnknownTrackError(
        f"There is no track named '{name}'; choose one of {known}, or name a .track or .npy file."
    )


def read_track(path: Path) -> Track:
    """Return the track of a file as DeepRacer's are: N×6 metres, centre, inner, outer line.

    Raises TrackFileError with one sentence where it can't be read, TrackShapeError where its
    points make no closed track.
    """
    content = read_content(path, MAX_FILE_BYTES)
    try:
        rows = np.load(BytesIO(content), allow_pickle=False)
    except Exception as error:  # its parsers of strangers' headers raise whatever comes
        raise TrackFileError(f"{path.name} is no array that numpy can read.") from error
    if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "fiu":
        raise TrackFileError(f"{path.name} holds no array of numbers.")
    if rows.shape[1:] != (6,) or not 0 < len(rows) <= MAX_ROWS:
        raise TrackFileError(f"{path.name} holds an array of {rows.shape}, not of N×6.")
    rows = rows.astype(np.float64)
    if not np.isfinite(rows).all() or not _is_in_metres(rows):
        raise TrackFileError(f"{path.name} holds numbers that are no places in metres.")
    return track_from_rows(path.stem, rows)


def _is_in_metres(rows: Points) -> bool:
    """Whether a lap by these rows is as long, and the ground as wide, as in a hall."""
    length_m = float(np.hypot(*np.diff(rows[:, :2], axis=0).T).sum())
    is_lap = LEAST_LENGTH_M <= length_m <= MAX_LENGTH_M
    return is_lap and float(np.ptp(rows, axis=0).max()) <= MAX_SPAN_M
