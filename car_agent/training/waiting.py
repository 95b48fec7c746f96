"""Time that leaves out when this process was stopped: by Ctrl-Z, or by whoever needs the machine.

The clocks run on meanwhile. So time is taken in slices, and a slice that took far longer than it
should counts as one: nobody was there to see more of it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SLICE_S = 0.5
#: A busy machine may let a process wait; what is longer than this was a stop.
_LONGEST_S = 2.0


def slices(within_s: float, now_s: Callable[[], float] = time.monotonic) -> Iterator[float]:
    """Yield how many seconds to wait next, until ``within_s`` were waited by a running process."""
    waited_s = 0.0
    while waited_s < within_s:
        began_s = now_s()
        yield min(_SLICE_S, within_s - waited_s)
        waited_s += min(now_s() - began_s, _SLICE_S)


class Stopwatch:
    """Counts seconds from its construction; has to be looked at more often than ``_LONGEST_S``."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._latest_s = now_s()
        self._spent_s = 0.0
        self._is_held = False
        self._lock = threading.Lock()

    def spent_s(self) -> float:
        """Return the seconds so far, without those in which nobody looked."""
        with self._lock:
            now_s = self._now_s()
            passed_s, self._latest_s = now_s - self._latest_s, now_s
            if passed_s <= _LONGEST_S and not self._is_held:
                self._spent_s += passed_s
            return self._spent_s

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let time pass that doesn't count."""
        self.spent_s()
        self._is_held = True
        try:
            yield
        finally:
            self.spent_s()
            self._is_held = False


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Yield a stopwatch at which a thread looks: what is timed may be busy for long."""
    watch, over = Stopwatch(), threading.Event()

    def look() -> None:
        while not over.wait(_SLICE_S):
            watch.spent_s()

    thread = threading.Thread(target=look, name="stopwatch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
