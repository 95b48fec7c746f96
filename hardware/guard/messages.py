"""What agent and guard say to each other: one JSON message per packet of a local socket.

A Unix socket of packets (``SOCK_SEQPACKET``): a message arrives whole or not at all, and the end of
either process is told by the kernel at once. The agent begins with ``Hello``; the guard answers
``Ready`` or ``Refused``, and from then on ``Status`` at each change and every ``TELL_EVERY_NS``.
All instants are of ``time.monotonic_ns``, which both processes share.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from hardware.guard.errors import GuardTalkError
from hardware.guard.lease import LeasePhase, Then
from timing_server.contract.base import Message, MonoNs

#: Raised whenever a message changes its meaning; both ends are of one release in ordinary life,
#: but a guard that systemd runs may be older than the agent.
PROTOCOL = 2

TELL_EVERY_NS = 50_000_000

MAX_PACKET_BYTES = 16 * 1024

Frac = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class Hello(Message):
    """The agent's first word."""

    kind: Literal["hello"] = "hello"
    protocol: int
    agent_pid: int


class Drive(Message):
    """A command, as in ``hardware.actuators.command``."""

    kind: Literal["drive"] = "drive"
    steering_frac: Frac
    throttle_frac: Frac
    capture_mono_ns: MonoNs
    issued_mono_ns: MonoNs
    ttl_ns: Annotated[int, Field(ge=0, le=10_000_000_000)]


class Beat(Message):
    """The agent lives."""

    kind: Literal["beat"] = "beat"


class Halt(Message):
    """Neutral now; the lease stays."""

    kind: Literal["halt"] = "halt"
    sent_mono_ns: MonoNs


class Grant(Message):
    """A lease, as in ``hardware.guard.lease``."""

    kind: Literal["grant"] = "grant"
    lease_id: Annotated[str, Field(min_length=1, max_length=64)]
    expires_mono_ns: MonoNs
    then: Then
    finish_until_mono_ns: MonoNs


class Revoke(Message):
    """Neutral now, and the lease is over."""

    kind: Literal["revoke"] = "revoke"
    reason: Reason
    sent_mono_ns: MonoNs


class EStop(Message):
    """Latch the emergency stop."""

    kind: Literal["e_stop"] = "e_stop"
    reason: Reason
    sent_mono_ns: MonoNs


class Release(Message):
    """A person wants the emergency stop unlatched."""

    kind: Literal["release"] = "release"
    who: Reason


class Calibrate(Message):
    """Use this calibration from now on, without keeping it; a file in DeepRacer's format."""

    kind: Literal["calibrate"] = "calibrate"
    file: Annotated[str, Field(max_length=4096)]


class Ready(Message):
    """The guard has the device and set it to neutral. ``weaknesses``: what it wasn't allowed."""

    kind: Literal["ready"] = "ready"
    protocol: int
    guard_pid: int
    device: str
    weaknesses: tuple[str, ...] = ()


class Refused(Message):
    """The guard won't serve; the reason is a sentence for a person."""

    kind: Literal["refused"] = "refused"
    reason: str
    exit_code: int = 1


class Carried(Message):
    """A command reached the device: its capture, and when the device had taken it."""

    capture_mono_ns: MonoNs
    done_mono_ns: MonoNs


class Status(Message):
    """``hardware.guard.handle.GuardStatus`` on its way, and the commands carried out since."""

    kind: Literal["status"] = "status"
    lease_id: str | None
    lease_phase: LeasePhase
    why_neutral: str | None
    e_stop: str | None
    e_stop_mono_ns: MonoNs
    neutral_mono_ns: MonoNs
    neutral_took_ns: Annotated[int, Field(ge=0)]
    steering_frac: float
    throttle_frac: float
    stale_commands: Annotated[int, Field(ge=0)]
    fault: str | None
    device_resets: Annotated[int, Field(ge=0)]
    speed_mps: float | None
    battery_frac: float | None
    told_mono_ns: MonoNs
    carried: tuple[Carried, ...] = ()


AgentMessage = Annotated[
    Hello | Drive | Beat | Halt | Grant | Revoke | EStop | Release | Calibrate,
    Field(discriminator="kind"),
]
GuardMessage = Annotated[Ready | Refused | Status, Field(discriminator="kind")]

_AGENT: TypeAdapter[AgentMessage] = TypeAdapter(AgentMessage)
_GUARD: TypeAdapter[GuardMessage] = TypeAdapter(GuardMessage)


def pack(message: Message) -> bytes:
    """Return one packet."""
    return message.model_dump_json().encode()


def from_agent(packet: bytes) -> AgentMessage:
    """Read an agent's packet. Raises GuardTalkError where it is no message."""
    try:
        return _AGENT.validate_json(packet)
    except ValidationError as error:
        raise GuardTalkError(_fault("agent", error)) from error


def from_guard(packet: bytes) -> GuardMessage:
    """Read a guard's packet. Raises GuardTalkError where it is no message."""
    try:
        return _GUARD.validate_json(packet)
    except ValidationError as error:
        raise GuardTalkError(_fault("guard", error)) from error


def _fault(speaker: str, error: ValidationError) -> str:
    fault = error.errors()[0]["msg"]
    return f"The {speaker} said something that is no message of this release: {fault}."
