"""Server-sent events to one client, until it goes, lags too far, or the server ends."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from types import coroutine
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from timing_server.service.live.subscriber import SendNow, Subscriber
from timing_server.web.guards import STREAM_SEND

#: How long a client that is let go may take to swallow the last bytes.
_FAREWELL_S = 0.3
#: How soon a browser comes back, as a field of the first event; its own idea is some seconds.
_RETRY = b"retry: 1000\n"
#: What sending to nobody raises; a closed connection of uvloop says RuntimeError.
_GONE = (OSError, RuntimeError)


class EventStream(Response):
    """Streams what a subscriber is given; ``on_end`` is called once when it is over.

    Waiting for the next event races the client's disconnect and the end of the subscription: a
    stream that only awaits its queue would keep a server from ending.
    """

    media_type = "text/event-stream"

    def __init__(self, subscriber: Subscriber, on_end: Callable[[Subscriber], None]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._subscriber = subscriber
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI app."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        pump = _start(self._pump(scope.get(STREAM_SEND, send)))
        others = [_start(_disconnected(receive)), _start(self._subscriber.ended.wait())]
        try:
            await asyncio.wait({pump, *others}, return_when=asyncio.FIRST_COMPLETED)
            if self._subscriber.ended.is_set():
                await asyncio.wait({pump}, timeout=_FAREWELL_S)
        finally:
            self._on_end(self._subscriber)
            for task in (pump, *others):
                task.cancel()
            for task in (pump, *others):
                with suppress(asyncio.CancelledError, *_GONE):
                    await task

    async def _pump(self, send: Send) -> None:
        head = _RETRY
        while frames := await self._subscriber.take():
            await send(_part(head + frames))
            if head:
                head = b""
                self._subscriber.send_now = _without_waiting(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _part(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


def _without_waiting(send: Send) -> SendNow:
    """Return a way to send that runs at once until it has to wait, as an eager task would.

    Python 3.12 has such tasks; here the rest is for whoever awaits it.
    """

    def send_now(content: bytes) -> Awaitable[None] | None:
        sending = send(_part(content)).__await__()
        try:
            waits_for = next(sending)
        except StopIteration:
            return None
        return _the_rest(sending, waits_for)

    return send_now


@coroutine
def _the_rest(sending: Generator[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a call that waits for a future already, in the task that awaits this."""
    try:
        yield waits_for
        yield from sending
    finally:
        sending.close()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    return asyncio.get_running_loop().create_task(work)
