"""Tracks for virtual cars: the file that holds one, and what the server says of those there are."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message
from timing_server.contract.names import Name

#: Nothing wider than this is a hall's; the span of a whole track is checked where it is measured.
FARTHEST_M = 100.0
LEAST_POINTS, MOST_POINTS = 4, 200
LEAST_WIDTH_M, MOST_WIDTH_M = 0.2, 3.0
#: A ground's picture as base64, of at most 9 MB.
MAX_GROUND_CHARS = 12_000_000
#: What a file of the kind may have: its picture and some.
MAX_FILE_BYTES = MAX_GROUND_CHARS + 100_000

#: What the venue's own tracks and photos are called.
HEX_ID = r"^[0-9a-f]{32}$"
#: What is sent to be read: a phone's photo, or a file.
MAX_UPLOAD_BYTES = 16 * 1024 * 1024

Metres = Annotated[float, Field(ge=-FARTHEST_M, le=FARTHEST_M, allow_inf_nan=False)]
Point = tuple[Metres, Metres]
Points = Annotated[tuple[Point, ...], Field(min_length=LEAST_POINTS, max_length=MOST_POINTS)]
WidthM = Annotated[float, Field(ge=LEAST_WIDTH_M, le=MOST_WIDTH_M, allow_inf_nan=False)]
Line = tuple[tuple[float, float], ...]


class GroundPlace(Message):
    """Where a picture of the ground lies: its upper left corner, and how much it shows."""

    left_m: Metres
    top_m: Metres
    width_m: Annotated[float, Field(gt=0.1, le=FARTHEST_M, allow_inf_nan=False)]
    height_m: Annotated[float, Field(gt=0.1, le=FARTHEST_M, allow_inf_nan=False)]


class Ground(GroundPlace):
    """A picture of the ground from above, a JPEG as base64."""

    jpeg: Annotated[str, Field(max_length=MAX_GROUND_CHARS, pattern=r"^[A-Za-z0-9+/]*=*$")]


class TrackDocument(Message):
    """A ``.track`` file. A smooth closed line goes through ``points`` (metres) in this order.

    It begins at the first of them, which is where the finish line lies.
    """

    format: Literal["paddock-track"] = "paddock-track"
    version: Literal[1] = 1
    name: Name
    points: Points
    width_m: WidthM
    ground: Ground | None = None
    #: The driver whose it is on the server that keeps it; null is the venue.
    owner: Annotated[str, Field(max_length=64)] | None = None
    made_utc: Annotated[str, Field(max_length=40)] | None = None


class TrackShape(Message):
    """What follows from a track's points and width; lines are closed, in metres.

    ``tight`` are stretches of the centre line that are too tight to follow, ``overlaps`` those
    where another part of the road lies on it. ``troubles`` says the same in codes.
    """

    length_m: float
    width_m: float
    tightest_radius_m: float
    centre: Line
    inner: Line
    outer: Line
    finish: tuple[tuple[float, float], tuple[float, float]]
    tight: tuple[Line, ...]
    overlaps: tuple[Line, ...]
    troubles: tuple[Literal["folds", "tight", "overlaps", "long", "short", "wide"], ...]


class TrackRow(Message):
    """``GET /tracks``: a track to drive on. ``is_own``: the venue keeps it; else it is a design."""

    track_id: str
    name: str
    length_m: float
    width_m: float
    is_own: bool
    driver_id: str | None = None
    driver_name: str | None = None
    has_ground: bool = False


class TrackPlan(TrackRow):
    """``GET /tracks/{track_id}``: the same with what it looks like, and the points to change.

    ``version`` changes with the file; null is a design's.
    """

    points: tuple[tuple[float, float], ...]
    shape: TrackShape
    ground: GroundPlace | None = None
    version: str | None = None


class TrackSketch(Message):
    """``POST /tracks/sketch``: points and a width, to see what they make. Nothing is kept."""

    points: Points
    width_m: WidthM


class TrackSave(TrackSketch):
    """``PUT /tracks/{track_id}``: a track to keep, under 32 hexadecimal digits of one's own choice.

    ``version`` is that of the track that was opened, where there was one: whoever saves later than
    somebody else is told. ``ground_from`` is the photo, or the other track of the venue's, whose
    picture becomes the ground; null leaves the ground as it was.
    """

    name: Name
    version: Annotated[str, Field(max_length=64)] | None = None
    ground_from: Annotated[str, Field(pattern=HEX_ID)] | None = None


class TracksDesk(Message):
    """``GET /tracks/desk``: whether this server has tracks, and reads files and photos.

    ``reason`` and ``reading_reason`` say why not.
    """

    is_open: bool
    reason: str | None = None
    reads_files: bool = True
    reading_reason: str | None = None


class TrackProposal(Message):
    """What a photo or a file gave, to be corrected and kept. ``notes`` are codes of what was seen.

    ``ground_id`` is what ``ground_from`` takes; null where there is no picture.
    """

    points: Points
    width_m: WidthM
    notes: tuple[Annotated[str, Field(max_length=40)], ...] = ()
    ground: GroundPlace | None = None
    ground_id: str | None = None


Paper = Literal["a4", "a3", "letter"]
#: The whole road, or templates to lay tape along: of its borders, or of its centre line.
Printed = Literal["road", "borders", "centre"]


class TrackSheets(Message):
    """``GET /tracks/{track_id}/sheets``: how much paper a track takes at its real size."""

    sheets_n: int
    columns_n: int
    rows_n: int
    is_landscape: bool
