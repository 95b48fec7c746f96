"""Facts of the plan: the event, its stages, entries, heats and gates."""

from dataclasses import dataclass

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import CarId, DriverId, EntryId, EventId, HeatId, NodeId, StageId


@dataclass(frozen=True, slots=True)
class EventCreated:
    """An event exists. ``time_zone`` is an IANA name; ``is_demo`` events never count for real."""

    event_id: EventId
    time_zone: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class EventOpened:
    """The event now owns the venue's gates; any other open event gave them up."""

    event_id: EventId


@dataclass(frozen=True, slots=True)
class EventClosed:
    """The event gave up the venue's gates; its results stand."""

    event_id: EventId


@dataclass(frozen=True, slots=True)
class StagePlanned:
    """A stage of the event, run under one format (a key of ``formats.registry``)."""

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions


@dataclass(frozen=True, slots=True)
class EntryAdded:
    """A driver, or a team of several drivers, takes part."""

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    number: int


@dataclass(frozen=True, slots=True)
class EntryWithdrawn:
    """The entry takes no further part; what it has driven stands."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class HeatPlanned:
    """A heat: the entries that will be on track together, one run each."""

    heat_id: HeatId
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class RunEquipped:
    """From this fact's instant on, this car with this model drives the run.

    May come again during the run (flat battery, second model): a lap names what closed it.
    """

    heat_id: HeatId
    entry_id: EntryId
    car_id: CarId
    model_sha256: str | None


@dataclass(frozen=True, slots=True)
class GateBound:
    """A node's gate does a job at the venue: ``finish`` is the start-finish line."""

    node_id: NodeId
    gate: str
    role: str
