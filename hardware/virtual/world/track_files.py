"""Tracks by name or from a file: the project's own designs, and the community's N×6 ``.npy``."""

from io import BytesIO
from pathlib import Path

import numpy as np

from hardware.virtual.errors import TrackFileError, UnknownTrackError
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Track, track_from_rows

#: A centre line of a kilometre at every centimetre is a tenth of this.
MAX_FILE_BYTES = 8_000_000
MAX_ROWS = 20_000
#: Further out than this there is no hall: such numbers are not metres.
MAX_SPAN_M = 200.0


def open_track(name: str) -> Track:
    """Return a design by its name, or the track of a ``.npy`` file by its path.

    Raises UnknownTrackError for neither, TrackFileError or TrackShapeError for a file that holds
    no track.
    """
    if name in DESIGNS:
        return track_named(name)
    path = Path(name)
    if path.suffix.lower() == ".npy":
        return read_track(path)
    known = ", ".join(DESIGNS)
    raise UnknownTrackError(
        f"There is no track named '{name}'; choose one of {known}, or name a .npy file."
    )


def read_track(path: Path) -> Track:
    """Return the track of a file as DeepRacer's are: N×6 metres, centre, inner, outer line.

    Raises TrackFileError with one sentence where it can't be read, TrackShapeError where its
    points make no closed track.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise TrackFileError(f"{path} can't be read: {error.strerror or error}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise TrackFileError(f"{path.name} is too large for a track file.")
    try:
        rows = np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, MemoryError, SyntaxError) as error:
        raise TrackFileError(f"{path.name} is no array that numpy can read.") from error
    if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "fiu":
        raise TrackFileError(f"{path.name} holds no array of numbers.")
    if len(rows.shape) != 2 or len(rows) > MAX_ROWS:
        raise TrackFileError(f"{path.name} holds an array of {rows.shape}, not of N×6.")
    rows = rows.astype(np.float64)
    if not np.isfinite(rows).all() or np.ptp(rows) > MAX_SPAN_M:
        raise TrackFileError(f"{path.name} holds numbers that are no places in metres.")
    return track_from_rows(path.stem, rows)
