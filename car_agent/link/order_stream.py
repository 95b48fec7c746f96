"""The thread that holds the server's device stream and comes back whenever it is lost."""

import socket
import threading
import time
from collections.abc import Callable

import httpx2
import structlog
from pydantic import ValidationError

from car_agent.link.client import close_after, make_client, refusal
from car_agent.link.orders import OrderBook
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.driving import LeaseRenewal, StopOrder

_log = structlog.get_logger()

#: The server pings every two seconds; a stream that is silent for three pings is dead.
SILENCE_S = 6.0
#: Leases come twice a second while a car may drive: five that fail to are no bad luck.
LEASE_SILENCE_NS = 2_500_000_000
CONNECT_S = 3.0

FIRST_BACKOFF_S = 0.25
MAX_BACKOFF_S = 2.0

_MAX_EVENT_BYTES = 65_536


class OrderStream:
    """Holds ``GET devices/live``; orders, leases and stops go to the book.

    Whoever answers 'not you' at first contact ends the car (``OrderBook.refuse``). Once it was
    accepted, it keeps trying: a token that is given back in the middle of an event should not
    need anybody to walk to the car.
    """

    def __init__(
        self,
        server_url: str,
        token: str,
        car_id: str,
        book: OrderBook,
        on_open: Callable[[], None] = lambda: None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Prepare the client; ``on_open`` is called whenever contact is back."""
        self._on_open = on_open
        self._heard_ns = 0
        self._server_url = server_url
        self._car_id = car_id
        self._book = book
        self._clock_ns = clock_ns
        timeout = httpx2.Timeout(CONNECT_S, read=SILENCE_S)
        self._client = make_client(server_url, token, timeout)
        self._stop = threading.Event()
        self._response: httpx2.Response | None = None
        self._was_accepted = False
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def close(self) -> None:
        """End the stream, also while it waits for the server's next word."""
        self._stop.set()
        self._hang_up()
        close_after(self._thread, self._client, CONNECT_S)

    def check(self, now_ns: int) -> None:
        """Give a silent stream up while the car drives by it: a fresh one may save its lease."""
        is_awaited = self._book.lease_left_ns(now_ns) is not None
        if is_awaited and self._heard_ns and now_ns - self._heard_ns > LEASE_SILENCE_NS:
            _log.info("stream_silent", silence_s=LEASE_SILENCE_NS / 1e9)
            self._heard_ns = 0
            self._hang_up()

    def _hang_up(self) -> None:
        response = self._response
        if response is None:
            return
        stream = response.extensions.get("network_stream")
        connection = None if stream is None else stream.get_extra_info("socket")
        if isinstance(connection, socket.socket):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                _log.debug("stream_already_closed", reason=str(error))

    def _run(self) -> None:
        backoff_s = FIRST_BACKOFF_S
        while not self._stop.is_set():
            heard_ns = self._clock_ns()
            try:
                self._listen()
                reason = "the server ended the stream"
            except httpx2.HTTPError as error:
                reason = str(error) or type(error).__name__
            except Exception as error:  # noqa: BLE001 - without this thread no car drives again
                _log.exception("stream_failed_unexpectedly")
                reason = repr(error)
            if self._stop.is_set():
                return
            if self._clock_ns() - heard_ns > int(SILENCE_S * 1e9):
                backoff_s = FIRST_BACKOFF_S
            _log.info("stream_lost", reason=reason, retry_s=backoff_s)
            self._stop.wait(backoff_s)
            backoff_s = min(2 * backoff_s, MAX_BACKOFF_S)

    def _listen(self) -> None:
        """Follow one stream to its end. Raises httpx2.HTTPError where it breaks."""
        with self._client.sse("devices/live", max_event_size=_MAX_EVENT_BYTES) as events:
            self._response = events.response
            self._refuse_or_raise(events.response)
            self._was_accepted = True
            self._on_open()
            _log.info("stream_open", server=self._server_url)
            for event in events:
                self._heard_ns = self._clock_ns()
                self._note(event.event, event.data)
                if self._stop.is_set():
                    return

    def _refuse_or_raise(self, response: httpx2.Response) -> None:
        error = refusal(response, self._server_url, self._car_id)
        if error is not None and not self._was_accepted:
            self._book.refuse(error)
        response.raise_for_status()

    def _note(self, event: str, text: str) -> None:
        try:
            if event == "heat":
                heat = HeatOrder.model_validate_json(text)
                _log.info("order", phase=heat.phase, car_id=heat.car_id, heat_id=heat.heat_id)
                self._book.note_order(heat, self._heard_ns)
            elif event == "lease":
                self._book.note_renewal(LeaseRenewal.model_validate_json(text), self._heard_ns)
            elif event == "stop":
                self._book.note_stop(StopOrder.model_validate_json(text), self._heard_ns)
        except ValidationError as error:
            # It may have been a stop, so that the order before it must not live on.
            self._book.forget()
            _log.error("order_not_understood", reason=str(error.errors()[0]["msg"]))
