"""The state of one stream, computed from its facts: frozen values that share what didn't change.

``reduce`` alone makes new ones. A fact replaces what it touches (one heat, one shelf of passes)
and leaves everything else as it was, so an old state stays valid for whoever still holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import (
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

PassSource = Literal["sensor", "manual"]

#: The role of the start-finish line, and the gate that has it where no GateBound says otherwise.
FINISH_ROLE = "finish"


class EventPhase(StrEnum):
    """Whether the event owns the venue's gates: not yet, now, or no more."""

    UNKNOWN = "unknown"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and the format that ranks it."""

    stage_id: StageId
    title: str
    format_name: str
    options: HeatOptions


@dataclass(frozen=True, slots=True)
class Entry:
    """A driver or a team in the event."""

    entry_id: EntryId
    driver_ids: tuple[DriverId, ...]
    number: int
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Equipment:
    """From ``from_race_ns`` on, this car with this model drives the run."""

    from_race_ns: int
    car_id: CarId
    model_sha256: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """One entry's time on track within a heat; ``equipment`` in the order in which it came."""

    entry_id: EntryId
    equipment: tuple[Equipment, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatPass:
    """A pass of a heat at its instant on the race clock, with the rulings that stand on it.

    A sensor's pass keeps ``node_id``, ``boot_id`` and ``mono_ns``: between two passes of one node
    in one boot they are exact. A manual pass that was reversed is ``is_taken_back``: it has no
    effect but that somebody was there.
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


@dataclass(frozen=True, slots=True)
class OffTrack:
    """A standing mark that the entry's car left the track."""

    ruling_id: RulingId
    entry_id: EntryId
    left_race_ns: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Heat:
    """A heat with all that its laps are computed from; nothing outside it changes them.

    ``number`` counts the event's heats from 1. ``passes`` holds the sensors' passes between start
    and end, in no order, and the manual ones that name this heat.
    """

    heat_id: HeatId
    number: int
    stage_id: StageId
    entry_ids: tuple[EntryId, ...]
    options: HeatOptions
    runs: Mapping[EntryId, Run]
    phase: HeatPhase = HeatPhase.SCHEDULED
    started_race_ns: int | None = None
    ended_race_ns: int | None = None
    end_reason: str | None = None
    passes: Mapping[PassRef, HeatPass] = field(default_factory=dict)
    off_tracks: tuple[OffTrack, ...] = ()

    def __hash__(self) -> int:
        """Hash cheaply, so that results can be remembered by heat; equality compares all."""
        return hash((self.heat_id, len(self.passes), self.ended_race_ns))


@dataclass(frozen=True, slots=True)
class KnownPass:
    """A sensor's pass and the heat that it is part of; None: outside any, or not yet related."""

    fact: PassDetected
    heat_id: HeatId | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """race_ns = mono_ns + race_offset_ns ± bound_ns, as measured at ``seq`` of a journal."""

    seq: int
    race_offset_ns: int
    bound_ns: int


@dataclass(frozen=True, slots=True)
class GateRole:
    """From ``from_race_ns`` on, the gate has this role."""

    from_race_ns: int
    role: str


@dataclass(frozen=True, slots=True)
class RulingEntry:
    """A ruling as it was made; ``is_standing`` until it is reversed, and again when that is."""

    fact: Ruling
    seq: int
    race_ns: int
    wall_utc: str
    actor: str
    is_standing: bool


#: Relations of one node's clock in one boot, by journal, ascending by seq.
JournalRelations = Mapping[JournalId, tuple[Relation, ...]]
#: Passes lie on shelves of up to 64 neighbours, so that adding one copies little.
ShelfKey = tuple[NodeId, JournalId, int]
Shelves = Mapping[ShelfKey, Mapping[int, KnownPass]]


@dataclass(frozen=True, slots=True)
class EventState:
    """Everything that the facts of one stream say, up to and including ``seq``.

    Maps keep the order of planning. ``active_heat_id`` is the heat that is called or running.
    ``passes`` holds every sensor's pass of the stream, whether a heat wants it or not.
    ``starts`` lists (started_race_ns, heat_id), ascending; ``newest_pass_race_ns`` is the latest
    instant of any related pass. ``pass_voids`` and ``lap_voids`` name the standing ruling.
    """

    stream: StreamId
    seq: int = 0
    race_ns: int = 0
    event_id: EventId | None = None
    time_zone: str = "UTC"
    is_demo: bool = False
    phase: EventPhase = EventPhase.UNKNOWN
    stages: Mapping[StageId, Stage] = field(default_factory=dict)
    entries: Mapping[EntryId, Entry] = field(default_factory=dict)
    heats: Mapping[HeatId, Heat] = field(default_factory=dict)
    active_heat_id: HeatId | None = None
    starts: tuple[tuple[int, HeatId], ...] = ()
    relations: Mapping[tuple[NodeId, BootId], JournalRelations] = field(default_factory=dict)
    gates: Mapping[tuple[NodeId, str], tuple[GateRole, ...]] = field(default_factory=dict)
    passes: Shelves = field(default_factory=dict)
    newest_pass_race_ns: int | None = None
    rulings: Mapping[RulingId, RulingEntry] = field(default_factory=dict)
    pass_voids: Mapping[PassRef, RulingId] = field(default_factory=dict)
    lap_voids: Mapping[PassRef, RulingId] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the event owns the venue's gates."""
        return self.phase is EventPhase.OPEN

    @property
    def active_heat(self) -> Heat | None:
        """The heat that is called or running."""
        return None if self.active_heat_id is None else self.heats[self.active_heat_id]


def empty_state(stream: StreamId) -> EventState:
    """Return the state of a stream before its first fact."""
    return EventState(stream=stream)
