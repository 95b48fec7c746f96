from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.formats.progression.contests import contest
from timing_server.formats.progression.cut import Contest, going_on, next_in_line, ways_in
from timing_server.formats.progression.distance import Distance, cut_rows
from timing_server.rules.units import EntryId

ROWS = [("1na", 10), ("2na", 20), ("3na", 30), ("4sb", 40), ("5sb", 50), ("6--", 60), ("7sa", 70)]


def ways(given_contest: Contest) -> dict[str, str]:
    return {each[0]: way for each, way in ways_in(given_contest).items()}


def test_the_first_of_all_go_on() -> None:
    """The first so many of the standings go on."""
    assert ways(contest(ROWS, top_n=3)) == {"1": "top", "2": "top", "3": "top"}


def test_the_first_of_each_region_go_on() -> None:
    """The first so many of each region go on; who is of no region goes on by none."""
    assert ways(contest(ROWS, top_per_region_n=2)) == {
        "1": "region",
        "2": "region",
        "4": "region",
        "5": "region",
    }


def test_ways_are_taken_in_order_and_nobody_twice() -> None:
    """The first of all, then of each region, then of each class, then wildcards; nobody twice."""
    assert ways(contest(ROWS, top_n=1, top_per_region_n=1, top_per_class_n=1, wildcards_n=1)) == {
        "1": "top",
        "2": "region",
        "3": "class",
        "4": "region",
        "5": "class",
        "6": "wildcard",
    }


def test_the_organiser_has_the_last_word() -> None:
    """Who is named goes on beside the rule's places; who is kept out is replaced by the next."""
    assert ways(contest(ROWS, top_n=2, put_in=["6--"], kept_out=["1na"])) == {
        "2": "top",
        "3": "top",
        "6": "named",
    }


def test_without_a_result_nobody_goes_on() -> None:
    """Whoever has no result never goes on, not even by the organiser's word."""
    rows = [("1na", 10), ("2na", None), ("3na", None)]
    assert ways(contest(rows, top_n=3, wildcards_n=2, put_in=["2na"])) == {"1": "top"}


def test_who_cannot_race_does_not_go_on() -> None:
    """A withdrawn entry leaves its place to the next."""
    assert ways(contest(ROWS, top_n=2, gone=["1na"])) == {"2": "top", "3": "top"}


def test_the_next_in_line_is_who_the_rule_lets_in() -> None:
    """The place of one of a region goes to the next of that region, not to the next of all."""
    given_contest = contest(ROWS, top_per_region_n=1)
    field = ways_in(given_contest)
    assert next_in_line(given_contest, field, EntryId("4sb")) == "5sb"
    assert next_in_line(given_contest, field, EntryId("1na")) == "2na"
    all_south = ["4sb", "5sb", "7sa"]
    last = contest(ROWS, top_per_region_n=1, gone=all_south[1:])
    assert next_in_line(last, ways_in(last), EntryId("4sb")) == "2na"
    two = contest(ROWS[:2], top_n=2)
    assert next_in_line(two, ways_in(two), EntryId("1na")) is None


def test_the_distance_is_to_the_weakest_way_that_is_open() -> None:
    """Who is out needs to beat the last one in of its region, its class or of all."""
    rows = {each.entry_id[0]: each for each in cut_rows(contest(ROWS, top_per_region_n=2))}
    assert (rows["3"].rival_entry_id, rows["3"].distance) == ("2na", Distance(ns=10))
    assert (rows["7"].rival_entry_id, rows["7"].distance) == ("5sb", Distance(ns=20))
    assert (rows["6"].way, rows["6"].rival_entry_id, rows["6"].distance) == (None, None, Distance())
    assert (rows["2"].rival_entry_id, rows["2"].distance) == ("3na", Distance(ns=-10))
    assert (rows["4"].rival_entry_id, rows["4"].distance) == ("7sa", Distance(ns=-30))


def test_equal_at_the_line_is_said() -> None:
    """Where two are equal at the cut, both rows say so: the organiser names who goes on."""
    rows = cut_rows(contest([("1na", 10), ("2na", 20), ("3na", 20)], top_n=2))
    assert [each.is_equal for each in rows] == [False, True, True]
    assert rows[2].distance == Distance(ns=0)


def test_a_free_place_needs_nothing_but_a_result() -> None:
    """Where places are left, whoever has no result yet has nobody to beat."""
    rows = cut_rows(contest([("1na", 10), ("2na", None)], top_n=4))
    assert (rows[0].rival_entry_id, rows[1].way, rows[1].distance) == (None, None, Distance())


NAMES = st.tuples(
    st.integers(0, 9), st.sampled_from("nse-"), st.sampled_from("ab-"), st.integers(0, 9)
)
DRAWN = st.lists(
    st.tuples(NAMES, st.one_of(st.none(), st.integers(1, 200))),
    max_size=12,
    unique_by=lambda each: each[0],
).map(lambda rows: [(f"{a}{b}{c}{d}", value) for (a, b, c, d), value in rows])
COUNTS = st.integers(0, 3)


@given(DRAWN, COUNTS, COUNTS, COUNTS, COUNTS, st.data())
def test_a_cut_is_fair(
    rows: list[tuple[str, int | None]],
    top_n: int,
    top_per_region_n: int,
    top_per_class_n: int,
    wildcards_n: int,
    data: st.DataObject,
) -> None:
    """It should never let in a no-show, and never by a way on which a better one was left out."""
    names = [name for name, _ in rows]
    gone = data.draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
    given_contest = contest(
        rows,
        gone=gone,
        top_n=top_n,
        top_per_region_n=top_per_region_n,
        top_per_class_n=top_per_class_n,
        wildcards_n=wildcards_n,
    )
    found = ways_in(given_contest)
    order = [each.entry_id for each in given_contest.standings]
    assert list(found) == [each for each in order if each in found]
    values = dict(rows)
    for entry_id, way in found.items():
        assert values[entry_id] is not None
        assert entry_id not in gone
        for better in order[: order.index(entry_id)]:
            left_out = better not in found and better not in gone and values[better] is not None
            assert not (left_out and way in ("top", "wildcard"))
            assert not (left_out and way == "region" and better[1] == entry_id[1])
            assert not (left_out and way == "class" and better[2] == entry_id[2])


@given(DRAWN, COUNTS, COUNTS, COUNTS)
def test_beating_the_rival_lets_one_in(
    rows: list[tuple[str, int | None]], top_n: int, top_per_region_n: int, wildcards_n: int
) -> None:
    """Who is out and gets ahead of its rival, by as little as there is, is in."""
    spaced = [
        (name, None if value is None else value * 100 + at) for at, (name, value) in enumerate(rows)
    ]
    ruled = partial(
        contest, top_n=top_n, top_per_region_n=top_per_region_n, wildcards_n=wildcards_n
    )
    before = ruled(spaced)
    values = dict(spaced)
    for each in cut_rows(before):
        if each.way is not None or each.rival_entry_id is None:
            continue
        rival_ns = values[each.rival_entry_id]
        assert rival_ns is not None
        better = [(name, rival_ns - 1 if name == each.entry_id else ns) for name, ns in spaced]
        assert each.entry_id in ways_in(ruled(better))
        worse = [(name, rival_ns + 1 if name == each.entry_id else ns) for name, ns in spaced]
        if rival_ns + 1 not in values.values():
            assert each.entry_id not in ways_in(ruled(worse))


def teams(
    gone: Sequence[str] = (), kept_out: Sequence[str] = (), put_in: Sequence[str] = ()
) -> Contest:
    """Return a contest of two teams of two and one alone, of whom two rows go on at the top."""
    made = contest(
        [("1--", 10), ("2--", 20), ("3--", 30), ("4--", None), ("5--", None)],
        top_n=2,
        gone=gone,
        kept_out=kept_out,
        put_in=put_in,
    )
    members = {"1--": ("1--", "4--"), "2--": ("2--", "5--")}
    rows = [
        replace(each, member_entry_ids=tuple(map(EntryId, members.get(each.entry_id, ()))))
        for each in made.standings
    ]
    return replace(made, standings=[each for each in rows if each.has_value])


def test_all_of_a_team_go_on() -> None:
    """It should let all members of a team that goes on go on, by one place, who may race."""
    assert list(going_on(teams())) == ["1--", "4--", "2--", "5--"]
    assert list(going_on(teams(gone=["1--"]))) == ["4--", "2--", "5--"]
    assert list(going_on(teams(kept_out=["5--"]))) == ["1--", "4--", "2--"]
    assert list(going_on(teams(gone=["1--"], kept_out=["4--"]))) == ["2--", "5--", "3--"]


def test_a_team_is_followed_once_all_of_it_left() -> None:
    """It should give a member's place to the next in line only where nobody of the team stays."""
    field = list(map(EntryId, ("1--", "4--", "2--", "5--")))
    assert next_in_line(teams(gone=["1--"]), field, EntryId("1--")) is None
    left = teams(gone=["1--", "4--"])
    assert next_in_line(left, field, EntryId("1--")) == "3--"


def test_teams_have_distances_to_the_line() -> None:
    """It should say how far a row is from the cut, though who names the team has left."""
    rows = {each.entry_id: each for each in cut_rows(teams(gone=["2--"]))}
    assert (rows[EntryId("3--")].way, rows[EntryId("2--")].way) == (None, "top")
    assert rows[EntryId("2--")].rival_entry_id == "3--"
    assert rows[EntryId("3--")].rival_entry_id == "2--"
    put_in = going_on(teams(put_in=["5--"], gone=["2--"]))
    assert list(put_in) == ["1--", "4--", "5--"]
