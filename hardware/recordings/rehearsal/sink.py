"""A server on loopback that keeps what a node sends it, and can be out of reach for a while.

It plays the server's part of the contract (journal, clock) for a rehearsal, so that nothing of it
ever reaches an event.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import ValidationError

from timing_server.contract.machines.journal import JournalAck, JournalBatch, PassRecord, Record

_SERVER_BOOT_ID = "00000000-0000-4000-8000-000000000001"


class Sink:
    """Stores records by journal and number; acknowledges the highest below which none is missing.

    ``conflicts`` counts records that came again under their number with other content.
    """

    def __init__(self) -> None:
        self.is_away = False
        self.conflicts = 0
        self._records: dict[tuple[str, int], Record] = {}
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.sink = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the sink."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def passes(self) -> list[PassRecord]:
        """Return the passes that arrived, in the order of their numbers."""
        with self._lock:
            found = [each for _, each in sorted(self._records.items())]
        return [each for each in found if isinstance(each, PassRecord)]

    def take(self, batch: JournalBatch) -> JournalAck:
        """Store a batch."""
        with self._lock:
            for record in batch.records:
                before = self._records.setdefault((batch.journal_id, record.seq), record)
                self.conflicts += before != record
            acked_seq = 0
            while (batch.journal_id, acked_seq + 1) in self._records:
                acked_seq += 1
        return JournalAck(journal_id=batch.journal_id, acked_seq=acked_seq)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    sink: Sink

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that a killed node left behind."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    @property
    def sink(self) -> Sink:
        server = self.server
        assert isinstance(server, _Http)  # noqa: S101 - made by Sink alone
        return server.sink

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: the sheet says what matters."""

    def do_GET(self) -> None:
        """Answer the clock's question; everything else isn't here."""
        if self.sink.is_away:
            self.close_connection = True
        elif self.path == "/api/v1/clock":
            self._answer(200, {"race_ns": time.monotonic_ns(), "server_boot_id": _SERVER_BOOT_ID})
        else:
            self._answer(404, {"title": "Not here", "status": 404})

    def do_POST(self) -> None:
        """Take a batch of the journal."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.sink.is_away:
            self.close_connection = True  # without an answer, as where Wi-Fi broke off
            return
        if not self.path.endswith("/journal"):
            self._answer(404, {"title": "Not here", "status": 404})
            return
        try:
            batch = JournalBatch.model_validate_json(body)
        except ValidationError:
            self._answer(422, {"title": "No batch", "status": 422})
            return
        self._answer(200, self.sink.take(batch).model_dump())

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
