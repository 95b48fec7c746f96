"""A small real server for page tests: the display's routes beside a scripted interface and feed.

Every message it sends is built from the contract's models, so a page test can't pass on a
message that the real server would never send.
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from display.pages.routes import create_display_routes
from tests.e2e.browsing import PAGE_HOST
from tests.network.loopback import LOOPBACK, free_port
from tests.waiting import PATIENCE_S
from timing_server.contract.base import Message
from timing_server.contract.live.document import EventView
from timing_server.contract.live.messages import ActiveEvent, LivePatch, LiveSnapshot

LOGIN_CODE = "482913"

Answer = Callable[["SentCommand"], Response]


@dataclass(frozen=True)
class SentCommand:
    """One request that changes something, as it arrived."""

    method: str
    path: str
    body: Any
    key: str | None


def problem(status: int, code: str, detail: str, **params: str | int) -> JSONResponse:
    """Return a problem body as RFC 9457 shapes it, with the kit's code and parameters."""
    body = {
        "type": "about:blank",
        "title": "Refused",
        "status": status,
        "detail": detail,
        "code": code,
        "params": params,
    }
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def on_the_wire(message: Message) -> dict[str, Any]:
    """Return a document as the server sends it: an absent key means null."""
    return message.model_dump(mode="json", exclude_none=True)


def merge_patch(before: Any, after: Any) -> Any:
    """Return the RFC 7396 patch that turns one document into another."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    patch: dict[str, Any] = dict.fromkeys(before.keys() - after.keys())
    for key, value in after.items():
        if key not in before:
            patch[key] = value
        elif before[key] != value:
            patch[key] = merge_patch(before[key], value)
    return patch


@dataclass
class FeedServer:
    """Serves on a free loopback port from ``start`` until ``stop``; may start again on it."""

    port: int = 0
    event_id: str | None = None
    view: EventView | None = None
    seq: int = 1
    now_us: int = 60_000_000
    is_open_door: bool = True
    role: str = "organiser"
    commands: list[SentCommand] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    reads: dict[str, Any] = field(default_factory=dict)
    frames: dict[str, bytes] = field(default_factory=dict)
    resumed_from: list[str | None] = field(default_factory=list)
    missed: list[tuple[int, str]] = field(default_factory=list)
    _queues: list["asyncio.Queue[str | None]"] = field(default_factory=list)

    def start(self) -> None:
        """Bind the port and serve in a thread; returns once it accepts."""
        self.port = self.port or free_port()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, self.port))
        listener.listen()
        self._ready = threading.Event()
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), log_level="warning", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._run, args=(listener,), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    def stop(self) -> None:
        """End every stream and the server."""
        self._server.should_exit = True
        self._send(None)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the feed didn't end"
        self._queues.clear()

    def drop_streams(self) -> None:
        """End every open stream, as a lost connection does; the server itself goes on."""
        self._send(None)

    @property
    def url(self) -> str:
        """Where a browser finds it, as from another machine."""
        return f"http://{PAGE_HOST}:{self.port}"

    @property
    def loopback_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def show(self, view: EventView, fact: str = "PassDetected") -> None:
        """Make this the document: a patch where the event stays, else another active event."""
        before, self.view = self.view, view
        self.seq += 1
        if before is None or before.event_id != view.event_id:
            self.event_id = view.event_id
            self.send("switched", ActiveEvent(event_id=view.event_id))
            return
        patch = merge_patch(on_the_wire(before), on_the_wire(view))
        self.send(
            "patch",
            LivePatch(seq=self.seq, now_us=self.now_us, fact=fact, patch=patch),
            seq=self.seq,
        )

    def send(self, name: str, message: Message, seq: int | None = None) -> None:
        """Send one event to every open stream."""
        lines = f"event: {name}\ndata: {message.model_dump_json()}\n"
        if seq is not None:
            lines += f"id: {seq}\n"
            self.missed.append((seq, lines + "\n"))
        self._send(lines + "\n")

    def _send(self, text: str | None) -> None:
        # All in the server's own thread: a stream that opens meanwhile begins with the document as
        # it was before or as it is now, and misses no step between the two.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put_all, text)

    def _put_all(self, text: str | None) -> None:
        for queue in self._queues:
            queue.put_nowait(text)

    def _run(self, listener: socket.socket) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._ready.set()
            await self._server.serve(sockets=[listener])

        asyncio.run(serve())
        listener.close()

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/v1/events/active", self._active),
                Route("/api/v1/events/{event_id}/live", self._live),
                Route("/api/v1/session", self._session, methods=["GET", "POST", "DELETE"]),
                Route("/api/v1/cars/{car_id}/frame", self._frame),
                Route("/api/v1/{path:path}", self._any, methods=["GET", "POST", "PATCH", "DELETE"]),
                *create_display_routes(),
            ]
        )

    async def _active(self, _request: Request) -> Response:
        return JSONResponse(ActiveEvent(event_id=self.event_id).model_dump())

    async def _frame(self, request: Request) -> Response:
        frame = self.frames.get(request.path_params["car_id"])
        if frame is None:
            return problem(404, "no_frame", "That car has sent no picture yet.")
        return Response(frame, media_type="image/jpeg")

    async def _session(self, request: Request) -> Response:
        who = {"role": self.role, "principal": self.role}
        if request.method == "POST":
            if (await request.json())["code"] != LOGIN_CODE:
                return problem(403, "code_refused", "That code isn't valid.")
            answer = JSONResponse(who)
            answer.set_cookie("session", "yes", httponly=True, samesite="strict")
            return answer
        if request.method == "DELETE":
            gone = Response(status_code=204)
            gone.delete_cookie("session")
            return gone
        if request.cookies.get("session"):
            return JSONResponse(who)
        return JSONResponse({"role": "public", "principal": None})

    async def _any(self, request: Request) -> Response:
        path = "/" + request.path_params["path"]
        if request.method == "GET":
            found = self.reads.get(path)
            return JSONResponse(found) if found is not None else problem(404, "unknown", "Unknown.")
        raw = await request.body()
        sent = SentCommand(
            request.method,
            path,
            json.loads(raw) if raw else None,
            request.headers.get("Idempotency-Key"),
        )
        self.commands.append(sent)
        if not self.is_open_door and not request.cookies.get("session"):
            return problem(401, "not_signed_in", "Log in first.")
        if path in self.answers:
            return self.answers[path](sent)
        return JSONResponse({"seq": self.seq, "facts": []})

    async def _live(self, request: Request) -> Response:
        last_id = request.headers.get("Last-Event-ID")
        self.resumed_from.append(last_id)
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        for text in self._greeting(last_id):
            queue.put_nowait(text)
        self._queues.append(queue)

        async def lines() -> AsyncIterator[str]:
            try:
                while (text := await queue.get()) is not None:
                    yield text
            finally:
                if queue in self._queues:
                    self._queues.remove(queue)

        return StreamingResponse(lines(), media_type="text/event-stream")

    def _greeting(self, last_id: str | None) -> list[str]:
        retry = "retry: 300\n\n"
        if last_id is not None:
            return [retry, *(text for seq, text in self.missed if seq > int(last_id))]
        assert self.view is not None
        snapshot = on_the_wire(LiveSnapshot(seq=self.seq, now_us=self.now_us, view=self.view))
        return [
            retry,
            f"event: snapshot\nid: {self.seq}\ndata: {json.dumps(snapshot)}\n\n",
        ]
