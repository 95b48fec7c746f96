"""The journal's writer thread: groups what is waiting into one commit and says what is on disk.

Nothing that times a lap ever waits for the disk: ``submit`` only queues. While the disk takes
nothing (full, read-only) everything stays in memory, a red alarm is on, and the same group is
tried again until it goes through.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from hardware.node.health import Alarms, Counters
from hardware.node.journal import Draft, Journal
from hardware.node.pruning import Pruner
from timing_server.contract.machines.journal import Record

_log = structlog.get_logger()

GROUP_MAX = 500
RETRY_S = 1.0
ACK_LINGER_S = 1.0
ALARM = "journal_disk"
#: A tenth of a small SD card; months of racing, raw edges included.
JOURNAL_MAX_BYTES = 2_000_000_000

OnCommitted = Callable[[Sequence[Record]], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A draft in the queue; None is only a mark that tells when everything before it is done."""

    draft: Draft | None
    on_disk: threading.Event | None = None


class JournalWriter:
    """Owns the journal's write connection. Start it once, close it once."""

    def __init__(
        self,
        journal: Journal,
        alarms: Alarms,
        counters: Counters,
        limit_bytes: int = JOURNAL_MAX_BYTES,
    ) -> None:
        """Take over ``journal``; from ``start`` on nobody else may use it, ``close`` closes it.

        Above ``limit_bytes`` acknowledged raw edges are given up.
        """
        self._journal = journal
        self._pruner = Pruner(journal, limit_bytes, counters)
        self._committed_seq = journal.last_seq
        self._on_committed: OnCommitted | None = None
        self._alarms = alarms
        self._counters = counters
        self._queue: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._acked_seq: int | None = None
        self._is_closing = threading.Event()
        self._give_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._unwritten = 0

    def start(self, on_committed: OnCommitted | None = None) -> None:
        """Begin to write; ``on_committed`` hears, on the writer's thread, what is on the disk."""
        self._on_committed = on_committed
        self._thread.start()

    @property
    def committed_seq(self) -> int:
        """Return the highest sequence number that is on the disk."""
        return self._committed_seq

    def submit(self, draft: Draft, on_disk: threading.Event | None = None) -> None:
        """Queue a record and return at once; ``on_disk`` is set when the disk has it."""
        self._queue.put(_Waiting(draft, on_disk))

    def note_ack(self, acked_seq: int) -> None:
        """Remember the server's mark for the next start; rides along with a later commit."""
        self._acked_seq = acked_seq

    def flush(self, patience_s: float = 1.0) -> bool:
        """Wait until everything submitted so far is on the disk; False where it isn't by then."""
        is_done = threading.Event()
        self._queue.put(_Waiting(None, is_done))
        return is_done.wait(patience_s)

    def close(self, patience_s: float = 5.0) -> int:
        """Write what is waiting and end; return how many records the disk didn't take."""
        self._is_closing.set()
        self._queue.put(_Waiting(None))  # only to wake the thread
        self._thread.join(patience_s)
        if self._thread.is_alive():
            self._give_up.set()
            self._thread.join()
        self._journal.close()
        lost = self._unwritten
        while not self._queue.empty():
            lost += self._queue.get().draft is not None
        if lost:
            _log.critical("records_lost_at_end", records=lost)
        return lost

    def _run(self) -> None:
        while not (self._give_up.is_set() or self._is_done):
            group = self._next_group()
            acked_seq, self._acked_seq = self._acked_seq, None
            if group or acked_seq is not None:
                self._write(group, acked_seq)

    @property
    def _is_done(self) -> bool:
        return self._is_closing.is_set() and self._queue.empty() and self._acked_seq is None

    def _next_group(self) -> list[_Waiting]:
        """Wait for a draft, then take everything that is there; empty after a while, or at end."""
        found: list[_Waiting] = []
        with suppress(queue.Empty):
            found.append(self._queue.get(timeout=ACK_LINGER_S))
            while len(found) < GROUP_MAX:
                found.append(self._queue.get_nowait())
        return found

    def _write(self, group: list[_Waiting], acked_seq: int | None) -> None:
        drafts = [waiting.draft for waiting in group if waiting.draft is not None]
        self._unwritten = len(drafts)
        while True:
            try:
                records = self._journal.append(drafts, acked_seq)
            except sqlite3.Error as error:
                in_memory = len(drafts) + self._queue.qsize()
                self._alarms.set_alarm(
                    ALARM, f"The disk takes no records ({error}); timing goes on in memory."
                )
                self._counters.put("records_in_memory", in_memory)
                if self._give_up.wait(RETRY_S):
                    return
            else:
                break
        self._unwritten = 0
        self._alarms.clear_alarm(ALARM)
        self._counters.put("records_in_memory", 0)
        self._committed_seq = self._journal.last_seq
        self._counters.put("journal_seq", self._journal.last_seq)
        for waiting in group:
            if waiting.on_disk is not None:
                waiting.on_disk.set()
        if records and self._on_committed is not None:
            self._on_committed(records)
        self._pruner.after_commit()
