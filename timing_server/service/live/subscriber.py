"""One screen's or device's side of an event stream: a bounded queue that nobody waits for."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

#: What a client may be behind. One that lags further is let go, and resumes from the log.
MAX_WAITING = 256

#: Sends bytes as far as goes without waiting; returns what is left to wait for, None for nothing.
#: Raises where the client has gone.
SendNow = Callable[[bytes], Awaitable[None] | None]


class Subscriber:
    """Holds what was published and not sent yet. Everything here runs in the event loop.

    ``put`` keeps every frame in order; ``put_latest`` keeps the newest of each key alone, so that
    telemetry never piles up for a slow client. A client that keeps up has each frame at once and
    in the publisher's own turn (``send_now``): waking a task for each costs as much as the sending.
    """

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._latest: dict[str, bytes] = {}
        #: While the client has everything; its result is what it has to wait for, if anything.
        self._idle: asyncio.Future[Awaitable[None] | None] | None = None
        self.send_now: SendNow | None = None
        self.ended = asyncio.Event()

    def welcome(self, frames: Iterable[bytes]) -> None:
        """Queue what a client has missed, however much that is: it had no chance to take it."""
        self._frames.append(b"".join(frames))
        self._wake()

    def put(self, frame: bytes) -> None:
        """Send or queue a frame, or let go of a client that is too far behind."""
        if self._is_sent(frame):
            return
        if len(self._frames) >= MAX_WAITING:
            self.end()
            return
        self._frames.append(frame)
        self._wake()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Send a frame, or queue it instead of the one with the same key that still waits."""
        if self._is_sent(frame):
            return
        self._latest[key] = frame
        self._wake()

    def end(self) -> None:
        """Send nothing more; the client may come back."""
        self._frames.clear()
        self._latest.clear()
        self.ended.set()
        self._wake()

    async def take(self) -> bytes:
        """Wait for something to send and return all that waits; empty when this has ended."""
        while not (self._frames or self._latest or self.ended.is_set()):
            self._idle = asyncio.get_running_loop().create_future()
            unfinished = await self._idle
            if unfinished is not None:
                await unfinished
        waiting = b"".join((*self._frames, *self._latest.values()))
        self._frames.clear()
        self._latest.clear()
        return b"" if self.ended.is_set() else waiting

    def _is_sent(self, frame: bytes) -> bool:
        """Send a frame now if nothing waits before it; whether it needs no place in the queue."""
        if self.send_now is None or self._idle is None or self._idle.done():
            return False
        try:
            unfinished = self.send_now(frame)
        except Exception:  # noqa: BLE001 - one client's trouble, and its publisher tells others next
            self.end()
            return True
        if unfinished is not None:
            self._idle.set_result(unfinished)
        return True

    def _wake(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)


def frame_of(event: str, payload: bytes, event_id: int | None = None) -> bytes:
    """Return a server-sent event; ``payload`` is JSON and so has no line breaks."""
    head = b"" if event_id is None else b"id: %d\n" % event_id
    return b"%sevent: %s\ndata: %s\n\n" % (head, event.encode("ascii"), payload)
