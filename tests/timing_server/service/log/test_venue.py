from timing_server.rules.facts.plan import EventClosed, EventCreated, EventOpened, GateBound
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.sensors import ClockRelated
from timing_server.rules.units import VENUE_STREAM, BootId, EventId, JournalId, NodeId, StreamId
from timing_server.service.log import venue as subject

NODE = NodeId("n")


def after(*facts: Fact, stream: str = VENUE_STREAM) -> subject.VenueState:
    """Return the venue after facts, each a nanosecond later; events' facts in their own stream."""
    venue = subject.VenueState()
    for seq, fact in enumerate(facts, 1):
        own = StreamId(str(getattr(fact, "event_id", stream)))
        venue = subject.note(venue, Recorded(own, seq, seq, "2026-05-01", "test", None, fact))
    return venue


def created(name: str) -> EventCreated:
    return EventCreated(EventId(name), "UTC", is_demo=False)


def opened(name: str) -> EventOpened:
    return EventOpened(EventId(name))


def relation(boot: str, seq: int = 1, journal: str = "j") -> ClockRelated:
    return ClockRelated(NODE, BootId(boot), JournalId(journal), seq, 5, 6)


def test_the_active_event_is_the_open_one_else_the_last_that_was() -> None:
    """It should show something on `/` from the first event on, and never go back to a plan."""
    assert after().active_event_id is None
    assert after(created("a"), created("b")).active_event_id == "b"
    a_open = (created("a"), created("b"), opened("a"))
    assert after(*a_open).active_event_id == "a"
    assert after(*a_open, EventClosed(EventId("a"))).active_event_id == "a"
    both = (*a_open, EventClosed(EventId("a")), opened("b"))
    assert after(*both).active_event_id == "b"
    assert after(*both, EventClosed(EventId("b")), created("c")).active_event_id == "b"


def test_a_gates_records_go_to_the_open_event() -> None:
    """It should name the open event's stream, else the venue's."""
    facts = (created("a"), opened("a"))
    assert after(*facts).gate_stream == "a"
    assert after(*facts, EventClosed(EventId("a"))).gate_stream == VENUE_STREAM


def test_the_newest_relation_of_each_boot_is_inherited() -> None:
    """It should keep one for each node and boot, whatever the order of delivery."""
    facts = (relation("b1", 9), relation("b1", 3), relation("b2", 1), relation("b1", 1, "other"))
    kept = list(after(*facts).inheritance())
    assert kept == [relation("b1", 1, "other"), relation("b2", 1)]


def test_old_boots_are_forgotten() -> None:
    """It should inherit each node's newest boots only, so that an opening stays short."""
    kept = list(after(*(relation(f"b{n}") for n in range(10))).inheritance())
    assert kept == [relation(f"b{n}") for n in range(10 - subject.BOOTS_KEPT, 10)]


def test_only_the_venues_bindings_are_inherited() -> None:
    """It should pass on the newest binding of each gate, and none that one event made."""
    first, second = GateBound(NODE, "g", "sector"), GateBound(NODE, "g", "finish")
    assert list(after(first, second).inheritance()) == [second]
    assert list(after(first, stream="event-1").inheritance()) == []
