from dataclasses import replace

import pytest

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    crossing,
    heat,
    incident,
    pause,
    ruled,
)
from timing_server.rules.scoring import walk as subject
from timing_server.rules.state.heat import Heat, HeatPass
from timing_server.rules.units import RulingId

NOBODY: subject.Disqualified = frozenset()
DRIVEN = heat(12_000, 20_000, 28_000)


def with_passes(made: Heat, *more: HeatPass) -> Heat:
    return replace(made, passes={**made.passes, **{each.pass_ref: each for each in more}})


def test_further_passes_are_walked_on() -> None:
    """It should walk only what came since, with the same score as from the beginning."""
    before = subject.walk_of(DRIVEN, NOBODY)
    later = with_passes(DRIVEN, crossing(44_000), crossing(36_000), crossing(36_000))
    after = subject.walk_on(before, later, NOBODY)
    assert after is not None
    assert after.score() == subject.walk_of(later, NOBODY).score()
    assert after.passes[0] is before.passes[0]


def test_going_on_leaves_the_walk_as_it_was() -> None:
    """It should change nothing of the walk that it goes on from."""
    before = subject.walk_of(DRIVEN, NOBODY)
    scored = before.score()
    assert subject.walk_on(before, with_passes(DRIVEN, crossing(36_000)), NOBODY) is not None
    assert before.score() == scored
    assert subject.walk_on(before, with_passes(DRIVEN, crossing(37_000)), NOBODY) is not None


@pytest.mark.parametrize(
    "later",
    [
        DRIVEN,
        with_passes(DRIVEN, crossing(24_000)),
        with_passes(DRIVEN, crossing(24_000), crossing(36_000)),
        with_passes(DRIVEN, crossing(20_000, void_ruling_id=RulingId("r")), crossing(36_000)),
        replace(DRIVEN, passes={crossing(36_000).pass_ref: crossing(36_000)}),
        replace(with_passes(DRIVEN, crossing(36_000)), pauses=(pause(30_000, 31_000),)),
        replace(with_passes(DRIVEN, crossing(36_000)), ended_race_ns=37 * 10**9),
        replace(
            with_passes(DRIVEN, crossing(36_000)), rulings=ruled(incidents=(incident(13_000),))
        ),
    ],
    ids=["same", "late", "late and new", "struck", "gone", "paused", "ended", "ruled"],
)
def test_anything_else_is_walked_anew(later: Heat) -> None:
    """It should refuse to go on where anything but newer passes came: it would be wrong."""
    assert subject.walk_on(subject.walk_of(DRIVEN, NOBODY), later, NOBODY) is None


def test_who_is_disqualified_is_walked_anew() -> None:
    """It should refuse to go on where somebody was disqualified since."""
    later = with_passes(DRIVEN, crossing(36_000))
    assert subject.walk_on(subject.walk_of(DRIVEN, NOBODY), later, frozenset({ENTRY})) is None


def test_a_heat_is_walked_on_from_its_very_start() -> None:
    """It should go on from a heat that nobody has crossed the line of."""
    blank = replace(DRIVEN, passes={})
    after = subject.walk_on(subject.walk_of(blank, NOBODY), DRIVEN, NOBODY)
    assert after is not None
    assert after.score() == subject.walk_of(DRIVEN, NOBODY).score()
