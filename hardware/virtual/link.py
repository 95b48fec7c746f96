"""The venue's socket: the messages that cross it, and how they are packed into bytes.

A stream of frames in both directions over one Unix-domain socket. A frame is two unsigned 32-bit
big-endian lengths, that many bytes of JSON (one message below, told apart by ``kind``), and that
many bytes of payload (pixels; empty for all but ``Picture``). The first frame of a connection is
a ``Join*``; the venue answers ``Welcome`` or ``Refusal``. Both ends are processes of the same
user on one machine, so the socket's file mode (0600) is its only lock.
"""

import asyncio
import socket
import struct
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from hardware.virtual.errors import LinkError
from timing_server.contract.base import Message, MonoNs, Slug

#: A Unix socket's path is limited by the kernel: 108 bytes with its closing zero on Linux.
MAX_SOCKET_PATH_BYTES = 107
MAX_HEADER_BYTES = 16 * 1024
MAX_PAYLOAD_BYTES = 4 * 1024 * 1024

_LENGTHS = struct.Struct("!II")

Channels = Literal["luma", "bgr"]
SidePx = Annotated[int, Field(ge=16, le=1280)]
Frac = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class JoinGates(Message):
    """A timing node comes: it wants the level changes of these gates' beams."""

    kind: Literal["join_gates"] = "join_gates"
    gates: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=64)]


class JoinCamera(Message):
    """A car's camera driver comes: it wants pictures of this size and rate."""

    kind: Literal["join_camera"] = "join_camera"
    car_id: Slug
    width_px: SidePx
    height_px: SidePx
    channels: Channels
    frame_rate_hz: Annotated[float, Field(gt=0, le=60)]


class JoinActuators(Message):
    """A car's actuator driver comes: it will send ``Drive`` and wants ``Reading``."""

    kind: Literal["join_actuators"] = "join_actuators"
    car_id: Slug


class Welcome(Message):
    """The venue's answer to a join; ``levels`` tells what each joined gate's beam is at now."""

    kind: Literal["welcome"] = "welcome"
    levels: dict[Slug, Literal[0, 1]] = Field(default_factory=dict)


class Refusal(Message):
    """The venue doesn't serve this join; the connection ends after it."""

    kind: Literal["refusal"] = "refusal"
    reason: str


class LevelChange(Message):
    """A beam broke (level 1) or became whole (0) at ``mono_ns``; answered with ``LevelSensed``."""

    kind: Literal["level_change"] = "level_change"
    gate: Slug
    level: Literal[0, 1]
    mono_ns: MonoNs
    change_seq: Annotated[int, Field(ge=1)]


class LevelSensed(Message):
    """The node's pin went through that change, and the node's own code has handled it."""

    kind: Literal["level_sensed"] = "level_sensed"
    change_seq: Annotated[int, Field(ge=1)]


class Picture(Message):
    """A camera picture; the payload is its pixels, row by row, one or three bytes each."""

    kind: Literal["picture"] = "picture"
    capture_mono_ns: MonoNs
    seq: Annotated[int, Field(ge=0)]
    width_px: SidePx
    height_px: SidePx
    channels: Channels


class Drive(Message):
    """A steering and throttle command; the meaning is ``hardware.actuators.command.Command``'s."""

    kind: Literal["drive"] = "drive"
    steering_frac: Frac
    throttle_frac: Frac
    capture_mono_ns: MonoNs
    ttl_ns: Annotated[int, Field(ge=0, le=10_000_000_000)]


class Reading(Message):
    """What the virtual car measures of itself, about ten times a second."""

    kind: Literal["reading"] = "reading"
    speed_mps: Annotated[float, Field(ge=0, allow_inf_nan=False)]


Join = JoinGates | JoinCamera | JoinActuators
LinkMessage = Annotated[
    JoinGates
    | JoinCamera
    | JoinActuators
    | Welcome
    | Refusal
    | LevelChange
    | LevelSensed
    | Picture
    | Drive
    | Reading,
    Field(discriminator="kind"),
]
_ANY: TypeAdapter[LinkMessage] = TypeAdapter(LinkMessage)


def pack(message: Message, payload: bytes = b"") -> bytes:
    """Return one frame."""
    header = message.model_dump_json().encode()
    return _LENGTHS.pack(len(header), len(payload)) + header + payload


def unpack_header(header: bytes) -> LinkMessage:
    """Read a frame's JSON. Raises LinkError where it is no message of this link."""
    try:
        return _ANY.validate_json(header)
    except ValidationError as error:
        fault = error.errors()[0]["msg"]
        raise LinkError(f"The venue's socket carried something that is no message: {fault}.") from (
            error
        )


def _unpack_lengths(prefix: bytes) -> tuple[int, int]:
    header_bytes, payload_bytes = _LENGTHS.unpack(prefix)
    if header_bytes > MAX_HEADER_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
        raise LinkError(
            f"The venue's socket announced a message of {header_bytes} + {payload_bytes} bytes, "
            "which is more than any message has."
        )
    return header_bytes, payload_bytes


async def read_frame(reader: asyncio.StreamReader) -> tuple[LinkMessage, bytes]:
    """Wait for one frame. Raises EOFError at the stream's end, LinkError for nonsense."""
    header_bytes, payload_bytes = _unpack_lengths(await reader.readexactly(_LENGTHS.size))
    header = await reader.readexactly(header_bytes)
    return unpack_header(header), await reader.readexactly(payload_bytes)


def receive_frame(source: socket.socket) -> tuple[LinkMessage, bytes]:
    """Block until one frame came. Raises EOFError at the stream's end, LinkError for nonsense."""
    header_bytes, payload_bytes = _unpack_lengths(_receive_exactly(source, _LENGTHS.size))
    header = _receive_exactly(source, header_bytes)
    return unpack_header(header), _receive_exactly(source, payload_bytes)


def _receive_exactly(source: socket.socket, count: int) -> bytes:
    content = bytearray(count)
    view = memoryview(content)
    got = 0
    while got < count:
        step = source.recv_into(view[got:])
        if step == 0:
            raise EOFError
        got += step
    return bytes(content)
