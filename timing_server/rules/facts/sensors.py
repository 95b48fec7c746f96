"""Facts that machines report: the server's starts, nodes' clocks, passes."""

from dataclasses import dataclass

from timing_server.rules.units import BootId, HeatId, JournalId, MarkId, NodeId, PassRef


@dataclass(frozen=True, slots=True)
class ServerStarted:
    """The server came up in a kernel boot; race_ns = mono_ns + race_offset_ns until the next."""

    boot_id: BootId
    race_offset_ns: int
    version: str


@dataclass(frozen=True, slots=True)
class ClockRelated:
    """A node measured its monotonic clock against the race clock: race = mono + offset ± bound."""

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    race_offset_ns: int
    bound_ns: int


@dataclass(frozen=True, slots=True)
class PassDetected:
    """Something crossed a gate. Never names a car (decision 10).

    ``mono_ns`` is the first edge's kernel time; ``pulse_ns`` how long the beam was broken, when
    known; ``edges`` how many edges were merged; ``sensors`` which ones, in order of firing.
    ``bound_ns`` is how far off the stamp itself may be: 0 but for a button in a hand.
    """

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    gate: str
    mono_ns: int
    pulse_ns: int | None
    edges: int
    sensors: tuple[str, ...]
    bound_ns: int = 0


@dataclass(frozen=True, slots=True)
class SpeedMeasured:
    """A node measured a car's mean speed between two of its gates. It alters no result.

    ``from_seq`` and ``to_seq`` are the two passes' numbers in the node's journal; ``duration_ns``
    lies between them, over ``distance_mm`` ``± distance_bound_mm``.
    """

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    from_gate: str
    to_gate: str
    from_seq: int
    to_seq: int
    duration_ns: int
    distance_mm: int
    distance_bound_mm: int
    speed_mmps: int
    bound_mmps: int


@dataclass(frozen=True, slots=True)
class PassIdentified:
    """A camera or a decoder says which mark crossed in that pass (decision 10).

    ``source`` names who says so; ``confidence_pct`` is its own certainty, 0 to 100.
    """

    pass_ref: PassRef
    mark: MarkId
    source: str
    confidence_pct: int


@dataclass(frozen=True, slots=True)
class LightsWentOut:
    """A node's start lights went out for a heat at ``mono_ns``, give or take ``bound_ns``.

    ``go_race_ns`` is the go that had been chosen, ``planned_mono_ns`` what that was on the node's
    clock, within ``clock_bound_ns``; None where the lights had only the server's word to follow.
    """

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    heat_id: HeatId
    go_race_ns: int
    mono_ns: int
    bound_ns: int
    planned_mono_ns: int | None
    clock_bound_ns: int | None


@dataclass(frozen=True, slots=True)
class StopPressed:
    """Somebody pressed an emergency stop of a node; a latching one is held until released."""

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    button: str
    mono_ns: int


@dataclass(frozen=True, slots=True)
class StopReleased:
    """An emergency stop isn't pressed any more, which lets nothing drive."""

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    button: str
    mono_ns: int
