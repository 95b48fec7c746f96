"""A small real server on loopback that speaks the part of the API that a car uses."""

import json
import queue
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.car_agent.doubles import SERVER_BOOT_ID
from timing_server.contract.machines.devices import CarTelemetry, HeatOrder
from timing_server.contract.machines.driving import LeaseRenewal
from timing_server.contract.machines.fleet import CarCondition, CarOrders
from timing_server.contract.machines.journal import ClockReading

TOKEN = "a-token-of-the-red-car"  # noqa: S105 - a made-up one

_END = object()


class RaceServer:
    """Holds event streams open, and keeps the telemetry and the pictures that it is sent.

    ``orders`` answer each condition; ``files`` are given by their path.
    ``status`` other than 200 is what every request is answered with.
    """

    def __init__(self, port: int = 0, *, is_first: bool = True) -> None:
        self.reports: queue.SimpleQueue[CarTelemetry] = queue.SimpleQueue()
        self.views: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.conditions: queue.SimpleQueue[CarCondition] = queue.SimpleQueue()
        self.logs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.orders = CarOrders()
        self.files: dict[str, bytes] = {}
        self.opened: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.status = 200
        self.greeting: str | None = None
        # A car that comes to its first server was there before its heat.
        self._first = [_message("heat", HeatOrder(phase="idle").model_dump_json())] * is_first
        self.has_lease = False
        self._lease_id = "lease-1"
        self.stops: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._streams: list[queue.SimpleQueue[object]] = []
        self._connections: list[socket.socket] = []
        self._is_closed = False
        self._lock = threading.Lock()
        owner = self

        class Handler(_Handler):
            server_state = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        self._is_over = threading.Event()
        self._renewing = threading.Thread(target=self._keep_renewing)
        self._renewing.start()

    def _keep_renewing(self) -> None:
        while not self._is_over.wait(0.2):
            if self.has_lease:
                self.say("lease", self._renewal())

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._http.server_port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def order(
        self,
        phase: str,
        car_id: str | None = "red",
        model_sha256: str | None = None,
        *,
        is_renewed: bool = True,
        lease_id: str = "lease-1",
        **more: Any,
    ) -> None:
        """Send a heat order down every stream, and greet later ones with it.

        Its lease is renewed at once and five times a second where ``is_renewed``.
        """
        is_go = phase == "running"
        run = {
            "entry_id": "e1",
            "car_id": car_id,
            "model_sha256": model_sha256,
            "is_go": is_go,
            "lease_id": lease_id if is_go else None,
        }
        self._lease_id = lease_id
        content = {"phase": phase, "event_id": "v1", "heat_id": "h1", "runs": [run], **more}
        self.has_lease = is_go and is_renewed
        self.say("heat", HeatOrder.model_validate(content).model_dump_json())
        if self.has_lease:
            self.renew()

    def renew(self) -> None:
        """Renew the lease on every stream from now on."""
        self.has_lease = True
        self.say("lease", self._renewal())

    def _renewal(self) -> str:
        return LeaseRenewal(
            sent_race_ns=self.race_ns(), server_boot_id=SERVER_BOOT_ID, lease_ids=(self._lease_id,)
        ).model_dump_json()

    def race_ns(self) -> int:
        """Read the race clock, which is this machine's own."""
        return time.monotonic_ns()

    def say(self, event: str, text: str) -> None:
        """Send any event down every stream; a heat also greets later ones."""
        message = _message(event, text)
        with self._lock:
            if event == "heat":
                self.greeting = message
            for stream in self._streams:
                stream.put(message)

    def drop_streams(self) -> None:
        """End every stream, as a restart would."""
        with self._lock:
            for stream in self._streams:
                stream.put(_END)
            self._streams.clear()

    def join_stream(self) -> "queue.SimpleQueue[object]":
        """Open a stream for one client, with the greeting in it."""
        stream: queue.SimpleQueue[object] = queue.SimpleQueue()
        with self._lock:
            self._streams.append(stream)
            if self._is_closed:
                stream.put(_END)
            while self._first:
                stream.put(self._first.pop())
            if self.greeting is not None:
                stream.put(self.greeting)
        self.opened.put(None)
        return stream

    def __enter__(self) -> Self:
        """Return itself, already running."""
        return self

    def __exit__(self, *_: object) -> None:
        """Be gone."""
        self.close()

    def close(self) -> None:
        """End the server and every connection, as a killed process would. May be called twice."""
        self._is_over.set()
        self._renewing.join()
        self._http.shutdown()
        self._thread.join()
        with self._lock:
            self._is_closed = True
        self.drop_streams()
        with self._lock:
            for connection in self._connections:
                _hang_up(connection)
        self._http.server_close()

    def note_connection(self, connection: socket.socket) -> None:
        """Keep a connection, to end it with the server."""
        with self._lock:
            self._connections.append(connection)
            if self._is_closed:
                _hang_up(connection)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _message(event: str, text: str) -> str:
    return f"event: {event}\ndata: {text}\n\n"


class _Handler(BaseHTTPRequestHandler):
    server_state: RaceServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        """Make the connection known to the server."""
        super().setup()
        self.server_state.note_connection(self.connection)

    def do_GET(self) -> None:
        """Serve the clock and the device stream."""
        if self.path == "/api/v1/clock":
            reading = ClockReading(
                race_ns=self.server_state.race_ns(), server_boot_id=SERVER_BOOT_ID
            )
            self._answer(200, reading.model_dump_json().encode())
            return
        if not self._is_welcome():
            return
        if self.path in self.server_state.files:
            self._answer(200, self.server_state.files[self.path])
            return
        if self.path != "/api/v1/devices/live":
            self._answer(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        stream = self.server_state.join_stream()
        try:
            while isinstance(message := stream.get(), str):
                self.wfile.write(message.encode())
        except OSError:
            # The car hung up first, which is its right.
            return

    def do_POST(self) -> None:
        """Take telemetry, and what is told of stops."""
        body = self._body()
        if not self._is_welcome():
            return
        if self.path.endswith("/condition"):
            self.server_state.conditions.put(CarCondition.model_validate_json(body))
            self._answer(200, self.server_state.orders.model_dump_json().encode())
        elif "/stops" in self.path:
            self.server_state.stops.put((self.path, json.loads(body)))
            self._answer(204)
        else:
            self.server_state.reports.put(CarTelemetry.model_validate_json(body))
            self._answer(204)

    def do_PUT(self) -> None:
        """Take a picture, or a log."""
        body = self._body()
        if not self._is_welcome():
            return
        if self.path.endswith("/log"):
            self.server_state.logs.put(body)
            self._answer(204)
        else:
            self.server_state.views.put(body)
            self._answer(204)

    def log_message(self, *_args: object) -> None:
        """Keep the tests' output quiet."""

    def _is_welcome(self) -> bool:
        if self.server_state.status != 200:
            self._answer(self.server_state.status)
            return False
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401)
            return False
        return True

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
