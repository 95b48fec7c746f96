"""Tracks between files and what is driven: ``.track`` documents become tracks."""

from pathlib import Path

import numpy as np
from pydantic import ValidationError

from hardware.virtual.errors import TrackFileError
from hardware.virtual.tracks.smooth import smooth_line
from hardware.virtual.world.track import Track
from timing_server.contract.server.tracks import MAX_FILE_BYTES, TrackDocument

SUFFIX = ".track"


def read_content(path: Path, most_bytes: int) -> bytes:
    """Return all that a track's file holds. Raises TrackFileError with one sentence."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise TrackFileError(f"{path} can't be read: {error.strerror or error}.") from error
    if len(content) > most_bytes:
        raise TrackFileError(f"{path.name} is too large for a track file.")
    return content


def read_document(path: Path) -> TrackDocument:
    """Return what a ``.track`` file says. Raises TrackFileError with one sentence."""
    content = read_content(path, MAX_FILE_BYTES)
    try:
        return TrackDocument.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        sentence = f"{path.name} holds no track: {where}: {first['msg']}."
        raise TrackFileError(sentence) from error


def track_of(document: TrackDocument) -> Track:
    """Return the track that a document describes. Raises TrackShapeError."""
    line = smooth_line(np.array(document.points))
    track = Track(document.name, line, document.width_m)
    track.ground = document.ground
    return track
