"""A heat with all that its laps are computed from: runs, passes, pauses, standing rulings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.driving import Confirmation, Driven, RunControl
from timing_server.rules.state.virtual import NewBeginning
from timing_server.rules.units import (
    BootId,
    CarId,
    EntryId,
    HeatId,
    MarkId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
)

PassSource = Literal["sensor", "manual"]
IncidentKind = Literal["off_track", "reset"]
#: How a run was ruled to have ended.
RunStatus = Literal["dnf", "dns", "dsq"]


@dataclass(frozen=True, slots=True)
class Equipment:
    """From ``from_race_ns`` on, this car with this model drives the run."""

    from_race_ns: int
    car_id: CarId
    model_sha256: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One entry's time on track within a heat; ``equipment`` in the order in which it came.

    ``lane`` is the entry's own where lanes tell cars apart, else None. ``boot`` is that of the
    worker which simulated the run, None where the car was real.
    """

    entry_id: EntryId
    equipment: tuple[Equipment, ...] = ()
    lane: int | None = None
    boot: tuple[NodeId, BootId] | None = None


@dataclass(frozen=True, slots=True)
class HeatPass:
    """A pass of a heat at its instant on the race clock, with the rulings that stand on it.

    A sensor's pass keeps ``node_id``, ``boot_id`` and ``mono_ns``: between two passes of one node
    in one boot they are exact. A manual pass that was reversed is ``is_taken_back``: it has no
    effect but that somebody was there. ``hand_bound_ns`` is how far off its own stamp may be,
    above 0 for a button in a hand. ``lane`` and ``priority`` are the gate's, 1 a phone's at the
    line; ``mark`` what a camera or decoder saw in it; ``ruled_entry_id`` whose a ruling says that
    it was.
    """

    pass_ref: PassRef
    source: PassSource
    race_ns: int
    bound_ns: int
    role: str
    node_id: NodeId | None = None
    boot_id: BootId | None = None
    mono_ns: int | None = None
    void_ruling_id: RulingId | None = None
    lap_void_ruling_id: RulingId | None = None
    is_taken_back: bool = False
    lane: int | None = None
    marks: tuple[MarkId, ...] = ()
    marked_car_ids: tuple[CarId, ...] = ()
    ruled_entry_id: EntryId | None = None
    restore_ruling_id: RulingId | None = None
    lap_restore_ruling_id: RulingId | None = None
    priority: int = 0
    hand_bound_ns: int = 0


@dataclass(frozen=True, slots=True)
class Incident:
    """A standing mark that the entry's car left the track, or was put back on it by hand."""

    ruling_id: RulingId
    entry_id: EntryId
    race_ns: int
    kind: IncidentKind = "off_track"


@dataclass(frozen=True, slots=True)
class Penalty:
    """Standing time on a lap (``pass_ref`` closed it) or, where that is None, on the run."""

    ruling_id: RulingId
    entry_id: EntryId
    pass_ref: PassRef | None
    penalty_ns: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A standing lap that the passes don't show; ``ruled_race_ns`` is when a marshal gave it."""

    ruling_id: RulingId
    entry_id: EntryId
    duration_ns: int
    bound_ns: int
    ruled_race_ns: int


@dataclass(frozen=True, slots=True)
class Extension:
    """Standing time given back to a run's window."""

    ruling_id: RulingId
    entry_id: EntryId
    extra_ns: int


@dataclass(frozen=True, slots=True)
class Restart:
    """A standing new beginning of a run: passes before it don't count."""

    ruling_id: RulingId
    entry_id: EntryId
    race_ns: int


@dataclass(frozen=True, slots=True)
class RuledStatus:
    """The standing word on how a run ended."""

    ruling_id: RulingId
    entry_id: EntryId
    status: RunStatus


@dataclass(frozen=True, slots=True)
class RuledFalseStart:
    """A standing word on a pass before the go: a penalty on the run, or (0) that it was nothing."""

    ruling_id: RulingId
    entry_id: EntryId
    pass_ref: PassRef
    penalty_ns: int


@dataclass(frozen=True, slots=True)
class HeatRulings:
    """The standing rulings on a heat's runs, each in the order in which they were made."""

    incidents: tuple[Incident, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    credits: tuple[Credit, ...] = ()
    extensions: tuple[Extension, ...] = ()
    restarts: tuple[Restart, ...] = ()
    statuses: tuple[RuledStatus, ...] = ()
    false_starts: tuple[RuledFalseStart, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody's clock ran from ``from_race_ns`` until ``until_race_ns``, None while it lasts.

    ``due_race_ns`` is when a timeout ends by itself.
    """

    from_race_ns: int
    cause: str
    entry_id: EntryId | None
    due_race_ns: int | None
    until_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """The machine that keeps time went away; ``is_settled`` once race control chose what to do."""

    race_ns: int
    cause: str
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Outing:
    """An entry's time on a practice heat's track; ``in_race_ns`` None while it lasts."""

    entry_id: EntryId
    out_race_ns: int
    in_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ShownGo:
    """When a node's start lights went out, and which chosen go that was for.

    ``late_ns`` is by how much they were later than chosen, within ``clock_bound_ns``; None where
    the node's clock wasn't related well enough to say.
    """

    go_race_ns: int
    node_id: NodeId
    boot_id: BootId
    mono_ns: int
    bound_ns: int
    late_ns: int | None
    clock_bound_ns: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Heat:
    """A heat with all that its laps are computed from; nothing outside it changes them.

    ``number`` counts the event's heats from 1. ``passes`` holds the sensors' passes between start
    and end, in no order, the manual ones that name this heat, and those reassigned to it.
    ``absent_entry_ids`` are those of its entries that had withdrawn when it started. ``gos`` says
    when start lights went out, of starts that were broken off, too. ``controls`` is what was done
    to its cars from outside, in order, ``confirmations`` who vouched for which of them,
    ``driven`` what each said of how it was driven. ``is_virtual``: its stage is raced on a virtual
    track, at real pace before an audience where it ``is_played``; ``beginnings`` are the instants
    at which its cars began over from the grid.
    """

    heat_id: HeatId
    number: int
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]
    options: HeatOptions
    runs: Mapping[EntryId, Run]
    phase: HeatPhase = HeatPhase.SCHEDULED
    round_number: int = 1
    match_name: str = ""
    rerun_of: HeatId | None = None
    is_practice: bool = False
    is_virtual: bool = False
    is_played: bool = False
    armed_race_ns: int | None = None
    started_race_ns: int | None = None
    lights_race_ns: int | None = None
    ended_race_ns: int | None = None
    end_reason: str | None = None
    flag: str = "green"
    pauses: tuple[Pause, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    outings: tuple[Outing, ...] = ()
    absent_entry_ids: tuple[EntryId, ...] = ()
    gos: tuple[ShownGo, ...] = ()
    controls: tuple[RunControl, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    driven: tuple[Driven, ...] = ()
    beginnings: tuple[NewBeginning, ...] = ()
    passes: Mapping[PassRef, HeatPass] = field(default_factory=dict)
    rulings: HeatRulings = HeatRulings()

    def __hash__(self) -> int:
        """Hash cheaply, so that results can be remembered by heat; equality compares all."""
        return hash((self.heat_id, len(self.passes), self.ended_race_ns))
