"""One event's live document with its newest patches and the screens that follow it."""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from timing_server.service.live.projection import Document
from timing_server.service.live.subscriber import Subscriber, frame_of

#: How many patches a screen may have missed and still resume exactly.
RING_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Patch:
    """What one fact changed, as JSON; ``seq`` and ``fact`` are the fact's."""

    seq: int
    fact: str
    content: bytes

    def frame(self, now_us: int) -> bytes:
        """Return the server-sent event ``patch`` (``LivePatch``)."""
        payload = b'{"seq":%d,"now_us":%d,"fact":"%s","patch":%s}' % (
            self.seq,
            now_us,
            self.fact.encode("ascii"),
            self.content,
        )
        return frame_of("patch", payload, self.seq)


def to_json(value: Any) -> bytes:
    """Return compact JSON in UTF-8, on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Channel:
    """Everything here runs in the event loop, so a screen joins between two facts, never in one.

    ``patches`` are the newest, for screens that come back; names were last changed before
    ``names_since_seq``, and who saw less than that must get the whole document.
    """

    def __init__(
        self,
        seq: int,
        document: Document,
        patches: Iterable[Patch],
        names_since_seq: int = 0,
    ) -> None:
        self.seq = seq
        self.subscribers: set[Subscriber] = set()
        self._document = document
        self._content: bytes | None = None
        self._ring: deque[Patch] = deque(patches, maxlen=RING_LENGTH)
        self._names_since_seq = names_since_seq

    def advance(self, patch: Patch, document: Document, now_us: int) -> None:
        """Take one fact's change and send it; encoded once for all."""
        self.seq = patch.seq
        self._set(document)
        self._ring.append(patch)
        self.broadcast(patch.frame(now_us))

    def rename(self, document: Document, now_us: int) -> None:
        """Take changed names, which are no fact: everybody gets the whole document.

        Patches from before describe a document that no longer exists.
        """
        self._set(document)
        self._ring.clear()
        self._names_since_seq = self.seq + 1
        self.broadcast(self.snapshot_frame(now_us))

    def broadcast(self, frame: bytes) -> None:
        """Send a frame to every screen."""
        for subscriber in self.subscribers:
            subscriber.put(frame)

    def snapshot(self, now_us: int) -> bytes:
        """Return the whole document as JSON (``LiveSnapshot``)."""
        if self._content is None:
            self._content = to_json(self._document)
        return b'{"seq":%d,"now_us":%d,"view":%s}' % (self.seq, now_us, self._content)

    def snapshot_frame(self, now_us: int) -> bytes:
        """Return the server-sent event ``snapshot``."""
        return frame_of("snapshot", self.snapshot(now_us), self.seq)

    def catch_up(self, last_seq: int | None, now_us: int) -> Sequence[bytes]:
        """Return what a screen needs that last saw ``last_seq``: the patches since, or it all."""
        if last_seq is None or not self._can_resume(last_seq):
            return [self.snapshot_frame(now_us)]
        return [patch.frame(now_us) for patch in self._ring if patch.seq > last_seq]

    def _can_resume(self, last_seq: int) -> bool:
        oldest = self._ring[0].seq if self._ring else self.seq + 1
        return max(oldest - 1, self._names_since_seq) <= last_seq <= self.seq

    def _set(self, document: Document) -> None:
        self._document = document
        self._content = None
