"""What an organiser or a marshal may ask for, in the imperative; ``decide`` answers each.

Ids and instants come with the command: the rules make up neither (architecture rule 2).
"""

from dataclasses import dataclass

from timing_server.rules.facts import HeatOptions
from timing_server.rules.units import (
    CarId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
)


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """Begin the stream of a new event."""

    event_id: EventId
    time_zone: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """Give the event the venue's gates."""


@dataclass(frozen=True, slots=True)
class CloseEvent:
    """Take the venue's gates from the event; refused while a heat runs."""


@dataclass(frozen=True, slots=True)
class PlanStage:
    """Add a stage under a format."""

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Let a driver or a team take part; ``number`` None takes the next free one."""

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    number: int | None


@dataclass(frozen=True, slots=True)
class WithdrawEntry:
    """Take an entry out of what is still to come."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class PlanHeat:
    """Add a heat at the end of the stage's order."""

    heat_id: HeatId
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class EquipRun:
    """Say which car and model drive a run, from now on."""

    heat_id: HeatId
    entry_id: EntryId
    car_id: CarId
    model_sha256: str | None


@dataclass(frozen=True, slots=True)
class BindGate:
    """Give a node's gate its job at the venue."""

    node_id: NodeId
    gate: str
    role: str


@dataclass(frozen=True, slots=True)
class CallNextHeat:
    """Call the first heat that is still scheduled."""


@dataclass(frozen=True, slots=True)
class StartHeat:
    """Let the called heat drive."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class StopHeat:
    """End the running heat now, or send a heat that was called by mistake back to the queue."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class InsertPass:
    """Enter a crossing by hand; ``crossed_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int | None
    bound_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class VoidPass:
    """Strike a pass that was no crossing."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class VoidLap:
    """Strike the lap that this pass closed."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class MarkOffTrack:
    """Note that a car left the track; ``left_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int | None


@dataclass(frozen=True, slots=True)
class ReverseRuling:
    """Take back a ruling; ``reversed_ruling_id`` None means the newest that still stands."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId | None
    reason: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: end whatever is due. The service sends it at ``next_due`` (decision 5)."""


Command = (
    CreateEvent
    | OpenEvent
    | CloseEvent
    | PlanStage
    | AddEntry
    | WithdrawEntry
    | PlanHeat
    | EquipRun
    | BindGate
    | CallNextHeat
    | StartHeat
    | StopHeat
    | InsertPass
    | VoidPass
    | VoidLap
    | MarkOffTrack
    | ReverseRuling
    | Tick
)
