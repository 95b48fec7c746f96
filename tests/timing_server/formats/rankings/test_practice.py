from tests.timing_server.formats.driving import driven
from tests.timing_server.rules.scripted_race import STAGE
from timing_server.formats.ranking import rank
from timing_server.formats.registry import FORMATS
from timing_server.rules.units import NS_PER_MS


def test_practice_lists_laps_and_gives_no_places() -> None:
    """Practice lists the best lap first, and says that this ranks nobody."""
    state = driven("time_trial", [9_000, 8_000], [7_000], [], [7_000, 9_000]).state
    rows = rank(FORMATS["practice"], state, state.stages[STAGE])
    values = [None if each.value_ns is None else each.value_ns // NS_PER_MS for each in rows]
    assert values == [7_000, 7_000, 8_000, None]
    assert [each.is_ranked for each in rows] == [False] * 4
    assert [each.decided_by for each in rows] == [None] * 4


def test_every_other_format_ranks() -> None:
    """A row of any other format is a place, where there is a lap to rank."""
    rows = driven("time_trial", [7_000], [8_000], []).standings()
    assert [each.is_ranked for each in rows] == [True, True, False]


def test_who_has_no_lap_has_no_place() -> None:
    """The first to drive, without a lap so far, leads nothing."""
    (row,) = driven("time_trial", []).standings()
    assert (row.rank, row.is_ranked) == (1, False)
