"""Season rankings: points for places, drops, and what tells equal totals apart."""

from hypothesis import given
from hypothesis import strategies as st

from timing_server.formats.overall import season as subject
from timing_server.rules.units import EventId

POINTS = (25, 18, 15, 12, 10)
MAY, JUNE, JULY = EventId("may"), EventId("june"), EventId("july")


def finish(event_id: EventId, place: int, driver: str, **more: str) -> subject.Finish:
    return subject.Finish(event_id, place, (driver,), more.get("team"), more.get("region"))


def ranked(
    finishes: list[subject.Finish], drops_n: int = 0, weights: dict[EventId, int] | None = None
) -> tuple[subject.SeasonRow, ...]:
    weights = weights or {each.event_id: 100 for each in finishes}
    return subject.rank_season(
        subject.by_driver(finishes, POINTS, weights), tuple(weights), drops_n
    )


def test_points_of_all_events_add_up() -> None:
    """It should add what each place is worth; places behind the table are worth nothing."""
    rows = ranked(
        [
            *(finish(MAY, 1, "Turbo"), finish(MAY, 2, "Nitro"), finish(MAY, 6, "Gear")),
            *(finish(JUNE, 2, "Turbo"), finish(JUNE, 3, "Gear")),
        ]
    )
    assert [(row.rank, row.competitor, row.points) for row in rows] == [
        (1, "Turbo", 43),
        (2, "Nitro", 18),
        (3, "Gear", 15),
    ]


def test_the_worst_results_are_dropped_and_a_missed_event_is_the_first_to_go() -> None:
    """It should drop a missed event before any points, and never somebody's only result."""
    finishes = [
        *(finish(MAY, 1, "Turbo"), finish(JUNE, 5, "Turbo"), finish(JULY, 2, "Turbo")),
        *(finish(MAY, 2, "Nitro"), finish(JUNE, 1, "Nitro")),
    ]
    turbo, nitro = ranked(finishes, drops_n=1)
    assert (turbo.competitor, turbo.points, nitro.points) == ("Turbo", 43, 43)
    assert [each.is_dropped for each in turbo.results] == [False, True, False]
    assert [each.is_dropped for each in nitro.results] == [False, False, True]
    (only,) = ranked([finish(MAY, 3, "Gear")], drops_n=3)
    assert only.points == 15


def test_an_events_weight_multiplies_its_points() -> None:
    """It should count a final at 150 per cent, cut to whole points."""
    (row,) = ranked([finish(MAY, 3, "Gear")], weights={MAY: 150})
    assert row.points == 22


def test_equal_totals_are_told_apart_by_better_places_then_the_latest_event() -> None:
    """It should prefer a win to none, then the better place in the latest event, and say which."""
    rows = subject.rank_season(
        {
            "Steady": {MAY: [(2, 18)], JUNE: [(2, 18)]},
            "Bold": {MAY: [(1, 25)], JUNE: [(9, 11)]},
            "Late": {MAY: [(9, 11)], JUNE: [(1, 25)]},
        },
        (MAY, JUNE),
        0,
    )
    assert [row.competitor for row in rows] == ["Late", "Bold", "Steady"]
    assert [row.decided_by for row in rows] == ["latest_event", "latest_event", "better_places"]


def test_only_who_is_equal_in_everything_shares_a_rank() -> None:
    """It should give two mirror images of one season the same rank, and skip the next."""
    same = {MAY: [(3, 15)]}
    rows = subject.rank_season({"A": same, "B": same, "C": {MAY: [(4, 12)]}}, (MAY,), 0)
    assert [(row.rank, row.competitor) for row in rows] == [(1, "A"), (1, "B"), (3, "C")]


def test_teams_add_their_entries_and_regions_their_drivers() -> None:
    """It should add both cars of a team in one event, and a region's drivers over the season."""
    finishes = [
        finish(MAY, 1, "Turbo", team="red", region="north"),
        finish(MAY, 2, "Nitro", team="blue", region="south"),
        finish(MAY, 3, "Gear", team="blue", region="south"),
    ]
    weights = {MAY: 100}
    teams = subject.rank_season(subject.by_team(finishes, POINTS, weights), (MAY,), 0)
    assert [(row.competitor, row.points) for row in teams] == [("blue", 33), ("red", 25)]
    assert teams[0].results[0].places == (2, 3)
    regions = subject.by_group(
        ranked(finishes), {"Turbo": "north", "Nitro": "south", "Gear": "south"}
    )
    assert [(row.competitor, row.points) for row in regions] == [("south", 33), ("north", 25)]


places = st.dictionaries(
    st.sampled_from(["A", "B", "C", "D", "E"]),
    st.dictionaries(st.sampled_from([MAY, JUNE, JULY]), st.integers(1, 8), max_size=3),
    min_size=1,
)


@given(places, st.integers(0, 3))
def test_standings_are_a_total_order_whatever_the_order_of_finishes(
    found: dict[str, dict[EventId, int]], drops_n: int
) -> None:
    """It should rank everybody once, never by the order in which results came, totals falling."""
    finishes = [
        finish(event, place, who) for who, by in found.items() for event, place in by.items()
    ]
    weights = dict.fromkeys((MAY, JUNE, JULY), 100)
    rows = ranked(finishes, drops_n, weights)
    again = ranked(finishes[::-1], drops_n, weights)
    assert rows == again
    assert [row.points for row in rows] == sorted((row.points for row in rows), reverse=True)
    assert sorted(row.competitor for row in rows) == sorted(who for who, by in found.items() if by)
    for row in rows:
        kept = [each for each in row.results if not each.is_dropped]
        dropped = [each.points for each in row.results if each.is_dropped]
        assert row.points == sum(each.points for each in kept)
        assert not dropped or max(dropped) <= min(each.points for each in kept)
