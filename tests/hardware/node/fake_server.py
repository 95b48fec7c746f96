"""A real HTTP server on loopback that keeps journals as Paddock's does, and can misbehave."""

import json
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tests.network.loopback import LOOPBACK, free_port

TOKEN = "a-token-for-tests"  # noqa: S105 - for tests
SERVER_BOOT_ID = "00000000-0000-4000-8000-000000000001"

Fault = Literal[
    "status_500",
    "status_401",
    "truncated",
    "hang_up",
    "hang_up_after_storing",
    "no_json",
    "mark_too_low",
    "mark_too_high",
    "other_journal",
    "forget_all",
]


class JournalServer:
    """Stores what nodes send; ``faults`` are used up one per POST, in order."""

    def __init__(self, port: int = 0, token: str = TOKEN) -> None:
        self.token = token
        self.faults: deque[Fault] = deque()
        self.refused_seqs: set[int] = set()
        self.is_confirming = True
        self.race_offset_ns = 5_000_000_000
        self.records: dict[int, dict[str, Any]] = {}
        self.holes: set[int] = set()
        self.order: list[int] = []
        self.posts: list[list[int]] = []
        self.clock_reads = 0
        self.health_faults: deque[Fault] = deque()
        self.healths: list[dict[str, Any]] = []
        self.events: deque[bytes] = deque()
        self.listeners = 0
        self.is_closed = threading.Event()
        self.changed = threading.Condition()
        self._http = _Http((LOOPBACK, port or free_port()), _Handler)
        self._http.journals = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def port(self) -> int:
        return self._http.server_port

    def close(self) -> None:
        """Stop listening and cut the connections that are kept alive, as a killed server does."""
        self.is_closed.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        for connection in list(self._http.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def mark(self) -> int:
        """Return the highest seq below which nothing is missing."""
        seq = 0
        while seq + 1 in self.records or seq + 1 in self.holes:
            seq += 1
        return seq

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        with self.changed:
            return [r for _, r in sorted(self.records.items()) if r["kind"] == kind]

    def wait_until(self, is_met: Any, patience_s: float = 20.0) -> None:
        """Wait for records to come; fail when they don't."""
        deadline_s = time.monotonic() + patience_s
        with self.changed:
            while not is_met():
                left_s = deadline_s - time.monotonic()
                assert left_s > 0, f"waited in vain; mark {self.mark()}, posts {self.posts[-5:]}"
                self.changed.wait(min(left_s, 0.05))

    def wait_for_mark(self, seq: int) -> None:
        self.wait_until(lambda: self.mark() >= seq)

    def take(self, batch: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Store a batch as the real server does: same key and content again is nothing new."""
        seqs = [record["seq"] for record in batch["records"]]
        with self.changed:
            self.posts.append(seqs)
            if self.refused_seqs & set(seqs):
                self.changed.notify_all()
                return 422, {"title": "Malformed", "status": 422, "detail": "No such gate."}
            if any(self.records.get(r["seq"], r) != r for r in batch["records"]):
                return 409, {"title": "Conflict", "status": 409, "detail": "Same seq, other body."}
            for record in batch["records"]:
                if record["seq"] not in self.records:
                    self.order.append(record["seq"])
                self.records[record["seq"]] = record
            first, last = batch.get("complete") or (1, 0)
            if first <= self.mark() + 1:
                self.holes |= set(range(first, last + 1))
            self.changed.notify_all()
            mark = self.mark() if self.is_confirming else 0
            return 200, {"journal_id": batch["journal_id"], "acked_seq": mark}


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    journals: JournalServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.connections: list[socket.socket] = []
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    @property
    def journals(self) -> JournalServer:
        assert isinstance(self.server, _Http)
        return self.server.journals

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output quiet."""

    def stream(self) -> None:
        """Send what the test puts into ``events`` as it stands, until the server ends."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.journals.listeners += 1
        with suppress(OSError):
            while not self.journals.is_closed.wait(0.02):
                while self.journals.events:
                    self.wfile.write(self.journals.events.popleft())

    def do_GET(self) -> None:
        if self.path.endswith("/devices/live"):
            return self.stream()
        self.journals.clock_reads += 1
        race_ns = time.monotonic_ns() + self.journals.race_offset_ns
        return self.answer(200, {"race_ns": race_ns, "server_boot_id": SERVER_BOOT_ID})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/health"):
            return self.take_health(json.loads(body))
        return self.take_journal(body)

    def take_health(self, health: dict[str, Any]) -> None:
        faults = self.journals.health_faults
        fault = faults.popleft() if faults else None
        if fault == "status_500":
            return self.answer(500, {"title": "Broken", "status": 500})
        if fault is not None:
            return self.hang_up(b"" if fault == "hang_up" else b"HTTP/1.1 200 OK\r\nConte")
        with self.journals.changed:
            self.journals.healths.append(health)
            self.journals.changed.notify_all()
        return self.answer(200, {})

    def take_journal(self, body: bytes) -> None:
        faults = self.journals.faults
        fault = faults.popleft() if faults else None
        if (
            self.headers["Authorization"] != f"Bearer {self.journals.token}"
            or fault == "status_401"
        ):
            return self.answer(401, {"title": "No such token", "status": 401})
        if fault == "status_500":
            return self.answer(500, {"title": "Broken", "status": 500})
        if fault == "hang_up":
            return self.hang_up(b"")
        if fault == "forget_all":
            with self.journals.changed:
                self.journals.records.clear()
        return self.store(json.loads(body), fault)

    def store(self, batch: dict[str, Any], fault: Fault | None) -> None:
        status, answer = self.journals.take(batch)
        if fault == "hang_up_after_storing":
            return self.hang_up(b"")
        if fault == "truncated":
            return self.hang_up(b'HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n{"journal_id":"')
        if fault == "no_json":
            answer = {"hello": "proxy"}
        if fault == "mark_too_low":
            answer["acked_seq"] = 0
        if fault == "mark_too_high":
            answer["acked_seq"] = 10**9
        if fault == "other_journal":
            answer["journal_id"] = "00000000-0000-4000-8000-00000000ffff"
        return self.answer(status, answer)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def hang_up(self, last_words: bytes) -> None:
        self.wfile.write(last_words)
        self.close_connection = True
