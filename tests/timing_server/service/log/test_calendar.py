"""The venue's calendar: whose word it follows, for how long, and never twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.timing_server.service.desk import FakeClock
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.venue import ClockCorrected
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, BootId, StreamId
from timing_server.service.log.calendar import VenueClock

RIGHT = datetime(2026, 5, 1, 18, tzinfo=UTC)


def corrected(machine: FakeClock, right: datetime) -> Recorded:
    old = machine.wall_utc()
    fact = ClockCorrected(machine.boot_id, machine.mono_ns(), old, right.isoformat(), 0)
    return Recorded(VENUE_STREAM, 1, 0, old, "organiser", None, fact)


def test_it_runs_on_from_a_correction() -> None:
    """It should be right from then on, by the monotonic clock."""
    machine = FakeClock()
    subject = VenueClock(machine, None)
    assert subject.wall_utc() == machine.wall_utc()
    subject.note(corrected(machine, RIGHT))
    machine.advance(90)
    assert datetime.fromisoformat(subject.wall_utc()) == RIGHT + timedelta(seconds=90)


def test_the_machines_own_step_isnt_added() -> None:
    """It should stay right when the machine's calendar is set as well, by whomever."""
    machine = FakeClock()
    subject = VenueClock(machine, corrected(machine, RIGHT))
    machine.wall = RIGHT
    assert datetime.fromisoformat(subject.wall_utc()) == RIGHT
    machine.wall -= timedelta(hours=1)
    assert datetime.fromisoformat(subject.wall_utc()) == RIGHT


def test_another_boot_is_another_clock() -> None:
    """It should believe the machine after a restart: what was off then needn't be off now."""
    machine = FakeClock()
    newest = corrected(machine, RIGHT)
    later = FakeClock(BootId("boot-2"), 3 * NS_PER_S, RIGHT + timedelta(hours=2))
    assert VenueClock(later, newest).wall_utc() == later.wall_utc()


def test_another_venues_correction_says_nothing() -> None:
    """It should heed its own venue's stream alone."""
    machine = FakeClock()
    foreign = replace(corrected(machine, RIGHT), stream=StreamId("event-9"))
    assert VenueClock(machine, foreign).wall_utc() == machine.wall_utc()


def test_the_newest_word_counts() -> None:
    """It should follow whoever spoke last, not the sum of all."""
    machine = FakeClock()
    subject = VenueClock(machine, corrected(machine, RIGHT + timedelta(days=1)))
    subject.note(corrected(machine, RIGHT))
    assert datetime.fromisoformat(subject.wall_utc()) == RIGHT
