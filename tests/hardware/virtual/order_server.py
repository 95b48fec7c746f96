"""A small real server on loopback that speaks the part of the API that a venue uses."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Self

from timing_server.contract.base import Message
from timing_server.contract.live.ghost import GhostReport

TOKEN = "a-token-of-the-venue"  # noqa: S105 - a made-up one
_END = "end"


class OrderServer:
    """Holds event streams open, sends orders down them, and keeps what it is sent.

    ``received`` gets (path, body) of each PUT and POST. ``track_status`` is what a PUT of the
    track is answered with, ``ghost`` is the lap that drives along.
    """

    def __init__(self, port: int = 0) -> None:
        self.received: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self.opened: SimpleQueue[None] = SimpleQueue()
        self.track_status = 204
        self.ghost = GhostReport()
        self._streams: list[SimpleQueue[str]] = []
        owner = self

        class Handler(_Handler):
            state = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def order(self, event: str, message: Message) -> None:
        self.say(event, message.model_dump_json())

    def say(self, event: str, body: str) -> None:
        for stream in self._streams:
            stream.put(f"event: {event}\ndata: {body}\n\n")

    def join_stream(self) -> SimpleQueue[str]:
        stream: SimpleQueue[str] = SimpleQueue()
        self._streams.append(stream)
        self.opened.put(None)
        return stream

    def drop_streams(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.put(_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop_streams()
        self._http.shutdown()
        self._thread.join()
        self.drop_streams()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    state: OrderServer
    # One request per connection: then the server's threads end with their requests.
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        if not self._is_known():
            return
        if self.path == "/api/v1/venue/ghost":
            self._answer(self.state.ghost)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        stream = self.state.join_stream()
        while (text := stream.get()) != _END:
            try:
                self.wfile.write(text.encode())
            except OSError:
                return

    def _answer(self, message: Message) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(message.model_dump_json().encode())

    def do_PUT(self) -> None:
        self._take(self.state.track_status)

    def do_POST(self) -> None:
        self._take(204)

    def _take(self, status: int) -> None:
        if not self._is_known():
            return
        body = self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace")
        self.state.received.put((self.path, body))
        self.send_response(status)
        self.end_headers()

    def _is_known(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return True
        self.send_response(401)
        self.end_headers()
        return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
        """Stay silent."""
