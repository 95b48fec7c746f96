"""The device stream, over real HTTP on loopback."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from car_agent.link.order_stream import OrderStream
from car_agent.link.orders import OrderBook
from tests.car_agent.race_server import TOKEN, RaceServer

PATIENCE_S = 20.0
PATIENCE_NS = 3_600_000_000_000
OWN = "aa" * 32


class WatchedBook(OrderBook):
    """A book that a test can wait for."""

    def __init__(self) -> None:
        super().__init__("red", OWN, PATIENCE_NS)
        self._changed = threading.Condition()

    def note_order(self, heat: object, now_ns: int) -> None:
        super().note_order(heat, now_ns)  # type: ignore[arg-type] # passed on as it came
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
    return WatchedBook()


@contextmanager
def listening(server: RaceServer, book: OrderBook, token: str = TOKEN) -> Iterator[OrderStream]:
    stream = OrderStream(server.url, token, "red", book, clock_ns=lambda: 0)
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
    with socket.create_server(("127.0.0.1", 0)) as closed_door:
        closed_door.settimeout(PATIENCE_S)
        port = closed_door.getsockname()[1]
        stream = OrderStream(f"http://127.0.0.1:{port}", TOKEN, "red", book, clock_ns=lambda: 0)
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


def test_only_an_order_of_its_own_makes_a_new_stream_count() -> None:
    """It should stop the car where a server came back that pings but doesn't say what it wants."""
    heard = threading.Event()
    now_ns = 0

    class Listener(OrderBook):
        def note_contact(self, at_ns: int) -> None:
            super().note_contact(at_ns)
            heard.set()

    book = Listener("red", OWN, patience_ns=5)
    with RaceServer() as server:
        server.order("running")
        stream = OrderStream(server.url, TOKEN, "red", book, clock_ns=lambda: now_ns)
        stream.start()
        try:
            server.opened.get(timeout=PATIENCE_S)
            server.say("ping", "{}")
            assert heard.wait(PATIENCE_S)
            assert book.permission(5).is_allowed
            server.greeting = None
            server.drop_streams()
            server.opened.get(timeout=PATIENCE_S)
            now_ns = 10
            heard.clear()
            server.say("ping", "{}")
            assert heard.wait(PATIENCE_S)
            assert "no contact" in book.permission(10).reason
        finally:
            stream.close()


def test_pings_count_as_contact() -> None:
    """It should let the book know of every sign of life."""
    heard = threading.Event()

    class Listener(OrderBook):
        def note_contact(self, now_ns: int) -> None:
            super().note_contact(now_ns)
            heard.set()

    with RaceServer() as server, listening(server, Listener("red", OWN, 1)):
        server.opened.get(timeout=PATIENCE_S)
        server.say("ping", '{"now_us": 5}')
        assert heard.wait(PATIENCE_S)
