"""Facts of the plan: the event, its stages and who goes on to them, its heats and gates."""

from dataclasses import dataclass

from timing_server.rules.facts.options import HeatOptions, ProgressionRule
from timing_server.rules.units import (
    CarId,
    EntryId,
    EventId,
    HeatId,
    MarkId,
    NodeId,
    StageId,
)


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
class EventImported:
    """An event that was raced elsewhere was read in here, from a bundle of so many facts.

    Stands in the venue's stream, not in the event's, which stays as its own venue left it.
    ``venue_key`` is the fingerprint of the key that vouched for the bundle.
    """

    event_id: EventId
    facts: int
    head_hash: str
    venue_key: str


# --- stages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StagePlanned:
    """A stage of the event, run under one format (a key of ``formats.registry``).

    ``kind``: ``practice``, ``qualifying``, ``knockout`` or ``final``. To an open stage
    (``is_open``) drivers come by themselves: they join its queue, and may run again.
    """

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions
    kind: str = "qualifying"
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The stage is this from now on; its heats still to come are raced by these options.

    Once a heat of it has begun only the title can be another one.
    """

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions
    kind: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class StageRemoved:
    """The stage isn't wanted any more, nor are its heats, none of which has begun.

    No entry comes from it into another stage: rules that said so are void.
    """

    stage_id: StageId


@dataclass(frozen=True, slots=True)
class StageScheduled:
    """The stage's first heat is planned for ``starts_utc`` (ISO 8601), each next a slot later."""

    stage_id: StageId
    starts_utc: str
    slot_ns: int


@dataclass(frozen=True, slots=True)
class TrackLaid:
    """The stage's real cars race on this track of the library; a later one replaces it.

    ``track`` names it, ``track_sha256`` is its line's, width's and ground's, as a virtual stage's
    is; both are empty where nobody can say any more. ``reason``: why another one stands there than
    was told while the stage was raced, else empty.
    """

    stage_id: StageId
    track: str
    track_sha256: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProgressionPlanned:
    """How entries come into the stage; a later one replaces it until the field is drawn."""

    stage_id: StageId
    rule: ProgressionRule


@dataclass(frozen=True, slots=True)
class FinalistNamed:
    """The organiser puts an entry into the field, or keeps it out, whatever the cut says."""

    stage_id: StageId
    entry_id: EntryId
    is_in: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FieldDrawn:
    """These entries race the stage, the best seed first; a later draw replaces it."""

    stage_id: StageId
    entry_ids: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class FinalistReplaced:
    """The next in line takes the place, and the heats still to come, of one who withdrew."""

    stage_id: StageId
    out_entry_id: EntryId
    in_entry_id: EntryId


# --- heats -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeatPlanned:
    """A heat: the entries that will be on track together, one run each.

    ``round_number`` counts the stage's rounds from 1 (each entry runs once a round);
    ``match_name`` names the match of a bracket or round robin that the heat is part of, "" where
    there is none. ``lanes`` gives each entry, in their order, the lane of the gate that is theirs;
    () where lanes don't tell cars apart. ``rerun_of`` is the abandoned heat that this one repeats.
    """

    heat_id: HeatId
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]
    round_number: int = 1
    match_name: str = ""
    lanes: tuple[int, ...] = ()
    rerun_of: HeatId | None = None


@dataclass(frozen=True, slots=True)
class HeatRemoved:
    """The heat, which never started, isn't wanted any more."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatsReordered:
    """Heats still to come will be called in this order; unnamed ones follow as they were."""

    heat_ids: tuple[HeatId, ...]


@dataclass(frozen=True, slots=True)
class HeatEntryReplaced:
    """Another entry takes over a run, with its lane, in a heat that hasn't started."""

    heat_id: HeatId
    out_entry_id: EntryId
    in_entry_id: EntryId


@dataclass(frozen=True, slots=True)
class RunEquipped:
    """From this fact's instant on, this car with this model drives the run.

    May come again during the run (flat battery, second model): a lap names what closed it.
    """

    heat_id: HeatId
    entry_id: EntryId
    car_id: CarId
    model_sha256: str | None


# --- gates -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GateBound:
    """A node's gate does a job at the venue: ``finish`` is the start-finish line.

    ``lane`` where only one lane's cars can pass it, None where all do. ``priority`` 0 is a primary,
    1 a backup of it that watches the same line, 2 a backup of both.
    """

    node_id: NodeId
    gate: str
    role: str
    lane: int | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class MarkBound:
    """From this fact's instant on, this car wears the mark by which a gate tells it apart."""

    mark: MarkId
    car_id: CarId
