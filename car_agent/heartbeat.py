"""Feeds systemd's watchdog for as long as the drive loop goes round."""

import time
from collections.abc import Callable

from timing_server.contract.supervision import ALIVE, notify

BEAT_EVERY_NS = 2_000_000_000


class Heartbeat:
    """Called by the drive loop in each round; a model that hangs is silence."""

    def __init__(
        self,
        tell: Callable[[str], object] = notify,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._tell = tell
        self._clock_ns = clock_ns
        self._due_ns = 0

    def __call__(self) -> None:
        """Tell that the loop is alive, now and then."""
        now_ns = self._clock_ns()
        if now_ns >= self._due_ns:
            self._due_ns = now_ns + BEAT_EVERY_NS
            self._tell(ALIVE)
