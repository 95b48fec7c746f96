"""Commands that make the plan: event, stages, entries, heats, gates."""

from dataclasses import dataclass

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import (
    CarId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    NodeId,
    StageId,
    TeamId,
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
    region: str | None = None
    class_name: str | None = None
    team_id: TeamId | None = None


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
