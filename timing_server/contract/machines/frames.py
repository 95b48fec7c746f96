"""Photo-finish frames: what a camera at the line saw around a pass, and the raw edges beside it.

A camera's process sends each frame by ``PUT /api/v1/nodes/{node_id}/journals/{journal_id}/passes/
{seq}/frames/{index}``, in any order, with any repeats, before or after the pass itself; only
marshals see them.
"""

from typing import Annotated

from pydantic import Field

from timing_server.contract.base import Message, Slug, Us
from timing_server.contract.machines.journal import Level, SensorName

#: Of one pass: about a third of a second on both sides of the beam at 30 frames a second.
MAX_FRAMES = 20
MAX_FRAME_BYTES = 192 * 1024
#: A frame further from the beam's edge than this shows another pass.
MAX_OFFSET_US = 10_000_000

FrameIndex = Annotated[int, Field(ge=0, lt=MAX_FRAMES)]
OffsetUs = Annotated[int, Field(ge=-MAX_OFFSET_US, le=MAX_OFFSET_US)]


class FrameRow(Message):
    """A frame that is kept; ``offset_us`` is its instant less that of the pass's first edge."""

    index: int
    offset_us: Us


class EdgeRow(Message):
    """A raw edge near the pass, of any sensor of its gate; ``level`` 1 means broken."""

    sensor: SensorName
    level: Level
    offset_us: Us


class PassEvidence(Message):
    """``GET …/passes/{pass_ref}/evidence``: edges and frames around a sensor's pass, by time."""

    pass_ref: str
    node_id: Slug
    gate: Slug
    edges: tuple[EdgeRow, ...]
    frames: tuple[FrameRow, ...]
