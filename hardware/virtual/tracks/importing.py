"""Files that others made, as tracks that people change here: arrays of lines, and ``.track``."""

from pathlib import Path

from pydantic import ValidationError

from hardware.virtual.errors import TrackFileError
from hardware.virtual.tracks.documents import SUFFIX, read_document, track_of
from hardware.virtual.tracks.ground import read_ground, write_ground
from hardware.virtual.tracks.smooth import farthest_m, points_along, smooth_line
from hardware.virtual.world.track_files import read_track
from timing_server.contract.server.tracks import TrackDocument


def imported(file: Path, name: str) -> tuple[TrackDocument, float]:
    """Return a file's track, and how far its line strays from the file's, in metres.

    A picture is read and written anew, so that nothing is kept of it but its colours. Raises
    TrackFileError or TrackShapeError with one sentence.
    """
    if file.suffix.lower() == SUFFIX:
        return _checked(read_document(file)), 0.0
    track = read_track(file)
    points = points_along(track.centre)
    away_m = farthest_m(track.centre[::2], smooth_line(points))
    try:
        document = TrackDocument(
            name=name,
            points=tuple((round(float(x), 3), round(float(y), 3)) for x, y in points),
            width_m=round(track.width_m, 3),
        )
    except ValidationError as error:
        sentence = f"{file.name} holds no track that can be drawn here."
        raise TrackFileError(sentence) from error
    return document, away_m


def _checked(document: TrackDocument) -> TrackDocument:
    track_of(document)
    ground = document.ground
    if ground is not None:
        place = ground.model_dump(exclude={"jpeg"})
        ground = write_ground(read_ground(ground), **place)
    bare = {"ground": ground, "owner": None, "made_utc": None}
    return document.model_copy(update=bare)
