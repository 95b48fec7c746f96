"""How runs are ranked: which of them count, and that what changed is all that is made anew."""

from dataclasses import replace
from functools import reduce as fold

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thoroughness import share_of_examples
from tests.timing_server.formats.driving import (
    RUNS,
    WIDE,
    drive_again,
    driven,
    race_of,
    rule,
    table,
    values_ms,
)
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace
from tests.timing_server.rules.test_properties import races
from timing_server.formats import ranking as subject
from timing_server.formats.overall.classification import classify
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.registry import FORMATS
from timing_server.rules.commands.heats import AbandonHeat, CallNextHeat, StartHeat
from timing_server.rules.commands.plan import AddEntry, MarkNoShow, PlanHeat
from timing_server.rules.commands.rulings import DisqualifyEntry, ReverseRuling
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.units import DriverId, EntryId, HeatId, RulingId


def both(state: EventState, format_name: str) -> None:
    """Check that the remembered ranking is the one made from scratch."""
    stage = state.stages.get(STAGE)
    if stage is not None:
        form = MEASURED[format_name]
        scratch = subject.rank_from_scratch(form, state, stage)
        assert subject.rank_part(form, state, stage).standings == scratch.standings


@pytest.mark.parametrize("format_name", sorted(MEASURED))
@settings(max_examples=share_of_examples(0.25))
@given(race=races())
def test_ranking_what_changed_is_ranking_all(format_name: str, race: ScriptedRace) -> None:
    """Standings made fact by fact, from what each changed, are those made from all laps anew."""
    state = empty_state(race.state.stream)
    for recorded in race.log:
        state = reduce(state, recorded)
        both(state, format_name)


@settings(max_examples=share_of_examples(0.25))
@given(race=races(), places=st.lists(st.integers(0, 200), max_size=12))
def test_looks_back_and_forth_leave_no_trace(race: ScriptedRace, places: list[int]) -> None:
    """Whoever looks at whichever older state in whatever order gets that state's standings."""
    for place in places:
        log = race.log[: place % (len(race.log) + 1)]
        both(fold(reduce, log, empty_state(race.state.stream)), "time_trial")


@given(runs=RUNS)
def test_only_the_entries_of_a_changed_heat_are_measured_again(
    runs: list[list[tuple[int, bool]]],
) -> None:
    """What a heat that didn't change made is kept, not made again."""
    race = race_of("time_trial", 3, runs)
    stage = race.state.stages[STAGE]
    before = subject.rank_part(FORMATS["time_trial"], race.state, stage)
    drive_again(race, 1, [4_000])
    after = subject.rank_part(FORMATS["time_trial"], race.state, stage)
    kept = {each for each in before.results if after.results[each] is before.results[each]}
    assert kept == before.results.keys() - {"entry-1"}
    assert len(after.results[EntryId("entry-1")].attempts) == 2


def test_the_first_run_may_be_all_that_counts() -> None:
    """Where only the first run counts, a later one changes nothing."""
    race = driven("time_trial", [8_000], [7_500], base=replace(WIDE, runs_counted="first"))
    before = race.standings()
    drive_again(race, 1, [7_000])
    assert table(race) == [(1, "2"), (2, "1")]
    assert [replace(each, heats_run=1) for each in race.standings()] == list(before)


def test_the_last_run_may_be_all_that_counts() -> None:
    """Where only the last run counts, an earlier better one is worth nothing."""
    race = driven("time_trial", [7_000], [7_500], base=replace(WIDE, runs_counted="last"))
    assert table(race) == [(1, "1"), (2, "2")]
    drive_again(race, 1, [8_000])
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [7_500, 8_000]


def test_runs_are_in_the_order_of_their_starts() -> None:
    """The first run is the one that started first, in whatever order heats were planned."""
    race = driven("time_trial", [8_000], base=replace(WIDE, runs_counted="first"))
    drive_again(race, 1, [7_000])
    (row,) = race.standings()
    assert row.laps_ns == (8_000_000_000,)
    state = replace(race.state, heats=dict(reversed(list(race.state.heats.items()))))
    assert subject.rank(FORMATS["time_trial"], state, state.stages[STAGE]) == (row,)


def test_who_does_not_show_up_has_not_run() -> None:
    """A run that was never begun isn't the first that counts, nor one of those that were run."""
    race = driven("time_trial", [8_000], [7_500], base=replace(WIDE, runs_counted="first"))
    rule(race, 1, "dns")
    assert table(race) == [(1, "2"), (2, "1")]
    last = race.standings()[1]
    assert (last.value_ns, last.status, last.heats_run) == (None, "dns", 0)
    drive_again(race, 1, [7_000])
    assert table(race) == [(1, "1"), (2, "2")]
    assert (race.standings()[0].status, race.standings()[0].heats_run) == (None, 1)


@pytest.mark.parametrize("format_name", [*sorted(MEASURED), "points"])
def test_a_no_show_stands_at_the_end_without_a_value(format_name: str) -> None:
    """It should list who was ruled out of a heat that never started, until they drive another."""
    race = driven(format_name, [8_000] * 3, base=replace(WIDE, match_format="time_trial"))
    race.ask(PlanHeat(HeatId("heat-2"), STAGE, (EntryId("entry-1"),)))
    race.ask(MarkNoShow(RulingId("missed"), EntryId("entry-1"), HeatId("heat-2"), "not here"))
    assert table(race) == [(1, "1")], "who has run is no no-show"
    race.ask(AddEntry(EntryId("entry-9"), (DriverId("nine"),), 9))
    race.ask(PlanHeat(HeatId("heat-9"), STAGE, (EntryId("entry-9"),)))
    assert table(race) == [(1, "1")]
    race.ask(MarkNoShow(RulingId("late"), EntryId("entry-9"), HeatId("heat-9"), "not here"))
    if format_name in MEASURED:
        both(race.state, format_name)
    last = race.standings()[-1]
    assert (last.entry_id, last.status, last.heats_run) == ("entry-9", "dns", 0)
    assert not last.has_value
    assert [each.entry_id for each in classify(race.state)] == ["entry-1"]
    race.ask(ReverseRuling(RulingId("back"), RulingId("late"), "came after all"))
    assert table(race) == [(1, "1")]


def test_what_was_driven_before_giving_up_counts() -> None:
    """A run that wasn't finished counts with the laps that it has; a disqualified one with none."""
    race = driven("time_trial", [7_000], [7_500])
    rule(race, 1, "dnf")
    assert table(race) == [(1, "1"), (2, "2")]
    rule(race, 1, "dsq")
    assert table(race) == [(1, "2"), (2, "1")]
    assert race.standings()[1].status == "dsq"


def test_who_is_out_of_the_event_has_no_result_in_it() -> None:
    """A disqualified entry stands behind all others, and as before once that is reversed."""
    race = driven("time_trial", [7_000], [7_500])
    before = race.standings()
    race.ask(DisqualifyEntry(RulingId("out"), EntryId("entry-1"), "another's car"))
    assert table(race) == [(1, "2"), (2, "1")]
    assert not race.standings()[1].has_value
    race.ask(ReverseRuling(RulingId("in"), RulingId("out"), "it was theirs"))
    assert race.standings() == before


def test_nothing_of_an_abandoned_heat_counts() -> None:
    """An abandoned heat is as if it had never been run; the next run is then the first."""
    race = driven("time_trial", [6_000], [7_500], base=replace(WIDE, runs_counted="first"))
    assert table(race) == [(1, "1"), (2, "2")]
    race.ask(AbandonHeat(HeatId("heat-1"), "the barrier moved"))
    assert table(race) == [(1, "2")]
    drive_again(race, 1, [7_000])
    assert (table(race), values_ms(race)) == ([(1, "1"), (2, "2")], [7_000, 7_500])


def test_runs_beyond_the_number_that_each_has_do_not_count() -> None:
    """Where each driver has two runs, a third changes nothing, however good."""
    race = driven("time_trial", [8_000], [7_500], base=replace(WIDE, runs_max=2))
    stage = race.state.stages[STAGE]
    drive_again(race, 1, [7_900])
    free = replace(stage, options=replace(stage.options, runs_max=0))
    race.state = replace(race.state, stages={STAGE: free})
    drive_again(race, 1, [7_000])
    assert values_ms(race) == [7_000, 7_500]
    race.state = replace(race.state, stages={STAGE: stage})
    assert values_ms(race) == [7_500, 7_900]


def test_a_heat_that_waits_changes_no_row() -> None:
    """Planning, calling and arming leave the rows as they are."""
    race = driven("time_trial", [7_000])
    rows = race.standings()
    race.ask(PlanHeat(HeatId("heat-9"), STAGE, (EntryId("entry-1"),)))
    race.ask(CallNextHeat())
    assert race.standings() == rows
    race.ask(StartHeat(HeatId("heat-9")))
    assert race.standings()[0].heats_run == 2
