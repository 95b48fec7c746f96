"""What a camera gate tells the server: its word on each pass, and how it is.

The frames around a pass travel by themselves: ``timing_server.contract.machines.frames``. A picture
to set the line in is asked for by ``CameraOrder`` and comes by ``PUT /api/v1/nodes/{node_id}/
cameras/{gate}/picture``.
"""

from math import hypot
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from timing_server.contract.base import AwareDatetime, Message, Seq, Slug, Uuid

#: The mark of a car whose mark can't be read or believed: no car wears it.
UNREAD_MARK = "unread"
CameraOutcome = Literal["identified", "missing", "double", "contradictory", "mark_without_pass"]
CameraState = Literal[
    "unplugged", "stalled", "dark", "blurred", "line_not_set", "slow", "no_journal"
]

#: Below this the direction of travel hangs on single pixels.
LINE_MIN_PX = 40
_CoordinatePx = Annotated[float, Field(ge=0, le=8000, allow_inf_nan=False)]
PointPx = tuple[_CoordinatePx, _CoordinatePx]


def _long_enough(line: tuple[PointPx, PointPx]) -> tuple[PointPx, PointPx]:
    (x1, y1), (x2, y2) = line
    if hypot(x2 - x1, y2 - y1) < LINE_MIN_PX:
        message = f"the line's ends must be at least {LINE_MIN_PX} px apart"
        raise ValueError(message)
    return line


#: Both ends of a line in a camera's picture, the driver's left hand first.
LinePx = Annotated[tuple[PointPx, PointPx], AfterValidator(_long_enough)]


class CameraOrder(Message):
    """Event ``camera`` of the device stream: one camera is to send a picture.

    With ``line_px`` it keeps that line first. Who isn't ``node_id`` with a camera at ``gate`` lets
    it pass.
    """

    node_id: Slug
    gate: Slug
    line_px: LinePx | None = None


class CameraLine(Message):
    """``PUT /api/v1/nodes/{node_id}/cameras/{gate}/line``: where the line is in the picture."""

    line_px: LinePx


class CameraReport(Message):
    """``POST /api/v1/nodes/{node_id}/cameras/passes``: what a camera says of one pass.

    ``seq`` is the pass's record in the node's journal; with ``mark_without_pass`` there is none,
    and ``seen_utc`` says when the mark crossed. ``has_stranger``: a car without a readable mark
    was at the line.
    """

    source: Slug
    gate: Slug
    outcome: CameraOutcome
    journal_id: Uuid
    seq: Seq | None
    seen_utc: AwareDatetime
    marks: Annotated[tuple[Slug, ...], Field(max_length=16)] = ()
    has_stranger: bool = False


class CameraHealth(Message):
    """``POST /api/v1/nodes/{node_id}/cameras``: how a camera gate is doing, every few seconds.

    ``line_px`` is the line that it works with, in its own pictures of ``width_px`` × ``height_px``
    pixels (0 before the first one).
    """

    source: Slug
    gate: Slug
    states: Annotated[tuple[CameraState, ...], Field(max_length=8)] = ()
    frame_rate_hz: Annotated[float, Field(ge=0, le=1000)] = 0.0
    read_ms: Annotated[float, Field(ge=0, le=100_000)] = 0.0
    waiting: Annotated[int, Field(ge=0)] = 0
    outcomes: dict[CameraOutcome, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    line_px: LinePx | None = None
    width_px: Annotated[int, Field(ge=0, le=8000)] = 0
    height_px: Annotated[int, Field(ge=0, le=8000)] = 0


class CameraStatus(Message):
    """A camera gate as the server knows it; ``silent_s`` since it was heard last.

    ``picture_seq`` counts the pictures that it sent to set its line in.
    """

    node_id: str
    silent_s: int
    health: CameraHealth
    picture_seq: int = 0


class SeenMark(Message):
    """A mark that a camera read, and the car that wears it now, where one does."""

    mark: str
    car_id: str | None
    car_name: str | None


class CameraWord(Message):
    """``GET /api/v1/events/{event_id}/passes/{pass_ref}/cameras``: a camera's word on a pass."""

    source: str
    gate: str
    outcome: CameraOutcome
    seen_utc: AwareDatetime
    marks: tuple[SeenMark, ...]
    has_stranger: bool


class UnclaimedMark(Message):
    """A mark that crossed the line though no beam broke."""

    node_id: str
    source: str
    gate: str
    mark: SeenMark
    seen_utc: AwareDatetime
