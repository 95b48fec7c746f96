"""The facts of a race: everything that can alter a result, in the past tense.

A fact is what a sensor saw or a person decided. It is appended once and never changed; a
correction is another fact. Facts hold ids only: names of people live in the registry, outside
the hash chain, so that a person can be forgotten without changing a result.

All instants named ``*_race_ns`` are on the server's race clock (see ``docs/time.md``); ``mono_ns``
is a node's own monotonic clock within one kernel boot.
"""

from dataclasses import dataclass

from timing_server.rules.units import (
    NS_PER_MS,
    NS_PER_S,
    BootId,
    CarId,
    DriverId,
    EntryId,
    EventId,
    HeatId,
    JournalId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
    StreamId,
)


@dataclass(frozen=True, slots=True)
class HeatOptions:
    """What a stage's format may be told, shared by every heat of the stage.

    ``window_ns``: from the first crossing, as many laps as fit (Summit rule).
    ``grace_ns``: how long the lap under way may take once the window has closed.
    ``idle_limit_ns``: a heat with no pass for this long, since its start or the last one, is over.
    ``dead_time_ns``: a pass this soon after a counted one of the same run doesn't count.
    ``resolution_ns``: laps rank truncated to this.
    ``laps_n``: how many laps a format is about, where it is: a mean of so many, a total of so many.
    """

    window_ns: int = 180 * NS_PER_S
    grace_ns: int = 60 * NS_PER_S
    idle_limit_ns: int = 120 * NS_PER_S
    dead_time_ns: int = 2 * NS_PER_S
    resolution_ns: int = NS_PER_MS
    laps_n: int = 3


# --- the server and the clocks -----------------------------------------------------------------


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


# --- the plan ----------------------------------------------------------------------------------


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


# --- the heat ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeatCalled:
    """The heat's entries are wanted at the line."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatStoodDown:
    """The called heat isn't wanted at the line after all; it heads the queue again."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatStarted:
    """The cars may drive from ``started_race_ns`` on; the first crossing opens the window."""

    heat_id: HeatId
    started_race_ns: int


@dataclass(frozen=True, slots=True)
class HeatFinished:
    """The heat is over; a sensor's pass after ``ended_race_ns``, however late, isn't part of it.

    ``reason``: ``last_lap_closed``, ``window_closed``, ``no_pass`` or ``stopped``.
    """

    heat_id: HeatId
    ended_race_ns: int
    reason: str


# --- what sensors saw --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassDetected:
    """Something crossed a gate. Never names a car (decision 10).

    ``mono_ns`` is the first edge's kernel time; ``pulse_ns`` how long the beam was broken, when
    known; ``edges`` how many edges were merged; ``sensors`` which ones, in order of firing.
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


# --- rulings: what people decided --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassInserted:
    """A marshal saw a crossing that no sensor reported. ``bound_ns`` is the hand's precision."""

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int
    bound_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassVoided:
    """That pass was no crossing of a car: the laps on either side of it become one."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class LapVoided:
    """The lap closed by that pass doesn't count; its passes stand, so its neighbours do too."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class OffTrackMarked:
    """A marshal saw the entry's car leave the track (all wheels) at that instant."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int


@dataclass(frozen=True, slots=True)
class RulingReversed:
    """An earlier ruling is taken back, as if it had not been made."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId
    reason: str


Fact = (
    ServerStarted
    | ClockRelated
    | EventCreated
    | EventOpened
    | EventClosed
    | StagePlanned
    | EntryAdded
    | EntryWithdrawn
    | HeatPlanned
    | RunEquipped
    | GateBound
    | HeatCalled
    | HeatStoodDown
    | HeatStarted
    | HeatFinished
    | PassDetected
    | PassInserted
    | PassVoided
    | LapVoided
    | OffTrackMarked
    | RulingReversed
)

Ruling = PassInserted | PassVoided | LapVoided | OffTrackMarked | RulingReversed


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact in its place in the log: who said it, when, and at which number of its stream.

    ``race_ns`` never runs backwards within a server, across restarts too. ``wall_utc`` (ISO 8601)
    is for people only. ``retry_key`` is the idempotency key of the command that made the fact.
    """

    stream: StreamId
    seq: int
    race_ns: int
    wall_utc: str
    actor: str
    retry_key: str | None
    fact: Fact
