"""A thread for whatever may be slow in the guard: lines of its log, the latch's file."""

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

#: More than this waiting: whoever reads the log has stopped, and lines are lost.
_MOST_WAITING = 256


class Clerk:
    """Does things in their order, on a thread of its own that ends with the process."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
        self._thread.start()

    def later(self, act: Callable[[], None]) -> None:
        """Do it soon; returns at once."""
        self._waiting.put(act)

    def write(self, text: str) -> None:
        """Write to standard error soon, or lose the text where too much is waiting."""
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(lambda: _say(text))

    def flush(self) -> None:
        """Nothing to do: each text is flushed when it is written."""

    def finish(self, timeout_s: float) -> None:
        """Wait for what was asked before, but not for ever."""
        is_done = threading.Event()
        self._waiting.put(is_done.set)
        is_done.wait(timeout_s)

    def _run(self) -> None:
        while True:
            act = self._waiting.get()
            # At the edge of a thread: the next thing must be done all the same.
            with suppress(Exception):
                act()


def _say(text: str) -> None:
    # Past Python's own buffers, whose lock would hold up the end of the process.
    with suppress(OSError):
        os.write(2, text.encode(errors="replace"))
