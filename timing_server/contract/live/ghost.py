"""A lap that drives along as a ghost beside who is on track: on boards, in virtual venues."""

from typing import Annotated

from pydantic import Field

from timing_server.contract.base import Message, Us

#: A lap's way on a board needs no more: ten places a second for a minute and a half.
MAX_PLACES = 900


class GhostLap(Message):
    """A lap of the event by its way: where its car was at instants since it crossed the line.

    ``track_name`` is the track's as its map has it; on another one's it has no place. Null is of a
    release that knew the venue's track alone.
    """

    event_id: str
    entry_id: str
    heat_number: int
    number: int
    track_name: str | None = None
    duration_us: Us
    at_us: tuple[Us, ...]
    x_m: tuple[float, ...]
    y_m: tuple[float, ...]
    heading_rad: tuple[float, ...]


class GhostReport(Message):
    """Event ``ghost`` of the live stream and ``GET /api/v1/venue/ghost``; None: there is none."""

    lap: GhostLap | None = None


class GhostChoice(Message):
    """``PUT /api/v1/venue/ghost``: which lap drives along."""

    event_id: Annotated[str, Field(max_length=200)]
    heat_id: Annotated[str, Field(max_length=200)]
    entry_id: Annotated[str, Field(max_length=200)]
    lap: Annotated[int, Field(ge=1, le=10_000)]
