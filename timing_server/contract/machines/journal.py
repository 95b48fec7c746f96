"""What a timing node sends up: its journal, in order, and what the server answers.

Every record is unique by (node, boot_id, journal_id, seq) (decision 7). The server acknowledges
the highest seq below which nothing is missing, and only after its own commit.
"""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import (
    AwareDatetime,
    BoundNs,
    Int64,
    Message,
    MonoNs,
    OffsetNs,
    Seq,
    Slug,
    Uuid,
)

Level = Literal[0, 1]
SensorName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]


class JournalRecord(Message):
    """What every record carries. ``mono_ns`` is the node's monotonic clock in boot ``boot_id``."""

    seq: Seq
    boot_id: Uuid
    mono_ns: MonoNs
    wall_utc: AwareDatetime


class EdgeRecord(JournalRecord):
    """One raw edge of one sensor; ``level`` 1 means that the beam is broken."""

    kind: Literal["edge"] = "edge"
    gate: Slug
    sensor: SensorName
    level: Level


class PassRecord(JournalRecord):
    """The merged edges of one crossing; ``mono_ns`` is the first edge's time."""

    kind: Literal["pass"] = "pass"
    gate: Slug
    pulse_ns: Annotated[int, Field(ge=0)] | None = None
    edges: Annotated[int, Field(ge=1)]
    sensors: Annotated[tuple[SensorName, ...], Field(min_length=1, max_length=16)]


class ClockRecord(JournalRecord):
    """How this node's clock lies to the server's race clock: race_ns = mono_ns + offset ± bound."""

    kind: Literal["clock"] = "clock"
    race_offset_ns: OffsetNs
    bound_ns: BoundNs


class GoRecord(JournalRecord):
    """This node's start lights went out for a heat at ``mono_ns``, give or take ``bound_ns``.

    ``go_race_ns`` is the instant that the server had chosen, ``planned_mono_ns`` what that was on
    this node's clock, to within ``clock_bound_ns``. None: its clock wasn't related well enough, so
    that the lights followed the server's word when it came.
    """

    kind: Literal["go"] = "go"
    heat_id: Slug
    go_race_ns: Int64
    planned_mono_ns: MonoNs | None = None
    clock_bound_ns: BoundNs | None = None
    bound_ns: BoundNs


ButtonRole = Literal["e_stop", "manual_gate"]


class ButtonRecord(JournalRecord):
    """A button was pressed or, an emergency stop alone, let go; ``mono_ns`` is its first edge's.

    ``gate`` is where a ``manual_gate`` makes a pass, ``bound_ns`` how precise its hand is.
    """

    kind: Literal["button"] = "button"
    button: Slug
    role: ButtonRole
    is_pressed: bool
    gate: Slug | None = None
    bound_ns: BoundNs


JudgeCall = Literal["off_track", "reset"]


class JudgeRecord(JournalRecord):
    """A judge pressed a button: a car left the track, or was put back; ``lane`` None: any car."""

    kind: Literal["judge"] = "judge"
    button: Slug
    call: JudgeCall
    lane: Annotated[int, Field(ge=1, le=16)] | None = None


class StartRecord(JournalRecord):
    """The node came up: its release and the pin factory that it reads."""

    kind: Literal["start"] = "start"
    version: Annotated[str, Field(max_length=40)]
    pin_factory: Annotated[str, Field(max_length=80)]
    gates: Annotated[tuple[Slug, ...], Field(max_length=64)]


class SpeedRecord(JournalRecord):
    """A car's mean speed between two gates of the node; ``mono_ns`` is when it passed the second.

    ``from_seq`` and ``to_seq`` are the two passes' numbers in this journal, ``distance_mm`` how far
    apart the gates stand, ``± distance_bound_mm``.
    """

    kind: Literal["speed"] = "speed"
    from_gate: Slug
    to_gate: Slug
    from_seq: Seq
    to_seq: Seq
    duration_ns: Annotated[int, Field(ge=1, lt=2**63)]
    distance_mm: Annotated[int, Field(ge=1, le=100_000)]
    distance_bound_mm: Annotated[int, Field(ge=0, le=1_000)]
    speed_mmps: Annotated[int, Field(ge=0, lt=2**53)]
    bound_mmps: Annotated[int, Field(ge=0, lt=2**53)]


Record = Annotated[
    EdgeRecord
    | PassRecord
    | ClockRecord
    | StartRecord
    | SpeedRecord
    | GoRecord
    | ButtonRecord
    | JudgeRecord,
    Field(discriminator="kind"),
]

MAX_BATCH_RECORDS = 500


class JournalBatch(Message):
    """``POST /api/v1/nodes/{node_id}/journal``: records of one journal, any order, any repeats.

    ``complete``: the batch holds every record that the node still has from the first to the last of
    these two seqs; what is missing between them were raw edges that a server had acknowledged and
    the node has given up since. The server's mark may pass over such holes.
    """

    journal_id: Uuid
    complete: tuple[Seq, Seq] | None = None
    records: Annotated[tuple[Record, ...], Field(max_length=MAX_BATCH_RECORDS)]


class JournalAck(Message):
    """Everything up to and including ``acked_seq`` is on the server's disk; 0 means nothing yet."""

    journal_id: Uuid
    acked_seq: Annotated[int, Field(ge=0)]


class ClockReading(Message):
    """``GET /api/v1/clock``: the race clock at the moment of answering."""

    race_ns: MonoNs
    server_boot_id: Uuid
