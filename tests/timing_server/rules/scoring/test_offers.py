from dataclasses import replace

from tests.timing_server.rules.scoring.made_heats import ENTRY, crossing, heat, ruled
from tests.timing_server.rules.scripted_race import ms
from timing_server.rules.scoring import offers as subject
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.state.heat import Extension, Heat, HeatRulings, RuledStatus
from timing_server.rules.units import BootId, RulingId

R = RulingId("ruling-1")


def rebooted(rulings: HeatRulings | None = None) -> Heat:
    """Return a heat whose second lap spans a restart of its node."""
    late = [crossing(at, boot_id=BootId("boot-2")) for at in (29_500, 37_000)]
    return heat(12_000, 20_000, *late, rulings=rulings)


def offered(made: Heat) -> tuple[subject.WindowOffer, ...]:
    return subject.window_offers(made, compute_score(made))


def test_the_time_of_a_lap_over_two_boots_is_offered_back() -> None:
    """It should offer as much time as went into a lap that nobody could time."""
    assert offered(rebooted()) == (subject.WindowOffer(ENTRY, ms(9_500), "two_boots"),)


def test_nothing_is_offered_where_nothing_was_lost() -> None:
    """It should offer nothing for laps that were timed."""
    assert offered(heat(12_000, 20_000, 28_000)) == ()


def test_what_was_given_back_is_offered_no_more() -> None:
    """It should offer the rest of what was lost, and nothing once all of it is given back."""
    some = ruled(extensions=(Extension(R, ENTRY, ms(4_000)),))
    assert [each.extra_ns for each in offered(rebooted(some))] == [ms(5_500)]
    assert offered(rebooted(ruled(extensions=(Extension(R, ENTRY, ms(9_500)),)))) == ()


def test_a_run_that_was_ruled_on_gets_no_time() -> None:
    """It should offer nothing to a run that somebody ended by a ruling."""
    assert offered(rebooted(ruled(statuses=(RuledStatus(R, ENTRY, "dnf"),)))) == ()


def test_whole_milliseconds_are_offered() -> None:
    """It should offer a begun millisecond as a whole one, so that what was taken is all of it."""
    late = replace(crossing(29_500, boot_id=BootId("boot-2")), race_ns=ms(29_500) + 1)
    made = heat(12_000, 20_000, late)
    assert [each.extra_ns for each in offered(made)] == [ms(9_501)]
    taken = replace(made, rulings=ruled(extensions=(Extension(R, ENTRY, ms(9_501)),)))
    assert offered(taken) == ()
