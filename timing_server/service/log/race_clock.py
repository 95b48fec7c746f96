"""The server's race clock: its monotonic clock plus an offset that the log holds (docs/time.md)."""

from datetime import datetime, timedelta

from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import ServerStarted
from timing_server.service.ports import SystemClock

#: A longer pause by the wall clock is no pause but a clock that was set: a Pi without a clock chip
#: starts in the past and is put right later.
LONGEST_PAUSE = timedelta(days=30)


class RaceClock:
    """Reads ``race_ns``; it runs on from where the log left it, and never backwards."""

    def __init__(self, system: SystemClock, race_offset_ns: int) -> None:
        self.system = system
        self.race_offset_ns = race_offset_ns

    def now_ns(self) -> int:
        """Return the race clock's reading now."""
        return self.system.mono_ns() + self.race_offset_ns


def continue_race_clock(
    system: SystemClock, last_start: ServerStarted | None, newest: Recorded | None
) -> RaceClock:
    """Return the race clock of this start.

    In the same kernel boot as last time it is the same clock, so that a killed server comes back
    to exactly the time that has passed. In a new boot it goes on after the newest fact, by what
    the wall clock says has passed where that is plausible. The first start ever begins at 0.
    """
    mono_ns = system.mono_ns()
    if newest is None:
        return RaceClock(system, -mono_ns)
    if (
        last_start is not None
        and last_start.boot_id == system.boot_id
        and mono_ns + last_start.race_offset_ns >= newest.race_ns
    ):
        return RaceClock(system, last_start.race_offset_ns)
    resumed_race_ns = newest.race_ns + 1 + _pause_ns(newest.wall_utc, system.wall_utc())
    return RaceClock(system, resumed_race_ns - mono_ns)


def _pause_ns(before_utc: str, now_utc: str) -> int:
    """Return how long nothing ran, by the wall clock; 0 where that can't be true."""
    pause = datetime.fromisoformat(now_utc) - datetime.fromisoformat(before_utc)
    if not timedelta(0) < pause < LONGEST_PAUSE:
        return 0
    return (pause // timedelta(microseconds=1)) * 1_000
