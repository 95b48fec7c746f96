"""Commands that run a heat."""

from dataclasses import dataclass

from timing_server.rules.units import HeatId


@dataclass(frozen=True, slots=True)
class CallNextHeat:
    """Call the first heat that is still scheduled."""


@dataclass(frozen=True, slots=True)
class StartHeat:
    """Let the called heat drive."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class StopHeat:
    """End the running heat now, or send a heat that was called by mistake back to the queue."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: end whatever is due. The service sends it at ``next_due`` (decision 5)."""
