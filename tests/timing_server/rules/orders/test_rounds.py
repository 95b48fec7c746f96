"""What a running order promises, whoever takes part."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from timing_server.rules.orders.rounds import (
    ORDERS,
    RoundHeat,
    best_last,
    exchanged,
    groups,
    longest_wait_first,
    rounds,
)
from timing_server.rules.units import EntryId

ENTRIES = st.integers(0, 40).map(lambda count: [EntryId(f"e{at}") for at in range(count)])
CARS = st.integers(1, 6)
ROUNDS = st.integers(1, 6)


def starts_of(heats: tuple[RoundHeat, ...]) -> dict[EntryId, list[int]]:
    """Return, for each entry, the places of its heats in the running order."""
    starts: dict[EntryId, list[int]] = {}
    for at, heat in enumerate(heats):
        for entry_id in heat.entry_ids:
            starts.setdefault(entry_id, []).append(at)
    return starts


@given(ENTRIES, CARS, ROUNDS, st.sampled_from(ORDERS), st.booleans())
def test_everybody_drives_once_in_each_round(
    line: list[EntryId], cars_max: int, rounds_n: int, order: str, has_lanes: bool
) -> None:
    """It should put each entry into one heat of each round, in heats of nearly the same size."""
    heats = rounds(
        line, order, rounds_n=rounds_n, cars_max=cars_max, first_round=3, has_lanes=has_lanes
    )
    for number in range(3, 3 + rounds_n):
        of_round = [heat for heat in heats if heat.round_number == number]
        assert Counter(each for heat in of_round for each in heat.entry_ids) == Counter(line)
        sizes = {len(heat.entry_ids) for heat in of_round}
        assert not sizes or (max(sizes) <= cars_max and max(sizes) - min(sizes) <= 1)
    assert [heat.round_number for heat in heats] == sorted(heat.round_number for heat in heats)
    for heat in heats:
        lanes = list(range(1, len(heat.entry_ids) + 1)) if has_lanes else []
        assert sorted(heat.lanes) == lanes


@given(ENTRIES, CARS, ROUNDS)
def test_a_balanced_order_makes_all_wait_alike(
    line: list[EntryId], cars_max: int, rounds_n: int
) -> None:
    """It should let nobody drive twice in a row, and wait a round give or take one heat."""
    heats = rounds(line, "balanced", rounds_n=rounds_n, cars_max=cars_max)
    a_round = len(groups(line, cars_max))
    for starts in starts_of(heats).values():
        for before, after in pairwise(starts):
            assert a_round - 1 <= after - before <= a_round + 1
            if a_round > 1:
                assert after - before > 1
            if cars_max == 1:
                assert after - before == a_round


@given(ENTRIES, CARS, st.integers(0, 1))
def test_an_exchange_keeps_sizes_and_moves_nobody_far(
    line: list[EntryId], cars_max: int, first: int
) -> None:
    """It should move an entry to a neighbouring heat at most."""
    before = groups(line, cars_max)
    after = exchanged(before, first)
    assert [len(heat) for heat in after] == [len(heat) for heat in before]
    was = {each: at for at, heat in enumerate(before) for each in heat}
    assert all(abs(was[each] - at) <= 1 for at, heat in enumerate(after) for each in heat)


@given(ENTRIES.filter(lambda line: len(line) >= 9))
def test_opponents_change(line: list[EntryId]) -> None:
    """It should have drivers meet others in the second round."""
    heats = rounds(line, "balanced", rounds_n=2, cars_max=3)
    met = [{frozenset(heat.entry_ids) for heat in heats if heat.round_number == n} for n in (1, 2)]
    assert met[0] != met[1]


@given(ENTRIES, ROUNDS)
def test_each_round_reverses_the_one_before(line: list[EntryId], rounds_n: int) -> None:
    """It should drive every second round in the reverse of the first."""
    heats = rounds(line, "reverse", rounds_n=rounds_n, cars_max=1)
    for number in range(1, rounds_n + 1):
        order = [heat.entry_ids[0] for heat in heats if heat.round_number == number]
        assert order == (line if number % 2 else line[::-1])


@given(ENTRIES, st.data())
def test_the_best_come_last(line: list[EntryId], data: st.DataObject) -> None:
    """It should put those with a place behind those without, the best at the end."""
    ranked = data.draw(st.permutations(line)) if line else []
    placed = ranked[: data.draw(st.integers(0, len(ranked)))]
    ordered = best_last(line, placed)
    assert sorted(ordered) == sorted(line)
    assert ordered[len(ordered) - len(placed) :] == placed[::-1]
    without = [each for each in line if each not in placed]
    assert ordered[: len(without)] == without


def test_the_longest_wait_is_by_the_last_heat() -> None:
    """It should begin with who hasn't driven, and end with who drove last."""
    a, b, c, d = (EntryId(each) for each in "abcd")
    assert longest_wait_first((a, b, c, d), [(a,), (b, c), (a,)]) == [d, b, c, a]


def test_a_heat_without_some_keeps_the_lanes_of_the_others() -> None:
    """It should take an entry out together with its lane."""
    a, b, c = (EntryId(each) for each in "abc")
    heat = RoundHeat(1, (a, b, c), (3, 1, 2))
    assert heat.only({a, c}) == RoundHeat(1, (a, c), (3, 2))
    assert RoundHeat(1, (a, b), ()).only({b}) == RoundHeat(1, (b,), ())
