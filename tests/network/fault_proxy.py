"""A proxy between node and server that does to each request what a bad network can do to it."""

import http.client
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, get_args

Fault = Literal[
    "none",
    "drop",
    "drop_answer",
    "delay",
    "duplicate",
    "reorder",
    "truncate_request",
    "truncate_answer",
    "half_open",
]
FAULTS: tuple[Fault, ...] = tuple(fault for fault in get_args(Fault) if fault != "none")
Answer = tuple[int, bytes]

DELAY_S = 0.15
#: Longer than the node waits for an answer.
HALF_OPEN_S = 1.0


class FaultProxy:
    """Forwards to ``127.0.0.1:server_port``; ``choose`` names what befalls the next request."""

    def __init__(self, server_port: int, choose: Callable[[], Fault]) -> None:
        self.server_port = server_port
        self.choose = choose
        self.happened: Counter[Fault] = Counter()
        self.held: list[tuple[str, bytes, dict[str, str]]] = []
        self.lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.proxy = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the node finds its server."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def next_fault(self) -> Fault:
        """Choose, and count what was chosen."""
        with self.lock:
            fault = self.choose()
            self.happened[fault] += 1
        return fault

    def forward(
        self, path: str, body: bytes, headers: dict[str, str], cut_at: int | None = None
    ) -> Answer:
        """Send a request on and return the answer; with ``cut_at`` hang up in its body."""
        line = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=10)
        try:
            line.putrequest("POST", path, skip_host=True)
            for name, value in headers.items():
                line.putheader(name, value)
            line.endheaders()
            line.send(body[:cut_at])
            if cut_at is not None:
                return 0, b""
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def release_held(self) -> None:
        """Deliver what was held back, now that something newer went ahead of it."""
        with self.lock:
            held, self.held = self.held, []
        for path, body, headers in held:
            self.forward(path, body, headers)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    proxy: FaultProxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def log_message(self, *_arguments: object) -> None:
        """Keep the test's output quiet."""

    def do_POST(self) -> None:
        assert isinstance(self.server, _Http)
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = self.path, body, dict(self.headers.items())
        fault = proxy.next_fault()
        self.close_connection = fault != "none"
        with suppress(OSError, http.client.HTTPException):
            if fault == "drop":
                return
            if fault == "half_open":
                threading.Event().wait(HALF_OPEN_S)
                return
            if fault == "reorder":
                with proxy.lock:
                    proxy.held.append(request)
                return
            if fault == "truncate_request":
                proxy.forward(*request, cut_at=len(body) // 2)
                return
            if fault == "delay":
                threading.Event().wait(DELAY_S)
            answer = proxy.forward(*request)
            if fault == "duplicate":
                answer = proxy.forward(*request)
            proxy.release_held()
            if fault != "drop_answer":
                self.reply(answer, is_whole=fault != "truncate_answer")

    def do_GET(self) -> None:
        """Pass clock readings and event streams on as they come; they break with the server."""
        assert isinstance(self.server, _Http)
        self.close_connection = True
        line = http.client.HTTPConnection("127.0.0.1", self.server.proxy.server_port, timeout=30)
        with suppress(OSError, http.client.HTTPException), closing(line):
            line.request("GET", self.path, headers=dict(self.headers.items()))
            answer = line.getresponse()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.end_headers()
            while part := answer.read1(65536):
                self.wfile.write(part)
                self.wfile.flush()

    def reply(self, answer: Answer, *, is_whole: bool) -> None:
        status, content = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if is_whole else content[: len(content) // 2])
