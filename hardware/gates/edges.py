"""An edge: one change of one sensor, with the instant at which it happened."""

from dataclasses import dataclass

from hardware.gates.profiles import Level


@dataclass(frozen=True, slots=True)
class Edge:
    """One raw edge. ``mono_ns`` is this machine's CLOCK_MONOTONIC; ``level`` 1 = beam broken."""

    gate: str
    sensor: str
    mono_ns: int
    level: Level
