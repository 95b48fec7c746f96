"""Facts that move a heat from one phase to the next."""

from dataclasses import dataclass

from timing_server.rules.units import HeatId


@dataclass(frozen=True, slots=True)
class HeatCalled:
    """The heat's entries are wanted at the line."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatStoodDown:
    """The called heat isn't wanted at the line after all; it heads the queue again."""

    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class HeatStarted:
    """The cars may drive from ``started_race_ns`` on; the first crossing opens the window."""

    heat_id: HeatId
    started_race_ns: int


@dataclass(frozen=True, slots=True)
class HeatFinished:
    """The heat is over; a sensor's pass after ``ended_race_ns``, however late, isn't part of it.

    ``reason``: ``last_lap_closed``, ``window_closed``, ``no_pass`` or ``stopped``.
    """

    heat_id: HeatId
    ended_race_ns: int
    reason: str
