"""What a stage may be told: the options that its heats and its ranking heed."""

from dataclasses import dataclass

from timing_server.rules.units import NS_PER_MS, NS_PER_S


@dataclass(frozen=True, slots=True)
class HeatOptions:
    """What a stage's format may be told, shared by every heat of the stage.

    ``window_ns``: from the first crossing, as many laps as fit (Summit rule).
    ``grace_ns``: how long the lap under way may take once the window has closed.
    ``idle_limit_ns``: a heat with no pass for this long, since its start or the last one, is over.
    ``dead_time_ns``: a pass this soon after a counted one of the same run doesn't count.
    ``resolution_ns``: laps rank truncated to this.
    ``laps_n``: how many laps a format is about, where it is: a mean of so many, a total of so many.
    """

    window_ns: int = 180 * NS_PER_S
    grace_ns: int = 60 * NS_PER_S
    idle_limit_ns: int = 120 * NS_PER_S
    dead_time_ns: int = 2 * NS_PER_S
    resolution_ns: int = NS_PER_MS
    laps_n: int = 3
