"""The state of one stream, computed from its facts: frozen values that share what didn't change.

``reduce`` alone makes new ones. A fact replaces what it touches (one heat, one shelf of passes)
and leaves everything else as it was, so an old state stays valid for whoever still holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from timing_server.rules.facts.judging import MarshalAsked
from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.facts.sensors import StopPressed, StopReleased
from timing_server.rules.state.driving import StandingStop
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.passes import JournalRelations, Shelves, Speeds
from timing_server.rules.state.plan import Entry, EventPhase, GateRole, MarkWorn, Season, Stage
from timing_server.rules.state.virtual import BoundRun, Submission
from timing_server.rules.units import (
    BootId,
    CallId,
    CarId,
    EntryId,
    EventId,
    HeatId,
    MarkId,
    NodeId,
    PassRef,
    RulingId,
    StageId,
    StreamId,
    SubmissionId,
)


@dataclass(frozen=True, slots=True)
class RulingEntry:
    """A ruling as it was made; ``is_standing`` until it is reversed, and again when that is."""

    fact: Ruling
    seq: int
    race_ns: int
    wall_utc: str
    actor: str
    is_standing: bool


@dataclass(frozen=True, slots=True)
class Reassignment:
    """A standing word on whose a pass was, and in which heat."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class RulingEffects:
    """What standing rulings say of passes and laps, by the pass, with the first ruling that did."""

    pass_voids: Mapping[PassRef, RulingId] = field(default_factory=dict)
    pass_restores: Mapping[PassRef, RulingId] = field(default_factory=dict)
    reassignments: Mapping[PassRef, Reassignment] = field(default_factory=dict)
    lap_voids: Mapping[PassRef, RulingId] = field(default_factory=dict)
    lap_restores: Mapping[PassRef, RulingId] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What a marshal was asked about a judge's call; ``ruling_id`` None with an answer: nobody."""

    fact: MarshalAsked
    is_answered: bool = False
    ruling_id: RulingId | None = None


@dataclass(frozen=True, slots=True)
class EventState:
    """Everything that the facts of one stream say, up to and including ``seq``.

    Maps keep the order of planning. ``active_heat_id`` is the heat between its call and its end.
    ``passes`` holds every sensor's pass of the stream, whether a heat wants it or not, ``speeds``
    what was measured with them.
    ``starts`` lists (from_race_ns, heat_id), ascending: from when on passes are the heat's, which
    is its start or, where it was armed or had lights before that, then. ``newest_pass_race_ns`` is
    the latest instant of any related pass. ``queue`` holds the heats that are still to come, in the
    order in which they will be called; ``newest_heat_number`` is the last that any heat was given,
    removed ones included. ``marks`` says which car wore which mark from when on, ``seen_marks``
    what was seen in a pass. ``taken_numbers`` has the bit n set where an entry has number n: one
    integer, so that a roster of thousands is checked at no cost. ``season`` is set in a season's
    own stream alone. ``stops`` are the emergency stops that stand, of everything and of single
    cars, ``lifted_stop_ids`` the newest that don't any more; ``stop_buttons`` is the newest word of
    each button since everything was last lifted. ``judge_calls`` are the instants at which
    judges called, by their button and the call's id; ``questions`` what marshals were asked about
    them. ``submissions`` are a virtual race's, in the order in which they were made; ``boots`` says
    which run each boot of a worker is; ``simulated`` are the virtual heats in the order in which
    they were recorded, ``newest_played_id`` the one of them that was begun last before an audience.
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
    taken_numbers: int = 0
    heats: Mapping[HeatId, Heat] = field(default_factory=dict)
    queue: tuple[HeatId, ...] = ()
    newest_heat_number: int = 0
    active_heat_id: HeatId | None = None
    starts: tuple[tuple[int, HeatId], ...] = ()
    relations: Mapping[tuple[NodeId, BootId], JournalRelations] = field(default_factory=dict)
    gates: Mapping[tuple[NodeId, str], tuple[GateRole, ...]] = field(default_factory=dict)
    marks: Mapping[MarkId, tuple[MarkWorn, ...]] = field(default_factory=dict)
    seen_marks: Mapping[PassRef, tuple[MarkId, ...]] = field(default_factory=dict)
    passes: Shelves = field(default_factory=dict)
    speeds: Speeds = field(default_factory=dict)
    newest_pass_race_ns: int | None = None
    rulings: Mapping[RulingId, RulingEntry] = field(default_factory=dict)
    effects: RulingEffects = RulingEffects()
    season: Season | None = None
    stops: tuple[StandingStop, ...] = ()
    lifted_stop_ids: tuple[str, ...] = ()
    stop_buttons: Mapping[tuple[NodeId, str], StopPressed | StopReleased] = field(
        default_factory=dict
    )
    judge_calls: Mapping[tuple[NodeId, str], Mapping[CallId, int]] = field(default_factory=dict)
    questions: Mapping[CallId, Question] = field(default_factory=dict)
    submissions: Mapping[SubmissionId, Submission] = field(default_factory=dict)
    boots: Mapping[tuple[NodeId, BootId], BoundRun] = field(default_factory=dict)
    simulated: tuple[HeatId, ...] = ()
    newest_played_id: HeatId | None = None

    @property
    def stop(self) -> StandingStop | None:
        """The emergency stop of everything that stands, the first where there are several."""
        return next((each for each in self.stops if each.car_id is None), None)

    def car_stops(self, car_id: CarId) -> tuple[StandingStop, ...]:
        """Return the emergency stops of that car alone that stand."""
        return tuple(each for each in self.stops if each.car_id == car_id)

    @property
    def held_stops(self) -> frozenset[tuple[NodeId, str]]:
        """The emergency stops that are pressed right now, as far as anybody heard."""
        told = self.stop_buttons.items()
        return frozenset(key for key, word in told if isinstance(word, StopPressed))

    @property
    def is_open(self) -> bool:
        """Whether the event owns the venue's gates."""
        return self.phase is EventPhase.OPEN

    @property
    def active_heat(self) -> Heat | None:
        """The heat between its call and its end."""
        return None if self.active_heat_id is None else self.heats[self.active_heat_id]


def empty_state(stream: StreamId) -> EventState:
    """Return the state of a stream before its first fact."""
    return EventState(stream=stream)
