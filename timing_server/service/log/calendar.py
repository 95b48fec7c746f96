"""What the calendar says at the venue: this machine's, until somebody has set it right."""

from datetime import datetime, timedelta

from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.venue import ClockCorrected
from timing_server.rules.units import NS_PER_US, VENUE_STREAM, BootId
from timing_server.service.ports import SystemClock


class VenueClock:
    """Implements ``SystemClock`` over the machine's: its calendar follows the newest correction.

    A correction holds for the kernel boot in which it was made, and runs on by the monotonic clock:
    so it is never applied twice, whether the machine's own calendar was set meanwhile (by the same
    hand, by NTP, by a clock chip) or the machine was restarted and reads its calendar anew.
    """

    def __init__(self, machine: SystemClock, newest: Recorded | None) -> None:
        self._machine = machine
        self._correction: ClockCorrected | None = None
        if newest is not None:
            self.note(newest)

    @property
    def boot_id(self) -> BootId:
        """The kernel boot within which ``mono_ns`` counts."""
        return self._machine.boot_id

    def mono_ns(self) -> int:
        """Read CLOCK_MONOTONIC."""
        return self._machine.mono_ns()

    def wall_utc(self) -> str:
        """Read the calendar, ISO 8601 with microseconds, UTC."""
        correction = self._correction
        if correction is None:
            return self._machine.wall_utc()
        since_us = (self._machine.mono_ns() - correction.mono_ns) // NS_PER_US
        now = datetime.fromisoformat(correction.new_utc) + timedelta(microseconds=since_us)
        return now.isoformat(timespec="microseconds")

    def note(self, recorded: Recorded) -> None:
        """Run on from a correction; one of another boot or venue says nothing about this clock."""
        fact = recorded.fact
        if not isinstance(fact, ClockCorrected) or recorded.stream != VENUE_STREAM:
            return
        if fact.boot_id == self._machine.boot_id:
            self._correction = fact
