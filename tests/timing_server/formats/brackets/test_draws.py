from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from timing_server.formats.brackets.draws import (
    double_elimination,
    round_robin,
    single_elimination,
)
from timing_server.formats.brackets.matches import MatchPlan, seed_order, turns

FIELDS = st.integers(2, 40)


def seeds_of(plans: tuple[MatchPlan, ...]) -> list[int]:
    return [feed.seed for plan in plans for feed in plan.sides if feed.kind == "seed"]


def test_the_best_seed_meets_the_last() -> None:
    """Seeds meet as 1-8, 4-5, 2-7, 3-6; the two best can only meet in the final."""
    assert seed_order(8) == (1, 8, 4, 5, 2, 7, 3, 6)
    first = [plan for plan in single_elimination(8, has_bronze_final=True) if plan.round_number < 2]
    assert [tuple(feed.seed for feed in plan.sides) for plan in first] == [
        (1, 8),
        (4, 5),
        (2, 7),
        (3, 6),
    ]


@given(FIELDS)
def test_every_entry_is_seeded_once_and_byes_go_to_the_best(entries_n: int) -> None:
    """Every entry is seeded once, and byes go to the best seeds."""
    for plans in (
        single_elimination(entries_n, has_bronze_final=True),
        double_elimination(entries_n),
    ):
        seeds = seeds_of(plans)
        size = len(seeds)
        assert sorted(seeds) == list(range(1, size + 1))
        assert size // 2 < entries_n <= size
        pairs = [{feed.seed for feed in plan.sides} for plan in plans if plan.sides[0].seed]
        with_bye = {min(pair) for pair in pairs if max(pair) > entries_n}
        assert with_bye == set(range(1, size - entries_n + 1))


@given(FIELDS, st.booleans())
def test_every_side_is_fed_by_an_earlier_match(entries_n: int, has_bronze_final: bool) -> None:
    """A match comes behind those that feed it, and each outcome feeds at most one side."""
    for plans in (
        single_elimination(entries_n, has_bronze_final=has_bronze_final),
        double_elimination(entries_n),
    ):
        order = {plan.name: at for at, plan in enumerate(plans)}
        assert len(order) == len(plans)
        fed = [(plan.name, feed) for plan in plans for feed in plan.sides if feed.kind != "seed"]
        assert all(order[feed.match_name] < order[name] for name, feed in fed)
        outcomes = Counter(
            (feed.kind, feed.match_name) for _, feed in fed if feed.match_name != "final"
        )
        assert all(count == 1 for count in outcomes.values())
        assert set(turns(plans)) == set(order)


@given(FIELDS)
def test_each_meets_each_once(entries_n: int) -> None:
    """In a round robin each meets each once, and nobody races twice in a round."""
    plans = round_robin(entries_n)
    pairs = [tuple(feed.seed for feed in plan.sides) for plan in plans]
    assert sorted(pairs) == sorted(combinations(range(1, entries_n + 1), 2))
    for round_number in {plan.round_number for plan in plans}:
        here = seeds_of(tuple(each for each in plans if each.round_number == round_number))
        assert len(here) == len(set(here))
    assert max(plan.round_number for plan in plans) == entries_n - 1 + entries_n % 2


def test_few_entries() -> None:
    """Nobody meets nobody; of two the final is all there is, of three there is no bronze final."""
    for none in (single_elimination(1, has_bronze_final=True), double_elimination(0)):
        assert none == ()
    assert round_robin(1) == ()
    two = single_elimination(2, has_bronze_final=True)
    assert [plan.name for plan in two] == ["final"]
    three = single_elimination(3, has_bronze_final=True)
    assert [plan.name for plan in three] == ["r1m1", "r1m2", "final"]
    assert [plan.name for plan in single_elimination(4, has_bronze_final=True)][-2:] == [
        "bronze",
        "final",
    ]
    assert [plan.name for plan in double_elimination(2)] == ["w1m1", "final", "decider"]
    assert [plan.name for plan in double_elimination(4)] == [
        *("w1m1", "w1m2", "w2m1", "l1m1", "l2m1", "final", "decider"),
    ]
