from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import OPTIONS, STAGE, planned_race, running_race
from timing_server.rules.answers.options import MATCH_RACED_NAMES
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.commands.plan import MarkNoShow, PlanHeat, PlanStage
from timing_server.rules.commands.rulings import DisqualifyEntry, InsertPass, ReverseRuling
from timing_server.rules.commands.running_order import (
    JoinQueue,
    PlanRounds,
    RemoveHeat,
    ReorderHeats,
)
from timing_server.rules.facts.heats import HeatCalled, HeatStoodDown
from timing_server.rules.facts.plan import FieldDrawn, HeatPlanned, HeatRemoved
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.units import EntryId, HeatId, RulingId, StageId

ENTRY = EntryId("entry-1")
OTHER = EntryId("entry-2")
HEAT = HeatId("heat-1")
SHARED = StageId("shared")
NO_SHOW = MarkNoShow(RulingId("r-1"), ENTRY, None, "not seen")


def test_a_heat_has_known_entries_of_a_known_stage() -> None:
    """It should be planned once, in a planned stage, for entries that take part, each once."""
    race = planned_race(2)
    heat = PlanHeat(HeatId("h"), STAGE, (ENTRY,))
    assert race.refusal(replace(heat, heat_id=HEAT)) == "heat_exists"
    assert race.refusal(replace(heat, stage_id=StageId("s"))) == "unknown_stage"
    assert race.refusal(replace(heat, entry_ids=())) == "no_entry"
    assert race.refusal(replace(heat, entry_ids=(EntryId("x"),))) == "unknown_entry"
    assert race.refusal(replace(heat, entry_ids=(ENTRY, OTHER))) == "too_many_entries"
    race.ask(heat)
    assert race.state.heats[HeatId("h")].number == 3


def test_a_heat_is_part_of_the_round_after_its_entries_last() -> None:
    """It should number the rounds of a stage so that an entry drives once in each."""
    race = planned_race(1)
    assert race.state.heats[HEAT].round_number == 1
    second = PlanHeat(HeatId("h"), STAGE, (ENTRY,))
    assert race.ask(second) == (HeatPlanned(HeatId("h"), STAGE, (ENTRY,), 2),)
    assert race.refusal(replace(second, heat_id=HeatId("i"), round_number=0)) == (
        "option_out_of_range"
    )
    race.ask(replace(second, heat_id=HeatId("i"), round_number=1))
    assert race.state.heats[HeatId("i")].round_number == 1


def test_cars_share_a_heat_by_lanes() -> None:
    """It should give each entry of a heat a lane of its own, or none to any of them."""
    race = planned_race(2)
    race.ask(PlanStage(SHARED, "Race", "time_trial", replace(OPTIONS, cars_max=2)))
    heat = PlanHeat(HeatId("h"), SHARED, (ENTRY, OTHER))
    assert race.refusal(replace(heat, entry_ids=(ENTRY, ENTRY))) == "entry_repeated"
    for lanes in ((1,), (2, 2), (0, 1), (1, 17)):
        assert race.refusal(replace(heat, lanes=lanes)) == "wrong_lanes"
    race.ask(replace(heat, lanes=(2, 1)))
    runs = race.state.heats[HeatId("h")].runs
    assert [runs[each].lane for each in (ENTRY, OTHER)] == [2, 1]
    race.ask(replace(heat, heat_id=HeatId("i")))


def test_practice_begins_without_entries() -> None:
    """It should let a practice heat be planned for whoever comes."""
    race = planned_race(0)
    race.ask(PlanStage(SHARED, "Practice", "practice", OPTIONS, "practice"))
    race.ask(PlanHeat(HeatId("h"), SHARED, ()))
    assert race.state.heats[HeatId("h")].is_practice
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("h")),)


def test_an_entry_has_so_many_runs_in_a_stage() -> None:
    """It should plan no more runs than the stage allows, and none for who may not race it."""
    race = planned_race(2, replace(OPTIONS, runs_max=1))
    heat = PlanHeat(HeatId("h"), STAGE, (ENTRY,))
    assert race.refusal(heat) == "runs_used_up"
    race.ask(RemoveHeat(HEAT))
    race.append(FieldDrawn(STAGE, (OTHER,)))
    assert race.refusal(heat) == "not_in_field"
    race.append(FieldDrawn(STAGE, (OTHER, ENTRY)))
    race.ask(DisqualifyEntry(RulingId("r"), ENTRY, "bumper of lead"))
    assert race.refusal(heat) == "entry_disqualified"
    race.ask(ReverseRuling(RulingId("s"), RulingId("r"), "it was foam"))
    race.ask(heat)


def test_a_waiting_heat_is_removed() -> None:
    """It should take out a heat that never started and holds nothing, and no other."""
    race = running_race(3)
    assert race.refusal(RemoveHeat(HEAT)) == "heat_running"
    assert race.refusal(RemoveHeat(HeatId("h"))) == "unknown_heat"
    race.ask(StopHeat(HEAT))
    assert race.refusal(RemoveHeat(HEAT)) == "heat_finished"
    race.ask(CallNextHeat())
    assert race.refusal(RemoveHeat(HeatId("heat-2"))) == "heat_called"
    assert race.ask(RemoveHeat(HeatId("heat-3"))) == (HeatRemoved(HeatId("heat-3")),)
    assert race.refusal(RemoveHeat(HeatId("heat-3"))) == "unknown_heat"


def test_the_queue_is_reordered() -> None:
    """It should call waiting heats in the order that is asked for."""
    race = running_race(4)
    waiting = [HeatId(f"heat-{number}") for number in (4, 2)]
    assert race.refusal(ReorderHeats((HEAT,))) == "heat_running"
    assert race.refusal(ReorderHeats((HeatId("h"),))) == "unknown_heat"
    assert race.refusal(ReorderHeats((waiting[0], waiting[0]))) == "heat_repeated"
    race.ask(ReorderHeats(tuple(waiting)))
    race.ask(StopHeat(HEAT))
    assert race.state.queue == (*waiting, HeatId("heat-3"))
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-4")),)


def test_a_no_show_is_ruled_on_the_next_heat() -> None:
    """It should rule the run not started and pass the heat over; a reversal brings it back."""
    race = planned_race(2)
    assert race.ask(NO_SHOW) == (RunRuled(RulingId("r-1"), HEAT, ENTRY, "dns", "not seen"),)
    assert race.refusal(NO_SHOW) == "no_heat_waits"
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)
    race.ask(StopHeat(HeatId("heat-2")))
    race.ask(ReverseRuling(RulingId("r-2"), RulingId("r-1"), "was in the other hall"))
    race.ask(ReorderHeats((HEAT,)))
    assert race.ask(CallNextHeat()) == (HeatCalled(HEAT),)


def test_a_no_show_at_the_line_stands_the_heat_down() -> None:
    """It should free the line where nobody else of the heat is there."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    ruled = RunRuled(RulingId("r-1"), HEAT, ENTRY, "dns", "not seen")
    assert race.ask(NO_SHOW) == (HeatStoodDown(HEAT), ruled)
    race = planned_race(2)
    race.ask(PlanStage(SHARED, "Race", "time_trial", replace(OPTIONS, cars_max=2)))
    both = HeatId("both")
    race.ask(PlanHeat(both, SHARED, (ENTRY, OTHER)))
    race.ask(ReorderHeats((both,)))
    race.ask(CallNextHeat())
    assert race.ask(NO_SHOW) == (replace(ruled, heat_id=both),)


def test_nobody_misses_a_heat_that_has_begun() -> None:
    """It should refuse what a marshal rules on a run: who drove was there."""
    race = running_race(2)
    assert race.refusal(NO_SHOW) == "heat_running"
    race.ask(StopHeat(HEAT))
    assert race.refusal(NO_SHOW) == "no_heat_waits"
    assert race.refusal(replace(NO_SHOW, heat_id=HEAT)) == "heat_finished"
    assert race.refusal(replace(NO_SHOW, heat_id=HeatId("h"))) == "unknown_heat"
    assert race.refusal(replace(NO_SHOW, entry_id=EntryId("x"))) == "unknown_entry"


def test_a_heat_that_holds_a_pass_stays() -> None:
    """It should not lose a pass that a marshal gave to a heat: it can't be given before."""
    race = planned_race(1)
    insert = InsertPass(RulingId("r"), HEAT, None, 0, "by hand")
    assert race.refusal(insert) == "heat_not_started"


@pytest.mark.parametrize("format_name", sorted(MATCH_RACED_NAMES))
def test_a_stage_of_matches_has_no_other_heats(format_name: str) -> None:
    """It should refuse rounds, a single heat and a place in the queue, and say where to plan."""
    race = planned_race(2)
    race.ask(PlanStage(SHARED, "Knock-out", format_name, OPTIONS, is_open=True))
    heat = PlanHeat(HeatId("h"), SHARED, (ENTRY,))
    for command in (
        heat,
        PlanRounds(SHARED, (HeatId("h"), HeatId("i")), "number"),
        JoinQueue(HeatId("h"), SHARED, ENTRY),
    ):
        assert race.refusal(command) == "raced_by_matches"
    race.ask(replace(heat, match_name="r1m1"))
