"""Reaction times and false starts: how a pass lies to the go that people saw."""

from dataclasses import replace
from typing import Any

import pytest

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    crossing,
    heat,
    ref,
    ruled,
    run_of,
    verdicts,
)
from tests.timing_server.rules.scripted_race import OPTIONS, ms
from timing_server.rules.passes.clocks import Span
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.heat import Heat, RuledFalseStart, ShownGo
from timing_server.rules.units import NS_PER_S, BootId, EntryId, NodeId, RulingId

LIT = replace(OPTIONS, start_mode="lights")
#: Of the lights of the line's own node: they went out 7 µs late, for the go at 10 s.
GO = ShownGo(ms(10_000), NodeId("node-1"), BootId("boot-1"), ms(5_000) + 7_000, 900, 7_000, 50_000)
ELSEWHERE = replace(GO, node_id=NodeId("node-start"), mono_ns=123, late_ns=30_000)


def lit(*passes: Any, **fields: Any) -> Heat:
    """Return a heat whose first light came on at 5 s and whose go is at 10 s."""
    return heat(*passes, options=LIT, lights_race_ns=ms(5_000), **fields)


def run_lit(*passes: Any, **fields: Any) -> RunScore:
    return run_of(lit(*passes, **fields))


def test_exact_where_lamps_and_line_are_one_node() -> None:
    """It should measure on one clock from when the lamps went out, not from when they should."""
    assert run_lit(10_250, gos=(GO,)).reaction == Span(ms(250) - 7_000, 900)


def test_within_the_clocks_bounds_where_they_are_two() -> None:
    """It should take the chosen go and the lamps' lateness, and add what both clocks allow."""
    reaction = run_lit(10_250, gos=(ELSEWHERE,)).reaction
    assert reaction == Span(ms(250) - 30_000, 40_000 + 50_000 + 900)


def test_without_lamps_the_chosen_go_is_it() -> None:
    """It should measure from the go on the race clock where only screens showed it."""
    assert run_lit(10_250).reaction == Span(ms(250), 40_000)


def test_lamps_that_only_followed() -> None:
    """It should measure exactly from such lamps on their own node, and leave them out elsewhere."""
    late = replace(GO, mono_ns=ms(5_080), late_ns=None, clock_bound_ns=0)
    assert run_lit(10_250, gos=(late,)).reaction == Span(ms(170), 900)
    assert run_lit(10_250, gos=(replace(late, node_id=NodeId("x")),)).reaction == Span(
        ms(250), 40_000
    )


def test_a_go_of_a_start_that_was_broken_off() -> None:
    """It should heed only lamps that went out for the go that counts."""
    stale = replace(GO, go_race_ns=ms(9_000), mono_ns=ms(4_000))
    assert run_lit(10_250, gos=(stale,)).reaction == Span(ms(250), 40_000)


def test_only_the_first_pass_is_a_reaction() -> None:
    """It should keep the reaction while laps go by, and have none without lights."""
    assert run_lit(10_250, 18_000, 26_000).reaction == Span(ms(250), 40_000)
    assert run_of(heat(10_250, options=replace(OPTIONS, start_mode="hand"))).reaction is None


def test_between_lights_and_go() -> None:
    """It should call a pass with the lights on a candidate, by how much, and not count it."""
    early = lit(9_900, 10_400, 19_000, gos=(GO,))
    run = run_of(early)
    (found,) = run.false_starts
    assert verdicts(early) == ["false_start", "counted", "counted"]
    assert (found.pass_ref, found.early_ns, found.bound_ns) == (ref(9_900), ms(100) + 7_000, 900)
    assert (found.ruling_id, run.penalty_ns, run.status) == (None, 0, None)
    assert run.reaction is None


def test_before_the_lights() -> None:
    """It should suspect nobody of a start before the first light came on."""
    early = lit(4_000, 10_400, armed_race_ns=ms(3_000))
    assert verdicts(early) == ["before_start", "counted"]
    assert run_of(early).false_starts == ()


@pytest.mark.parametrize(("at_ns", "verdict"), [(-1_001, "false_start"), (-999, "counted")])
def test_doubt_is_for_the_driver(at_ns: int, verdict: str) -> None:
    """It should suspect only what lies before the go by more than its uncertainty."""
    at = crossing(10_000, mono_ns=GO.mono_ns + at_ns)
    assert verdicts(lit(at, gos=(replace(GO, bound_ns=1_000),))) == [verdict]


def test_at_the_go() -> None:
    """It should take no less than nothing for a reaction that the clocks' bounds let read so."""
    assert run_lit(crossing(9_999, bound_ns=ms(2))).reaction == Span(0, ms(2))


def test_what_a_marshal_made_of_it() -> None:
    """It should add a penalty to the run; a dismissal lets the reaction stand."""
    word = RuledFalseStart(RulingId("r1"), ENTRY, ref(9_900), 5 * NS_PER_S)
    punished = run_lit(9_900, 10_400, rulings=ruled(false_starts=(word,)))
    assert (punished.penalty_ns, punished.reaction) == (5 * NS_PER_S, None)
    assert punished.false_starts[0].ruling_id == "r1"
    dismissed = run_lit(9_900, 10_400, rulings=ruled(false_starts=(replace(word, penalty_ns=0),)))
    assert (dismissed.penalty_ns, dismissed.reaction) == (0, Span(ms(400), 40_000))
    assert dismissed.false_starts[0].is_dismissed


def test_restored_or_given_to_a_run() -> None:
    """It should count a pass that a marshal restored, and suspect one that was given to the run."""
    restored = lit(crossing(9_900, restore_ruling_id=RulingId("r1")), 18_000)
    assert verdicts(restored) == ["counted", "counted"]
    assert run_of(restored).reaction is None
    given = lit(crossing(9_900, ruled_entry_id=ENTRY), 10_400)
    assert verdicts(given) == ["false_start", "counted"]


@pytest.mark.parametrize(
    "change",
    [
        {"restore_ruling_id": RulingId("r1")},
        {"void_ruling_id": RulingId("r1")},
        {"ruled_entry_id": EntryId("somebody")},
    ],
)
def test_a_penalty_that_lost_its_pass(change: dict[str, Any]) -> None:
    """It should stand, and be shown as one that a marshal should look at again."""
    word = RuledFalseStart(RulingId("r2"), ENTRY, ref(9_900), 5 * NS_PER_S)
    rulings = ruled(false_starts=(word,))
    run = run_of(lit(crossing(9_900, **change), 18_000, 26_000, rulings=rulings))
    assert [(each.is_unfounded, each.penalty_ns) for each in run.false_starts] == [
        (True, 5 * NS_PER_S)
    ]
    assert run.penalty_ns == 5 * NS_PER_S
    assert not run_lit(9_900, 18_000, rulings=rulings).false_starts[0].is_unfounded
