from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, ScriptedRace, planned_race
from timing_server.formats.registry import FORMATS, rank_stage
from timing_server.rules.commands.heats import AbandonHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import (
    AddEntry,
    ChangeStage,
    CloseEvent,
    PlanHeat,
    PlanStage,
    RemoveStage,
)
from timing_server.rules.commands.progression import PlanProgression
from timing_server.rules.facts.options import HeatOptions, ProgressionRule
from timing_server.rules.facts.plan import StageChanged, StagePlanned, StageRemoved
from timing_server.rules.facts.rulings import PassInserted
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.state.event import EventState
from timing_server.rules.units import (
    NS_PER_S,
    DriverId,
    EntryId,
    HeatId,
    RulingId,
    StageId,
)

FINAL = StageId("final")
FIRST = HeatId("heat-1")
SHORT = replace(OPTIONS, window_ns=15 * NS_PER_S)


def change(**changes: Any) -> ChangeStage:
    told = ChangeStage(STAGE, "Qualifying", "time_trial", OPTIONS, "qualifying", is_open=False)
    return replace(told, **changes)


def begun_race() -> ScriptedRace:
    race = planned_race(2).at(10_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(FIRST))
    return race


def test_a_planned_stage_can_become_another() -> None:
    """It should change every field, and race the heats that wait by the new options."""
    race = planned_race(2)
    race.score()  # what was computed by the old options must not be used again
    race.ask(change(title="Heats", format_name="most_laps", options=SHORT, is_open=True))
    stage = race.state.stages[STAGE]
    assert (stage.title, stage.format_name, stage.options, stage.kind, stage.is_open) == (
        *("Heats", "most_laps", SHORT, "qualifying", True),
    )
    assert {each.options for each in race.state.heats.values()} == {SHORT}
    race.at(10_000).ask(CallNextHeat())
    race.ask(StartHeat(FIRST))
    race.crossing(11_000)
    assert race.run().window_closes_ns == 26_000_000_000
    race.crossing(18_000)
    assert race.score() == compute_score(race.state.heats[FIRST])
    assert [each.entry_id for each in race.standings()] == ["entry-1"]


def test_practice_can_become_qualifying_and_back() -> None:
    """It should let waiting heats be practice exactly where their stage is."""
    race = planned_race()
    practice = change(kind="practice", format_name="practice")
    for command, is_practice in ((practice, True), (change(), False)):
        race.ask(command)
        assert race.state.heats[FIRST].is_practice is is_practice
    assert race.refusal(change(kind="practice")) == "practice_unranked"
    assert race.refusal(change(kind="parade")) == "unknown_stage_kind"
    assert race.refusal(change(format_name="rally")) == "unknown_format"
    wrong = replace(OPTIONS, cars_max=0)
    assert race.refusal(change(options=wrong)) == "option_out_of_range"


def test_a_stage_that_has_begun_keeps_its_rules() -> None:
    """It should change no more than the title, whatever has become of the heats that were run."""
    race = begun_race()
    for command in (
        change(options=SHORT),
        change(format_name="most_laps"),
        change(kind="final"),
        change(title="Heats", is_open=True),
    ):
        assert race.refusal(command) == "stage_has_run"
    race.ask(change(title="Heats"))
    assert race.state.stages[STAGE].title == "Heats"
    race.ask(AbandonHeat(FIRST, "rain"))
    assert race.refusal(change(title="Heats", options=SHORT)) == "stage_has_run"
    assert race.refusal(RemoveStage(STAGE)) == "stage_has_run"


def test_a_heat_that_holds_passes_has_begun() -> None:
    """It should leave alone what a marshal gave a pass to, started or not."""
    race = planned_race(2)
    entry_id = EntryId("entry-1")
    race.append(PassInserted(RulingId("r1"), FIRST, 5_000_000_000, 0, "seen", entry_id))
    assert race.state.heats[FIRST].passes
    assert race.refusal(change(options=SHORT)) == "stage_has_run"
    assert race.refusal(RemoveStage(STAGE)) == "stage_has_run"


def test_a_heat_at_the_line_holds_the_stage() -> None:
    """It should change nothing under a driver who is ready, but what the stage is called."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    assert race.refusal(change(options=SHORT)) == "heat_called"
    assert race.refusal(RemoveStage(STAGE)) == "heat_called"
    race.ask(change(title="Heats"))
    race.ask(StopHeat(FIRST))
    race.ask(change(title="Heats", options=SHORT))


def test_waiting_heats_must_fit() -> None:
    """It should name the heat that could never have been planned by the new rules."""
    race = planned_race(2, options=replace(OPTIONS, cars_max=2))
    entries = (EntryId("entry-1"), EntryId("entry-2"))
    race.ask(PlanHeat(HeatId("both"), STAGE, entries))
    wide = replace(OPTIONS, cars_max=2)
    assert race.refusal(change(options=OPTIONS)) == "heat_unfit"
    assert race.refusal(change(options=replace(wide, runs_max=1))) == "heat_unfit"
    race.ask(change(options=replace(wide, runs_max=2)))
    race.ask(PlanStage(FINAL, "Practice", "practice", OPTIONS, "practice"))
    race.ask(PlanHeat(HeatId("open"), FINAL, ()))
    ranked = ChangeStage(FINAL, "Final", "time_trial", OPTIONS, "final", is_open=False)
    assert race.refusal(ranked) == "heat_unfit"


def test_matches_belong_to_their_bracket() -> None:
    """It should keep the format of a stage whose matches are in the queue."""
    race = planned_race(1)
    race.ask(PlanHeat(HeatId("match"), STAGE, (EntryId("entry-1"),), match_name="r1m1"))
    assert race.refusal(change(format_name="most_laps")) == "heat_unfit"
    race.ask(change(options=SHORT))


def test_a_change_must_change_something() -> None:
    """It should refuse what is so already, what isn't there, and what is over."""
    race = planned_race()
    assert race.refusal(change()) == "stage_unchanged"
    assert race.refusal(change(stage_id=StageId("no"))) == "unknown_stage"
    assert race.refusal(RemoveStage(StageId("no"))) == "unknown_stage"
    race.ask(CloseEvent())
    assert race.refusal(change(title="Heats")) == "event_closed"
    assert race.refusal(RemoveStage(STAGE)) == "event_closed"


def test_a_stage_goes_with_all_that_was_planned_for_it() -> None:
    """It should take its heats out of the queue, and its name out of other stages' rules."""
    race = planned_race(3)
    race.ask(PlanStage(FINAL, "Final", "time_trial", OPTIONS, "final"))
    race.ask(PlanStage(StageId("third"), "Cup", "time_trial", OPTIONS, "final"))
    race.ask(PlanHeat(HeatId("last"), FINAL, (EntryId("entry-1"),)))
    race.ask(PlanProgression(FINAL, ProgressionRule(STAGE, top_n=2)))
    kept = ProgressionRule(FINAL, top_n=1)
    race.ask(PlanProgression(StageId("third"), kept))
    assert race.ask(RemoveStage(STAGE)) == (StageRemoved(STAGE),)
    assert list(race.state.stages) == [FINAL, "third"]
    assert race.state.stages[FINAL].progression is None
    assert race.state.stages[StageId("third")].progression == kept
    assert (list(race.state.heats), race.state.queue) == (["last"], ("last",))
    # Numbers of heats aren't given again, and the id of a stage that is gone is free.
    race.ask(AddEntry(EntryId("late"), (DriverId("driver-9"),), None))
    race.ask(PlanHeat(HeatId("next"), FINAL, (EntryId("late"),)))
    assert race.state.heats[HeatId("next")].number == 5


@pytest.mark.parametrize("fact", ["changed", "removed"])
def test_the_log_never_undoes_what_was_raced(fact: str) -> None:
    """It should leave a stage that has begun as it is, even where a fact says otherwise."""
    for race in (begun_race(), called_race()):
        before = race.state
        if fact == "removed":
            race.append(StageRemoved(STAGE))
        elif race.state.starts:
            race.append(StageChanged(STAGE, "Heats", "points", SHORT, "final", is_open=True))
        assert race.state.stages == before.stages
        assert race.state.heats == before.heats


def called_race() -> ScriptedRace:
    race = planned_race()
    race.ask(CallNextHeat())
    return race


STAGE_IDS = st.sampled_from([STAGE, FINAL, StageId("no")])
OPTION_SETS = st.sampled_from([OPTIONS, SHORT, HeatOptions(cars_max=4)])
FORMAT_NAMES = st.sampled_from(sorted(FORMATS))
FACTS = st.one_of(
    st.builds(
        StageChanged,
        STAGE_IDS,
        st.just("X"),
        FORMAT_NAMES,
        OPTION_SETS,
        st.sampled_from(["practice", "final"]),
        st.booleans(),
    ),
    st.builds(StageRemoved, STAGE_IDS),
    st.builds(
        StagePlanned, STAGE_IDS, st.just("Y"), FORMAT_NAMES, OPTION_SETS, st.just("qualifying")
    ),
)


@given(st.sampled_from([planned_race, begun_race, called_race]), st.lists(FACTS, max_size=6))
def test_no_order_of_changes_breaks_a_state(make: Any, facts: list[Any]) -> None:
    """It should leave every heat with its stage, and the queue with its heats, after any facts."""
    race = make()
    race.append(*facts)
    state: EventState = race.state
    assert all(heat.stage_id in state.stages for heat in state.heats.values())
    assert set(state.queue) <= state.heats.keys()
    assert state.active_heat is None or state.active_heat.heat_id in state.heats
    for stage_id in state.stages:
        rank_stage(state, stage_id)
