"""One screen's or device's side of an event stream: a bounded queue that nobody waits for."""

import asyncio
from collections import deque
from collections.abc import Iterable

#: What a client may be behind. One that lags further is let go, and resumes from the log.
MAX_WAITING = 256


class Subscriber:
    """Holds what was published and not sent yet. Everything here runs in the event loop.

    ``put`` keeps every frame in order; ``put_latest`` keeps the newest of each key alone, so that
    telemetry never piles up for a slow client.
    """

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._latest: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self.ended = asyncio.Event()

    def welcome(self, frames: Iterable[bytes]) -> None:
        """Queue what a client has missed, however much that is: it had no chance to take it."""
        self._frames.append(b"".join(frames))
        self._wake.set()

    def put(self, frame: bytes) -> None:
        """Queue a frame, or let go of a client that is too far behind."""
        if len(self._frames) >= MAX_WAITING:
            self.end()
            return
        self._frames.append(frame)
        self._wake.set()

    def put_latest(self, key: str, frame: bytes) -> None:
        """Queue a frame that replaces the one with the same key, if that still waits."""
        self._latest[key] = frame
        self._wake.set()

    def end(self) -> None:
        """Send nothing more; the client may come back."""
        self._frames.clear()
        self._latest.clear()
        self.ended.set()
        self._wake.set()

    async def take(self) -> bytes:
        """Wait for something to send and return all that waits; empty when this has ended."""
        await self._wake.wait()
        self._wake.clear()
        waiting = b"".join((*self._frames, *self._latest.values()))
        self._frames.clear()
        self._latest.clear()
        return b"" if self.ended.is_set() else waiting


def frame_of(event: str, payload: bytes, event_id: int | None = None) -> bytes:
    """Return a server-sent event; ``payload`` is JSON and so has no line breaks."""
    head = b"" if event_id is None else b"id: %d\n" % event_id
    return b"%sevent: %s\ndata: %s\n\n" % (head, event.encode("ascii"), payload)
