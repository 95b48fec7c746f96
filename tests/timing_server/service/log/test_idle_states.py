"""States of streams that nobody writes to: read beside the writer, and never out of date."""

import threading

from tests.timing_server.service.desk import CALLER, PATIENCE_S, STREAM, Desk
from timing_server.rules.commands.plan import CreateEvent
from timing_server.rules.units import EventId, StreamId
from timing_server.service.log.idle_states import IdleStates


def _begin(desk: Desk, event_id: str) -> StreamId:
    command = CreateEvent(EventId(event_id), "UTC", is_demo=False)
    desk.office.create_event(CALLER, command, event_id).result(PATIENCE_S)
    return StreamId(event_id)


def test_an_idle_stream_is_read_while_the_writer_is_busy(desk: Desk) -> None:
    """It should answer although the writer is at something else for as long as it likes."""
    desk.plan()
    idle = IdleStates(desk.store)
    is_over = threading.Event()
    busy = desk.writer.submit(lambda _: is_over.wait(PATIENCE_S))
    try:
        assert idle.state(STREAM) == desk.state()
        assert not busy.done()
    finally:
        is_over.set()
    assert busy.result(PATIENCE_S)


def test_a_state_is_replayed_once_until_something_is_added(desk: Desk) -> None:
    """It should give the same state again, and a fresh one after the next fact."""
    desk.plan()
    idle = IdleStates(desk.store)
    before = idle.state(STREAM)
    assert idle.state(STREAM) is before
    desk.start_next()
    assert idle.state(STREAM) == desk.state() != before


def test_what_is_kept_is_bounded_by_facts(desk: Desk) -> None:
    """It should drop the state that was asked for longest ago, and always keep the newest."""
    desk.plan()
    other = _begin(desk, "event-2")
    few = IdleStates(desk.store, most_facts=2)
    planned, begun = few.state(STREAM), few.state(other)
    assert few.state(other) is begun
    assert few.state(STREAM) is not planned
    many = IdleStates(desk.store)
    planned, begun = many.state(STREAM), many.state(other)
    assert many.state(STREAM) is planned
    assert many.state(other) is begun


def test_an_unknown_stream_is_empty(desk: Desk) -> None:
    """It should take a stream without facts for an empty one, and see when it begins."""
    idle = IdleStates(desk.store)
    assert idle.state(StreamId("event-3")).seq == 0
    assert idle.state(_begin(desk, "event-3")).seq == 1
