"""What spans the streams: which events there are, who owns the gates, what clocks are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventImported,
    EventOpened,
    GateBound,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.season import SeasonPlanned
from timing_server.rules.facts.sensors import ClockRelated
from timing_server.rules.units import (
    VENUE_STREAM,
    BootId,
    EventId,
    NodeId,
    SeasonId,
    StreamId,
)

#: The facts that ``note`` looks at; enough to build this state at start without reading all.
EVENT_FACTS = tuple(
    each.__name__ for each in (EventCreated, EventOpened, EventClosed, EventImported, SeasonPlanned)
)
#: A node's older boots are over; a late pass of one comes with its own journal's relations.
BOOTS_KEPT = 4


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event's place in the venue; ``opened_race_ns`` is the last time it took the gates."""

    event_id: EventId
    is_demo: bool
    created_wall_utc: str
    opened_race_ns: int | None = None
    is_open: bool = False
    #: The fingerprint of the venue that sealed it, where it was raced elsewhere and read in here.
    imported_key: str | None = None

    @property
    def is_imported(self) -> bool:
        """Whether it was raced elsewhere: then it never owns the gates, and takes no facts."""
        return self.imported_key is not None


@dataclass(frozen=True, slots=True)
class VenueState:
    """The venue across its streams. Maps keep the order in which things were first known."""

    events: Mapping[EventId, KnownEvent] = field(default_factory=dict)
    relations: Mapping[tuple[NodeId, BootId], ClockRelated] = field(default_factory=dict)
    gates: Mapping[tuple[NodeId, str], GateBound] = field(default_factory=dict)
    #: Each season and when it was begun (ISO 8601).
    seasons: Mapping[SeasonId, str] = field(default_factory=dict)

    @property
    def open_event(self) -> KnownEvent | None:
        """The event that owns the gates."""
        return next((event for event in self.events.values() if event.is_open), None)

    @property
    def gate_stream(self) -> StreamId:
        """The stream to which a node's records belong now."""
        event = self.open_event
        return VENUE_STREAM if event is None else StreamId(event.event_id)

    @property
    def active_event_id(self) -> EventId | None:
        """The event that ``/`` shows: the open one, else the last that was, else the newest."""
        if (event := self.open_event) is not None:
            return event.event_id
        own = [each for each in self.events.values() if not each.is_imported]
        opened = [each for each in own if each.opened_race_ns is not None]
        if opened:
            return max(opened, key=lambda each: each.opened_race_ns or 0).event_id
        events = own or list(self.events.values())
        return events[-1].event_id if events else None

    def inheritance(self) -> Iterator[GateBound | ClockRelated]:
        """Yield what an event that opens now must know for its results to follow from it alone."""
        yield from self.gates.values()
        yield from self.relations.values()


def note(venue: VenueState, recorded: Recorded) -> VenueState:
    """Return the venue after one more fact of any stream; most facts don't concern it."""
    match recorded.fact:
        case EventCreated() as fact:
            event = KnownEvent(fact.event_id, fact.is_demo, recorded.wall_utc)
            return replace(venue, events={**venue.events, fact.event_id: event})
        case EventOpened() | EventClosed() | EventImported() as fact if (
            fact.event_id in venue.events
        ):
            event = _after(venue.events[fact.event_id], fact, recorded.race_ns)
            return replace(venue, events={**venue.events, fact.event_id: event})
        case SeasonPlanned(season_id=season_id) if season_id not in venue.seasons:
            return replace(venue, seasons={**venue.seasons, season_id: recorded.wall_utc})
        case GateBound() as fact if recorded.stream == VENUE_STREAM:
            return replace(venue, gates={**venue.gates, (fact.node_id, fact.gate): fact})
        case ClockRelated() as fact:
            return replace(venue, relations=_with_relation(venue.relations, fact))
        case _:
            return venue


def _after(
    event: KnownEvent, fact: EventOpened | EventClosed | EventImported, race_ns: int
) -> KnownEvent:
    match fact:
        case EventOpened():
            return replace(event, is_open=True, opened_race_ns=race_ns)
        case EventClosed():
            return replace(event, is_open=False)
        case EventImported():
            return replace(event, is_open=False, imported_key=fact.venue_key)


def _with_relation(
    relations: Mapping[tuple[NodeId, BootId], ClockRelated], fact: ClockRelated
) -> Mapping[tuple[NodeId, BootId], ClockRelated]:
    """Keep the newest relation of each node and boot, and each node's newest boots."""
    key = (fact.node_id, fact.boot_id)
    before = relations.get(key)
    if before is not None and before.journal_id == fact.journal_id and before.seq >= fact.seq:
        return relations
    kept = {**relations, key: fact}
    boots = [each for each in kept if each[0] == fact.node_id]
    for old in boots[:-BOOTS_KEPT]:
        del kept[old]
    return kept
