from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.formats.brackets.draws import (
    double_elimination,
    round_robin,
    single_elimination,
)
from timing_server.formats.brackets.matches import MatchPlan
from timing_server.formats.brackets.places import Place, eliminated_places, league_places
from timing_server.formats.brackets.progress import Judge, Match, Verdict, progress
from timing_server.rules.units import EntryId

FIELDS = st.integers(2, 24)
DRAWS: dict[str, Callable[[int], tuple[MatchPlan, ...]]] = {
    "single": lambda entries_n: single_elimination(entries_n, has_bronze_final=True),
    "double": double_elimination,
    "league": round_robin,
}


def field_of(entries_n: int) -> tuple[EntryId, ...]:
    return tuple(EntryId(f"e{seed}") for seed in range(1, entries_n + 1))


def by_rolls(rolls: list[int]) -> Judge:
    """Return a judge by what was rolled: first, second, equal, or nobody had a result."""

    def judge(plan: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        roll = rolls[sum(plan.name.encode()) * 7 % len(rolls)]
        return [
            Verdict(pair[0]),
            Verdict(pair[1]),
            Verdict(None, is_equal=True),
            Verdict(None),
            None,
        ][roll]

    return judge


def better_seed(_: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict:
    return Verdict(min(pair, key=lambda each: int(each[1:])))


def places_of(kind: str, matches: tuple[Match, ...], field: tuple[EntryId, ...]) -> list[Place]:
    if kind == "league":
        return list(league_places(matches, field, {}))
    return list(eliminated_places(matches, field, 1 if kind == "single" else 2))


def names(places: list[Place]) -> list[str]:
    return [each.entry_id for each in places]


ROLLS = st.lists(st.integers(0, 3), min_size=1, max_size=40)
SOME_OPEN = st.lists(st.integers(0, 4), min_size=1, max_size=40)


@pytest.mark.parametrize("kind", DRAWS)
@given(FIELDS, SOME_OPEN, st.sets(st.integers(1, 24)))
def test_no_entry_meets_itself_and_all_stand_somewhere(
    kind: str, entries_n: int, rolls: list[int], gone: set[int]
) -> None:
    """However it is raced, nobody meets themselves, and the places are a total order of all."""
    field = field_of(entries_n)
    absent = {EntryId(f"e{seed}") for seed in gone}
    matches = progress(DRAWS[kind](entries_n), field, absent, by_rolls(rolls))
    for each in matches:
        assert len(set(each.entry_ids)) == len(each.entry_ids)
        assert each.winner is None or each.winner in each.entry_ids
        assert each.state != "due" or not absent.intersection(each.entry_ids)
        assert each.is_settled or each.winner is None
    places = places_of(kind, matches, field)
    assert sorted(names(places)) == sorted(field)
    assert len({each.key for each in places}) == entries_n


@pytest.mark.parametrize("kind", DRAWS)
@given(FIELDS, ROLLS)
def test_a_bracket_comes_to_its_end(kind: str, entries_n: int, rolls: list[int]) -> None:
    """Where every match that is due is decided, nothing waits for ever."""
    matches = progress(DRAWS[kind](entries_n), field_of(entries_n), set(), by_rolls(rolls))
    assert all(each.is_settled for each in matches)


@given(FIELDS, ROLLS)
def test_double_elimination_is_out_after_two_losses(entries_n: int, rolls: list[int]) -> None:
    """In a double elimination everyone but the winner loses twice, and nobody races after that."""
    decided = [roll % 2 for roll in rolls]
    field = field_of(entries_n)
    matches = progress(double_elimination(entries_n), field, set(), by_rolls(decided))
    losses: Counter[EntryId] = Counter()
    for each in matches:
        assert all(losses[entry_id] < 2 for entry_id in each.entry_ids if each.state == "raced")
        losses.update(each.lost_by)
    champion = eliminated_places(matches, field, 2)[0].entry_id
    assert losses[champion] < 2
    assert all(losses[entry_id] == 2 for entry_id in field if entry_id != champion)


@given(FIELDS, ROLLS)
def test_single_elimination_is_out_after_one_loss(entries_n: int, rolls: list[int]) -> None:
    """In a single elimination everyone but the winner loses once."""
    decided = [roll % 2 for roll in rolls]
    field = field_of(entries_n)
    matches = progress(DRAWS["single"](entries_n), field, set(), by_rolls(decided))
    losses = Counter(
        entry_id for each in matches if each.plan.part != "bronze" for entry_id in each.lost_by
    )
    champion = eliminated_places(matches, field, 1)[0].entry_id
    assert losses == {entry_id: 1 for entry_id in field if entry_id != champion}


@pytest.mark.parametrize("kind", DRAWS)
@given(FIELDS)
def test_places_follow_the_seeds_where_the_better_always_wins(kind: str, entries_n: int) -> None:
    """Where the better seed wins every match, the places end in the order of the seeds."""
    field = field_of(entries_n)
    matches = progress(DRAWS[kind](entries_n), field, set(), better_seed)
    places = names(places_of(kind, matches, field))
    assert places[:3] == list(field[:3])
    if kind != "double":
        assert places == list(field)


@pytest.mark.parametrize("kind", DRAWS)
@given(FIELDS, ROLLS, st.sets(st.integers(1, 24)))
def test_a_no_show_never_wins_a_match(
    kind: str, entries_n: int, rolls: list[int], gone: set[int]
) -> None:
    """Who doesn't come, and has no result, wins no match against anybody."""
    field = field_of(entries_n)
    absent = {EntryId(f"e{seed}") for seed in gone}
    decided = by_rolls([roll % 2 for roll in rolls])

    def judge(plan: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        return None if absent.intersection(pair) else decided(plan, pair)

    matches = progress(DRAWS[kind](entries_n), field, absent, judge)
    won = {each.winner for each in matches if each.state in ("raced", "walkover")}
    assert not won & absent
    assert all(each.is_settled for each in matches)


def test_a_bronze_final_says_who_is_third() -> None:
    """The bronze final tells the losers of the semi-finals apart, whatever their seeds."""

    def judge(plan: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        return better_seed(plan, pair) if plan.part != "bronze" else Verdict(EntryId("e4"))

    field = field_of(5)
    matches = progress(DRAWS["single"](5), field, set(), judge)
    assert names(places_of("single", matches, field)) == ["e1", "e2", "e4", "e3", "e5"]


def test_the_decider_is_raced_where_both_have_lost_once() -> None:
    """The decider of a double elimination is raced only where the unbeaten one loses the final."""
    field = field_of(4)

    def judge(plan: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        return Verdict(pair[1]) if plan.name == "final" else better_seed(plan, pair)

    matches = {each.plan.name: each for each in progress(DRAWS["double"](4), field, set(), judge)}
    assert matches["final"].winner == "e2"
    assert (matches["decider"].state, matches["decider"].winner) == ("raced", "e1")
    settled = progress(DRAWS["double"](4), field, set(), better_seed)
    assert [each.state for each in settled if each.plan.name == "decider"] == ["unneeded"]


def test_equal_points_are_told_apart_by_their_own_match() -> None:
    """Equal points stand by the matches among those who have them, then by best lap, then seed."""
    winners = {("e1", "e2"): "e2", ("e1", "e3"): "e1", ("e2", "e3"): "e3"}
    winners |= {(one, "e4"): one for one in ("e1", "e2", "e3")}

    def judge(_: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        return Verdict(EntryId(winners[pair]))

    field = field_of(4)
    matches = progress(round_robin(4), field, set(), judge)
    laps = {EntryId("e3"): 8_000, EntryId("e1"): 9_000}
    assert names(list(league_places(matches, field, laps))) == ["e3", "e1", "e2", "e4"]
    winners[("e1", "e3")] = "e3"
    matches = progress(round_robin(4), field, set(), judge)
    assert names(list(league_places(matches, field, {}))) == ["e3", "e2", "e1", "e4"]
    drawn = progress(round_robin(2), field[:2], set(), lambda _, __: Verdict(None, is_equal=True))
    assert [each.points for each in league_places(drawn, field[:2], {})] == [1, 1]
