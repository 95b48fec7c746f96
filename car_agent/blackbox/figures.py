"""What a run's figures are: latencies from picture to wheels, counts, throttling, for one heat."""

import math
from collections import Counter
from dataclasses import dataclass

from timing_server.contract.blackbox.rows import RunFigures

#: Latencies are counted in steps of this, so that an hour of driving costs no memory.
STEP_US = 100
#: Whatever takes longer counts as this: such a command was dead on arrival anyway.
LONGEST_US = 2_000_000

_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """What other parts of the car count from their start on."""

    frames: int = 0
    dropped_frames: int = 0
    stale_commands: int = 0


class Latencies:
    """How long commands took from their picture's instant until the wheels' device had them."""

    def __init__(self) -> None:
        self._steps: Counter[int] = Counter()
        self.count = 0

    def add(self, latency_ns: int) -> None:
        """Count one."""
        latency_us = min(max(0, latency_ns // _NS_PER_US), LONGEST_US)
        self._steps[latency_us // STEP_US] += 1
        self.count += 1

    def percentile_us(self, frac: float) -> int | None:
        """Return the nearest-rank percentile, rounded up to a step; None where there are none."""
        if self.count == 0:
            return None
        rank, passed = max(1, math.ceil(self.count * frac)), 0
        for step, times in sorted(self._steps.items()):
            passed += times
            if passed >= rank:
                return (step + 1) * STEP_US
        return LONGEST_US


class RunTally:
    """Counts one heat; one thread writes."""

    def __init__(self, heat_id: str, at_start: Counts) -> None:
        self._heat_id = heat_id
        self._at_start = at_start
        self._latencies = Latencies()
        self._is_throttled: bool | None = None
        self._is_undervolted: bool | None = None
        self.lost_rows = 0

    def add_latency(self, latency_ns: int) -> None:
        """Count a command that reached the wheels."""
        self._latencies.add(latency_ns)

    def note_machine(self, is_throttled: bool | None, is_undervolted: bool | None) -> None:
        """Remember that the computer was slowed or short of voltage, if only for a moment."""
        self._is_throttled = _ever(self._is_throttled, is_throttled)
        self._is_undervolted = _ever(self._is_undervolted, is_undervolted)

    def figures(self, now: Counts, *, is_over: bool = False) -> RunFigures:
        """Return how the run went up to now."""
        return RunFigures(
            heat_id=self._heat_id,
            commands=self._latencies.count,
            latency_p50_us=self._latencies.percentile_us(0.50),
            latency_p95_us=self._latencies.percentile_us(0.95),
            frames=max(0, now.frames - self._at_start.frames),
            dropped_frames=max(0, now.dropped_frames - self._at_start.dropped_frames),
            stale_commands=max(0, now.stale_commands - self._at_start.stale_commands),
            is_throttled=self._is_throttled,
            is_undervolted=self._is_undervolted,
            lost_rows=self.lost_rows,
            is_over=is_over,
        )


def _ever(before: bool | None, now: bool | None) -> bool | None:
    return before if now is None else bool(before) or now
