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
    RulingId,
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


# --- stages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanStage:
    """Add a stage under a format; drivers join the queue of an open one by themselves.

    ``track`` with its hash is what its real cars race on, both empty where nobody says.
    """

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions
    kind: str = "qualifying"
    is_open: bool = False
    track: str = ""
    track_sha256: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """Let a stage be this from now on; only its title once a heat of it has begun."""

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions
    kind: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class LayTrack:
    """Say what a stage's real cars race on, both empty: nobody can say.

    With a ``reason`` once it was raced on another one.
    """

    stage_id: StageId
    track: str
    track_sha256: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoveStage:
    """Take a stage that hasn't begun out of the plan, with its heats."""

    stage_id: StageId


@dataclass(frozen=True, slots=True)
class ScheduleStage:
    """Plan the stage's first heat for ``starts_utc`` (ISO 8601), each next one a slot later."""

    stage_id: StageId
    starts_utc: str
    slot_ns: int


# --- entries -----------------------------------------------------------------------------------


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
class GroupEntry:
    """Say which region, class and team an entry belongs to; None is none."""

    entry_id: EntryId
    region: str | None
    class_name: str | None
    team_id: TeamId | None


@dataclass(frozen=True, slots=True)
class CheckInEntry:
    """Note that the entry is here and may be called."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class CheckOutEntry:
    """Note that the entry isn't here after all."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class WithdrawEntry:
    """Take an entry out of what is still to come."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class ReinstateEntry:
    """Let a withdrawn entry take part again."""

    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class SubstituteDrivers:
    """Let other drivers race for an entry from now on."""

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class BindModel:
    """Let an entry drive what is still to come with a model; None: with whatever is loaded.

    ``despite``: the verdict of the model's stress card that the caller overrules, to stand in the
    log with it.
    """

    entry_id: EntryId
    model_sha256: str | None
    despite: str | None = None


@dataclass(frozen=True, slots=True)
class DeclareCar:
    """Say whether an entry's car is a guest's that is timed and nothing else."""

    entry_id: EntryId
    is_timed_only: bool


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """Rule that an entry didn't come to a heat; ``heat_id`` None is the next that waits for it."""

    ruling_id: RulingId
    entry_id: EntryId
    heat_id: HeatId | None
    reason: str


# --- heats and gates ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanHeat:
    """Add a heat at the end of the queue.

    ``round_number`` None is the round that follows those in which its entries already drive.
    """

    heat_id: HeatId
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]
    lanes: tuple[int, ...] = ()
    round_number: int | None = None
    match_name: str = ""


@dataclass(frozen=True, slots=True)
class EquipRun:
    """Say which car and model drive a run, from now on; None: the model its entry is bound to."""

    heat_id: HeatId
    entry_id: EntryId
    car_id: CarId
    model_sha256: str | None


@dataclass(frozen=True, slots=True)
class BindGate:
    """Give a node's gate its job at the venue; ``lane`` where only one lane's cars can pass it.

    ``priority`` above 0 makes it a backup of the gates of the same job with a lower one.
    """

    node_id: NodeId
    gate: str
    role: str
    lane: int | None = None
    priority: int = 0
