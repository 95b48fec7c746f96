"""The device stream, over real HTTP on loopback."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from car_agent.link.order_stream import LEASE_SILENCE_NS, OrderStream
from car_agent.link.orders import OrderBook
from tests.car_agent.doubles import RELATED, FakeClock, GuardInPlace, RecordingActuators
from tests.car_agent.race_server import TOKEN, RaceServer
from tests.network.loopback import LOOPBACK, free_port
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.devices import HeatOrder

OWN = "aa" * 32


class WatchedBook(OrderBook):
    """A book that a test can wait for."""

    def __init__(self) -> None:
        guard = GuardInPlace(RecordingActuators, FakeClock(1))
        super().__init__("red", OWN, guard, lambda: RELATED, lambda: None)
        self._changed = threading.Condition()

    def note_order(self, heat: object, now_ns: int) -> None:
        super().note_order(heat, now_ns)  # type: ignore[arg-type] # passed on as it came
        self._notify()

    def note_renewal(self, renewal: object, now_ns: int) -> None:
        super().note_renewal(renewal, now_ns)  # type: ignore[arg-type] # likewise
        self._notify()

    def note_stop(self, order: object, now_ns: int) -> None:
        super().note_stop(order, now_ns)  # type: ignore[arg-type] # likewise
        self._notify()

    def forget(self) -> None:
        super().forget()
        self._notify()

    def refuse(self, error: object) -> None:
        super().refuse(error)  # type: ignore[arg-type] # likewise
        self._notify()

    def wait_until(self, predicate: Callable[[], bool]) -> None:
        """Wait for a change that makes the predicate true."""
        with self._changed:
            assert self._changed.wait_for(predicate, PATIENCE_S)

    def reason(self) -> str:
        """Why the car may drive, or may not."""
        return self.permission(0).reason

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()


@pytest.fixture
def book() -> WatchedBook:
    """Give the book of a car that was there before its heat."""
    made = WatchedBook()
    made.note_order(HeatOrder(phase="idle"), 0)
    return made


@contextmanager
def listening(server: RaceServer, book: OrderBook, token: str = TOKEN) -> Iterator[OrderStream]:
    stream = OrderStream(server.url, token, "red", book, clock_ns=lambda: 1)
    stream.start()
    try:
        yield stream
    finally:
        stream.close()


def test_follows_the_orders(book: WatchedBook) -> None:
    """It should know the order on connecting and each change after it."""
    with RaceServer() as server:
        server.order("called")
        with listening(server, book):
            book.wait_until(lambda: "waiting" in book.reason())
            server.order("running")
            book.wait_until(lambda: book.reason() == "running")
            server.order("finished")
            book.wait_until(lambda: "no heat" in book.reason())


def test_comes_back_after_the_stream_was_lost(book: WatchedBook) -> None:
    """It should connect again by itself and take the order that it missed."""
    with RaceServer() as server:
        server.order("running")
        with listening(server, book):
            book.wait_until(lambda: book.reason() == "running")
            server.opened.get(timeout=PATIENCE_S)
            server.drop_streams()
            server.opened.get(timeout=PATIENCE_S)
            server.order("finished")
            book.wait_until(lambda: "no heat" in book.reason())


def test_waits_for_a_server_that_is_not_there_yet(book: WatchedBook) -> None:
    """It should keep trying, since a car may be switched on before the server."""
    port = free_port()
    with socket.create_server((LOOPBACK, port)) as closed_door:
        closed_door.settimeout(PATIENCE_S)
        stream = OrderStream(f"http://127.0.0.1:{port}", TOKEN, "red", book, clock_ns=lambda: 1)
        stream.start()
        closed_door.accept()[0].close()
    try:
        with RaceServer(port) as server:
            server.order("running")
            book.wait_until(lambda: book.reason() == "running")
    finally:
        stream.close()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_at_first_contact_is_final(book: WatchedBook, status: int) -> None:
    """It should tell why the server won't have the car."""
    with RaceServer() as server:
        server.status = status
        with listening(server, book):
            book.wait_until(lambda: book.refusal is not None)
    assert "'red'" in str(book.refusal)
    assert "\n" not in str(book.refusal)


def test_a_wrong_token_is_refused(book: WatchedBook) -> None:
    """It should not go on with a token that the server doesn't know."""
    with RaceServer() as server, listening(server, book, token="another"):  # noqa: S106
        book.wait_until(lambda: book.refusal is not None)
    assert "doesn't accept this token" in str(book.refusal)


def test_an_order_that_cannot_be_read_ends_the_one_before(book: WatchedBook) -> None:
    """It should stop rather than drive on by an order that was replaced."""
    with RaceServer() as server:
        server.order("running")
        with listening(server, book):
            book.wait_until(lambda: book.reason() == "running")
            server.say("heat", '{"phase": "flying"}')
            book.wait_until(lambda: "no order" in book.reason())
    assert book.refusal is None


def test_leases_and_stops_come_down_the_same_stream(book: WatchedBook) -> None:
    """It should drive by a lease once it is renewed, and stop at once when told."""
    with RaceServer() as server, listening(server, book):
        server.order("running", is_renewed=False)
        book.wait_until(lambda: "waiting for leave" in book.reason())
        server.renew()
        book.wait_until(lambda: book.reason() == "running")
        server.say("stop", '{"stop_id": "s1", "car_id": "blue"}')
        server.say("stop", '{"stop_id": "s2"}')
        book.wait_until(lambda: book.reason() == "emergency stop")
    assert book.stops.ids == ("s2",)


def test_a_silent_stream_is_given_up_while_the_car_drives_by_it(book: WatchedBook) -> None:
    """It should connect anew before the lease is over, and let a silent stream be otherwise."""
    with RaceServer() as server, listening(server, book) as stream:
        server.order("running")
        book.wait_until(lambda: book.reason() == "running")
        server.opened.get(timeout=PATIENCE_S)
        stream.check(LEASE_SILENCE_NS)
        assert server.opened.empty()
        stream.check(LEASE_SILENCE_NS + 2)
        server.opened.get(timeout=PATIENCE_S)
        server.order("finished")
        book.wait_until(lambda: "no heat" in book.reason())
        stream.check(100 * LEASE_SILENCE_NS)
        assert server.opened.empty()


def test_contact_that_is_back_is_told() -> None:
    """It should say so of each stream that opens, so that the clock is measured anew."""
    opened: queue.SimpleQueue[None] = queue.SimpleQueue()
    with RaceServer() as server:
        stream = OrderStream(
            server.url, TOKEN, "red", WatchedBook(), lambda: opened.put(None), clock_ns=lambda: 1
        )
        stream.start()
        try:
            opened.get(timeout=PATIENCE_S)
            server.opened.get(timeout=PATIENCE_S)
            server.drop_streams()
            opened.get(timeout=PATIENCE_S)
        finally:
            stream.close()
