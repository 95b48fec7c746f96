import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thoroughness import share_of_examples
from tests.timing_server.formats.driving import RUNS, race_of
from tests.timing_server.rules.scripted_race import planned_race, running_race
from timing_server.formats import registry as subject
from timing_server.formats.brackets.tables import TABLES
from timing_server.formats.format import TIE_BREAKS
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.standings import Standing
from timing_server.rules.answers.options import FORMAT_NAMES, LAPS_RANGES, MATCH_FORMAT_NAMES
from timing_server.rules.commands.rulings import ReverseRuling, VoidLap
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import StagePlanned
from timing_server.rules.units import RulingId, StageId

#: The formats that rank whatever was driven; brackets rank the matches of a drawn field, and a
#: practice ranks nobody.
DRIVEN = sorted(set(subject.FORMATS) - set(TABLES) - {"practice"})


def test_rules_and_formats_agree_on_the_names() -> None:
    """It should hold exactly the formats that the rules let a stage be planned under."""
    assert set(subject.FORMATS) == FORMAT_NAMES
    assert all(name == each.name for name, each in subject.FORMATS.items())
    assert all(each.title and each.description.endswith(".") for each in subject.FORMATS.values())


def test_a_match_is_decided_by_what_measures_runs() -> None:
    """It should let a match or a round be decided by exactly the formats that measure runs."""
    assert set(MEASURED) == MATCH_FORMAT_NAMES
    assert all(form.rank_stage is None for form in MEASURED.values())


def test_every_tie_break_is_published() -> None:
    """It should put every tie-break of every format in words, and no other."""
    used = {code for each in subject.FORMATS.values() for code in each.tie_breaks}
    assert used == set(TIE_BREAKS)
    assert all(text.endswith(".") for text in TIE_BREAKS.values())


def test_options_are_published_as_they_are_checked() -> None:
    """It should tell of each option the range that the rules hold it to, and its default."""
    ranges = {
        name: (each.least, each.most)
        for name, form in subject.FORMATS.items()
        for each in form.options
    }
    assert ranges == LAPS_RANGES
    for form in subject.FORMATS.values():
        for each in form.options:
            assert each.default == getattr(HeatOptions(), each.name)
            assert each.least <= each.default <= each.most


@pytest.mark.parametrize("format_name", DRIVEN)
@settings(max_examples=share_of_examples(0.4))
@given(laps_n=st.integers(1, 3), runs=RUNS)
def test_standings_are_a_total_order(
    format_name: str, laps_n: int, runs: list[list[tuple[int, bool]]]
) -> None:
    """Everybody who ran stands once; ranks follow the keys, only equal keys share one, and a
    neighbour of equal value but another rank is told apart by a published tie-break.
    """
    race = race_of(format_name, laps_n, runs)
    rows = race.standings()
    form = subject.FORMATS[format_name]
    assert sorted(each.entry_id for each in rows) == sorted(race.state.entries)
    for row in rows:
        assert row.rank == 1 + sum(other.key < row.key for other in rows)
        assert row.decided_by is None or row.decided_by in form.tie_breaks
    for above, row in itertools.pairwise(rows):
        assert above.key <= row.key
        assert above.has_value or not row.has_value
        is_told_apart = above.key != row.key and bool(form.tie_breaks)
        if _value(above) == _value(row) and is_told_apart:
            assert above.decided_by is not None
            assert row.decided_by is not None
        if row.gap_ns is not None:
            assert row.gap_laps is None
            assert row.gap_ns >= 0
        assert row.gap_laps is None or row.gap_laps > 0


def _value(row: Standing) -> tuple[int | None, int | None, int | None]:
    return row.value_ns, row.value_laps, row.value_points


@pytest.mark.parametrize("format_name", DRIVEN)
@settings(max_examples=share_of_examples(0.25))
@given(runs=RUNS)
def test_reversed_rulings_leave_no_trace(
    format_name: str, runs: list[list[tuple[int, bool]]]
) -> None:
    """A lap that was struck and given back ranks as if nothing had been."""
    before = race_of(format_name, 2, runs)
    rows = before.standings()
    refs = [each.best_lap_ref for each in rows if each.best_lap_ref is not None]
    for number, ref in enumerate(refs):
        before.ask(VoidLap(RulingId(f"again-{number}"), ref, "cut"))
        before.ask(ReverseRuling(RulingId(f"undo-{number}"), None, "no cut"))
    assert before.standings() == rows


def test_a_stage_is_ranked_by_its_own_format() -> None:
    """It should rank a stage under the format that it was planned with."""
    race = running_race()
    race.crossing(12_000)
    ranked = subject.rank_stage(race.state, StageId("stage-1"))
    assert [each.entry_id for each in ranked] == ["entry-1"]


def test_nobody_stands_where_nothing_can_be_ranked() -> None:
    """It should return no standings for a stage that isn't planned or has an unknown format."""
    race = planned_race()
    stage = race.state.stages[StageId("stage-1")]
    race.append(StagePlanned(StageId("odd"), "Odd", "rally", stage.options))
    assert subject.rank_stage(race.state, StageId("odd")) == ()
    assert subject.rank_stage(race.state, StageId("nowhere")) == ()
