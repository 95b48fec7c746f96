"""What is wrong with camera, model and wheels: noted by the car's parts, asked for by others.

The drive loop itself can't tell of a model that never answers; a thread of its own looks for that.
"""

import threading
import time
from collections.abc import Callable

import structlog

from timing_server.contract.machines.devices import CarTrouble

_log = structlog.get_logger()

#: A rate below this share of the wanted one is called slow.
SLOW_FRAC = 0.8
#: For so long it is told that the wheels' device was reset, which is over within a moment.
RESET_TOLD_NS = 60_000_000_000

_LOOK_EVERY_S = 0.25
_NS_PER_S = 1_000_000_000


class LoopHealth:
    """Written by the drive loop, read by others: single words, which need no lock."""

    def __init__(self, command_ttl_ns: int, wanted_rate_hz: float = 0.0) -> None:
        """Begin in health.

        ``command_ttl_ns``: how long commands live; a model that thinks for longer hangs.
        ``wanted_rate_hz``: how many
        pictures a second should come, 0 = any number will do.
        """
        self.command_ttl_ns = command_ttl_ns
        self._wanted_rate_hz = wanted_rate_hz
        self._thinking_since_ns: int | None = None
        self.is_camera_stalled = False
        self.has_model_failed = False
        self._resets = 0
        self._reset_until_ns: int | None = None

    def begin_thinking(self, now_ns: int) -> None:
        """Note that the model got a picture."""
        self._thinking_since_ns = now_ns

    def end_thinking(self, *, is_failure: bool) -> None:
        """Note that it answered, or failed."""
        self._thinking_since_ns = None
        self.has_model_failed = is_failure

    def is_hung(self, now_ns: int) -> bool:
        """Say whether the model has been thinking for longer than any command lives."""
        since_ns = self._thinking_since_ns
        return since_ns is not None and now_ns - since_ns > self.command_ttl_ns

    def note_resets(self, count: int, now_ns: int) -> None:
        """Note how often the guard found the wheels' device reset; a guard that begins says 0."""
        if count > self._resets:
            self._reset_until_ns = now_ns + RESET_TOLD_NS
        self._resets = count

    def troubles(
        self, now_ns: int, frame_rate_hz: float, *, is_camera_gone: bool
    ) -> tuple[CarTrouble, ...]:
        """Return what a person must mend, most important first."""
        found: list[CarTrouble] = []
        if self.is_hung(now_ns):
            # The loop that would miss pictures is the one that hangs.
            return ("model_hung",)
        if self._reset_until_ns is not None and now_ns < self._reset_until_ns:
            found.append("wheels_reset")
        if is_camera_gone:
            found.append("camera_gone")
        elif self.is_camera_stalled:
            found.append("camera_stalled")
        elif 0 < frame_rate_hz < SLOW_FRAC * self._wanted_rate_hz:
            found.append("camera_slow")
        if self.has_model_failed:
            found.append("model_failed")
        return tuple(found)


class LoopWatch:
    """A thread that says in the log when the model hangs, and when it answers again."""

    def __init__(self, health: LoopHealth, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._health = health
        self._clock_ns = clock_ns
        self._was_hung = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loop-watch", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look once; the thread's whole work."""
        is_hung = self._health.is_hung(self._clock_ns())
        if is_hung and not self._was_hung:
            _log.error("model_hung", meaning="the car is in neutral; start it again")
        elif self._was_hung and not is_hung:
            _log.info("model_answers_again")
        self._was_hung = is_hung

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_S):
            self.look()
