"""What a car's black box holds: one MCAP file per heat, each row JSON with its schema in the file.

``log_time`` is the car's monotonic clock; the file says of which boot. Pictures are rows of
Foxglove's own schema, so that any viewer of MCAP shows them. How the clock lies to the race clock
are rows as well: a lap of the race is found in the record through them.
"""

import base64
import json
from typing import Annotated, Any, Literal

from pydantic import Field

from timing_server.contract.base import BoundNs, Message, MonoNs, OffsetNs, Sha256, Slug

#: Names of the two metadata records: what the file is of, and how it ended.
ABOUT = "paddock.record"
END = "paddock.end"

Fraction = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Words = Annotated[str, Field(max_length=300)]
MAX_ACTIONS = 256


class ActionLabel(Message):
    """What one action of a model means: degrees, positive is left, and metres per second."""

    steering_deg: Number
    speed_mps: Number


class RecordAbout(Message):
    """Of which heat, car and model a record is. ``wall_utc`` is the car's calendar, for people."""

    version: Literal[1] = 1
    event_id: Slug
    heat_id: Slug
    entry_id: Slug
    car_id: Slug
    boot_id: Annotated[str, Field(max_length=64)]
    began_mono_ns: MonoNs
    wall_utc: Annotated[str, Field(max_length=40)]
    release: Annotated[str, Field(max_length=40)]
    model_name: Annotated[str, Field(max_length=80)]
    model_sha256: Sha256
    actions: Annotated[tuple[ActionLabel, ...], Field(max_length=MAX_ACTIONS)] = ()


class RunFigures(Message):
    """How a run was driven, from its car's first command to its last.

    ``latency_p50_us`` and ``latency_p95_us``: from a picture's instant until the wheels' device had
    taken the command that answers it; None where no command reached it. ``is_throttled`` and
    ``is_undervolted``: at any moment of the run; None where the machine doesn't say.
    ``lost_rows`` is what the black box couldn't keep, 0 also where it is off.
    """

    heat_id: Slug
    commands: Count = 0
    latency_p50_us: Count | None = None
    latency_p95_us: Count | None = None
    frames: Count = 0
    dropped_frames: Count = 0
    stale_commands: Count = 0
    is_throttled: bool | None = None
    is_undervolted: bool | None = None
    lost_rows: Count = 0
    is_over: bool = False


class Drive(Message):
    """One decision: by which picture, how sure, and what was asked of the wheels.

    ``probabilities`` are a discrete model's, in the order of its actions; else ``answer`` is what
    the model said. ``frame_age_us``: from the picture until the command went to the guard.
    ``is_taken`` False: the guard didn't let it move the car.
    """

    frame_seq: Count
    capture_mono_ns: MonoNs
    issued_mono_ns: MonoNs
    frame_age_us: Count
    inference_us: Count
    steering_frac: Fraction
    throttle_frac: Fraction
    is_taken: bool
    action: Annotated[int, Field(ge=0, lt=MAX_ACTIONS)] | None = None
    probabilities: Annotated[tuple[Number, ...], Field(max_length=MAX_ACTIONS)] = ()
    answer: Annotated[tuple[Number, ...], Field(max_length=MAX_ACTIONS)] = ()


class Wheels(Message):
    """A command reached the wheels' device, as the guard reports it."""

    capture_mono_ns: MonoNs
    done_mono_ns: MonoNs
    latency_us: Count


class Guard(Message):
    """What the guard says, at each change that was seen: the outputs as they are."""

    steering_frac: Fraction
    throttle_frac: Fraction
    lease_id: Words | None
    lease_phase: Words
    why_neutral: Words | None
    e_stop: Words | None
    fault: Words | None
    speed_mps: Number | None
    battery_frac: Number | None


class Leave(Message):
    """Whether the car may drive, at each change; ``reason`` is in English."""

    is_allowed: bool
    reason: Words
    throttle_scale: Number = 1.0


class Machine(Message):
    """The car's computer, once a second."""

    cpu_temp_c: Number | None
    is_throttled: bool | None
    is_undervolted: bool | None
    frames: Count
    dropped_frames: Count
    stale_commands: Count


class ClockRelation(Message):
    """``race_ns = mono_ns + race_offset_ns ± bound_ns`` at the row's instant."""

    race_offset_ns: OffsetNs
    bound_ns: BoundNs


class Pose(Message):
    """Where the car was, where anything knows it: a simulation does, most tracks don't.

    Metres in the track's own frame, heading counter-clockwise from +x. ``progress_frac``: the share
    of the lap's course that lies behind the car; ``reward``: what a reward function gave for it.
    """

    x_m: Number
    y_m: Number
    heading_rad: Number
    speed_mps: Number | None = None
    progress_frac: Fraction | None = None
    is_off_track: bool = False
    reward: Number | None = None


class Loss(Message):
    """Rows that couldn't be kept since the last such row: the queue or the disk was full."""

    rows: Count
    reason: Words


Row = Drive | Wheels | Guard | Leave | Machine | ClockRelation | Pose | Loss

TOPICS: dict[type[Message], str] = {
    Drive: "/drive",
    Wheels: "/wheels",
    Guard: "/guard",
    Leave: "/leave",
    Machine: "/machine",
    ClockRelation: "/clock",
    Pose: "/pose",
    Loss: "/lost",
}
KINDS = {topic: kind for kind, topic in TOPICS.items()}

PICTURES = "/camera"
PICTURE_SCHEMA_NAME = "foxglove.CompressedImage"
PICTURE_SCHEMA: dict[str, Any] = {
    "title": PICTURE_SCHEMA_NAME,
    "type": "object",
    "properties": {
        "timestamp": {
            "type": "object",
            "title": "time",
            "properties": {"sec": {"type": "integer"}, "nsec": {"type": "integer"}},
        },
        "frame_id": {"type": "string"},
        "data": {"type": "string", "contentEncoding": "base64"},
        "format": {"type": "string"},
        "seq": {"type": "integer"},
    },
}

_NS_PER_S = 1_000_000_000


def pack_picture(jpeg: bytes, seq: int, capture_mono_ns: int) -> bytes:
    """Return a picture's row."""
    sec, nsec = divmod(capture_mono_ns, _NS_PER_S)
    head = (
        f'{{"timestamp":{{"sec":{sec},"nsec":{nsec}}},"frame_id":"camera","format":"jpeg",'
        f'"seq":{seq},"data":"'
    )
    return head.encode() + base64.b64encode(jpeg) + b'"}'


def unpack_picture(row: bytes) -> tuple[int, bytes]:
    """Return a picture's number and its JPEG. Raises ValueError, KeyError or TypeError."""
    content = json.loads(row)
    return int(content["seq"]), base64.b64decode(content["data"], validate=True)
