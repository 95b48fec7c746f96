"""Sets the venue's calendar, as a fact; nothing that is timed depends on it."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

from timing_server.rules.facts.venue import ClockCorrected
from timing_server.rules.units import NS_PER_US, VENUE_STREAM
from timing_server.service.log.calendar import VenueClock
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.upkeep.errors import ClockImplausibleError

_PLAUSIBLE = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Calendar:
    """Takes what an organiser's browser says the time is."""

    def __init__(self, office: Office, clock: VenueClock) -> None:
        self._office = office
        self._clock = clock

    def set(self, caller: Caller, now_utc: datetime) -> "Future[Outcome]":
        """Set the calendar to what it is now.

        Raises ClockImplausibleError for a year in which nobody races with this release.
        """
        if not _PLAUSIBLE[0] <= now_utc < _PLAUSIBLE[1]:
            message = f"It can't be {now_utc.year}: set this device's own clock first."
            raise ClockImplausibleError(message, year=now_utc.year)
        old_utc, mono_ns = self._clock.wall_utc(), self._clock.mono_ns()
        new_utc = now_utc.astimezone(UTC)
        offset = new_utc - datetime.fromisoformat(old_utc)
        fact = ClockCorrected(
            boot_id=self._clock.boot_id,
            mono_ns=mono_ns,
            old_utc=old_utc,
            new_utc=new_utc.isoformat(timespec="microseconds"),
            offset_ns=offset // timedelta(microseconds=1) * NS_PER_US,
        )

        def work(draft: Draft) -> Outcome:
            recorded = draft.append(VENUE_STREAM, fact, caller.principal, caller.retry_key)
            return {"seq": recorded.seq, "old_utc": fact.old_utc, "new_utc": fact.new_utc}

        return self._office.once(caller, work)
