from dataclasses import replace

from tests.timing_server.formats.driving import (
    WIDE,
    decided,
    drive_again,
    driven,
    table,
    values_ms,
)
from tests.timing_server.rules.scripted_race import ms, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.rulings import CreditLap
from timing_server.rules.units import EntryId, HeatId, RulingId

FORMAT = "total_time"


def test_the_total_of_the_first_laps_ranks() -> None:
    """The time of the first N laps of a run ranks; what is driven after them changes nothing."""
    race = driven(FORMAT, [6_000, 6_000, 9_000, 2_500], [6_900] * 3)
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [20_700, 21_000]
    assert [each.value_laps for each in race.standings()] == [3, 3]
    assert [each.gap_ns for each in race.standings()] == [0, ms(300)]


def test_fewer_laps_stand_behind() -> None:
    """Who has fewer than N laps stands behind, by laps and then by time; the gap is in laps."""
    race = driven(FORMAT, [4_000], [9_000] * 3, [8_000, 8_000], [3_900], [])
    assert table(race) == [(1, "2"), (2, "3"), (3, "4"), (4, "1"), (5, "5")]
    rows = race.standings()
    assert [(each.gap_ns, each.gap_laps) for each in rows] == [
        (0, None),
        (None, 1),
        (None, 2),
        (None, 2),
        (None, None),
    ]
    assert [(each.interval_ns, each.interval_laps) for each in rows[2:4]] == [
        (None, 1),
        (ms(100), None),
    ]
    assert decided(race) == [None] * 5


def test_a_void_lap_must_be_driven_again() -> None:
    """A void lap doesn't count: the next valid one takes its place in the total."""
    race = driven(FORMAT, [5_000, 6_000, 6_000, 6_000], void=[(1, 1)])
    assert values_ms(race) == [18_000]


def test_a_lap_that_was_credited_in_time_is_among_the_first() -> None:
    """A lap credited behind the first of four driven ones is the second of the total."""
    race = planned_race(1, replace(WIDE, laps_n=3), FORMAT).at(1_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    for at_ms in (2_000, 8_000):
        race.crossing(at_ms)
    race.at(9_000)
    race.ask(
        CreditLap(RulingId("r"), HeatId("heat-1"), EntryId("entry-1"), ms(5_000), 0, "beam off")
    )
    for at_ms in (20_000, 26_000, 32_000):
        race.crossing(at_ms)
    assert values_ms(race) == [6_000 + 5_000 + 12_000]


def test_the_best_run_counts() -> None:
    """Of several runs the one that ranks best counts; laps of two runs are never added."""
    race = driven(FORMAT, [6_000, 6_000], [9_000] * 3)
    drive_again(race, 1, [4_000])
    assert table(race) == [(1, "2"), (2, "1")]
    drive_again(race, 1, [8_000] * 3)
    assert table(race) == [(1, "1"), (2, "2")]
    assert values_ms(race) == [24_000, 27_000]


def test_laps_are_truncated_before_they_are_added() -> None:
    """A total adds truncated laps: it is not truncated itself."""
    race = driven(FORMAT, [6_009] * 3, [6_000, 6_000, 6_009], resolution_ms=10)
    assert values_ms(race) == [18_000, 18_000]
    assert table(race) == [(1, "1"), (1, "2")]


def test_equal_totals_are_told_apart_by_the_best_laps() -> None:
    """Equal totals are told apart by the best lap, then the second-best, and so on."""
    race = driven(FORMAT, [6_000, 6_000], [5_000, 7_000], laps_n=2)
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["best_lap", "best_lap"]
