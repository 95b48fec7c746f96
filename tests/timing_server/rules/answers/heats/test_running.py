from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    CallNextHeat,
    ContinueHeat,
    NoteInterruption,
    PauseHeat,
    ShowFlag,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import EquipRun, PlanHeat, ReinstateEntry, WithdrawEntry
from timing_server.rules.facts.heats import (
    HeatAbandoned,
    HeatContinued,
    HeatFinished,
    HeatInterrupted,
    HeatStarted,
    HeatStoodDown,
)
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import NS_PER_MS, NS_PER_S, CarId, EntryId, HeatId

HEAT, AGAIN = HeatId("heat-1"), HeatId("again")


def end(race: ScriptedRace) -> tuple[str | None, int | None]:
    heat = race.state.heats[HEAT]
    return heat.end_reason, heat.ended_race_ns


def lights_race() -> ScriptedRace:
    """Return a race whose first heat, under lights, is called at 5 s."""
    race = planned_race(2, replace(OPTIONS, start_mode="lights")).at(5_000)
    race.ask(CallNextHeat())
    return race


def test_stopping_ends_the_heat_now() -> None:
    """A running heat that is stopped ended at the instant of the command."""
    race = running_race()
    race.crossing(12_000)
    race.at(15_000).ask(StopHeat(HEAT))
    assert end(race) == ("stopped", ms(15_000))
    assert race.refusal(StopHeat(HEAT)) == "heat_finished"
    assert race.refusal(StopHeat(HeatId("nowhere"))) == "unknown_heat"


def test_what_is_over_can_not_be_stopped_later() -> None:
    """Where the last lap was closed before the organiser's stop, that end stands."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(30_000)
    race.now_ms = 45_000  # no tick from here on
    race.append(race.node.crossing(43_000), actor="node")
    (ended,) = race.ask(StopHeat(HEAT))
    assert isinstance(ended, HeatFinished)
    assert ended.reason == "last_lap_closed"
    assert ended.ended_race_ns // 1_000_000 == 43_000


def test_a_limit_gives_way_to_a_stop() -> None:
    """What was driven before the organiser's stop counts, though it comes late."""
    race = running_race()
    race.now_ms = 45_000  # no tick since the start
    assert race.ask(StopHeat(HEAT)) == (HeatFinished(HEAT, ms(45_000), "stopped"),)


def test_the_lights_know_the_go() -> None:
    """Behind lights the start lies five seconds and the hold ahead, and windows open with it."""
    race = lights_race()
    race.ask(ArmHeat(HEAT))
    go = HeatStarted(HEAT, ms(11_300), ms(5_000))
    assert race.refusal(StartHeat(HEAT, 11 * NS_PER_S)) == "hold_out_of_range"
    assert race.refusal(StartHeat(HEAT, -1)) == "hold_out_of_range"
    assert race.ask(StartHeat(HEAT, 1_300 * NS_PER_MS)) == (go,)
    assert race.refusal(PauseHeat(HEAT, "pause")) == "heat_not_running"
    race.crossing(9_000)
    race.crossing(13_000)
    race.crossing(20_000)
    assert race.verdicts() == ["false_start", "counted", "counted"]
    assert race.laps_ms() == [7_000]
    assert race.run().window_opens_ns == ms(11_300)


def test_a_start_that_is_broken_off_never_happened() -> None:
    """Stopped before the go, the heat heads the queue again and holds none of the passes."""
    race = lights_race()
    race.ask(StartHeat(HEAT, NS_PER_S))
    race.crossing(7_000)
    assert race.at(8_000).ask(StopHeat(HEAT)) == (HeatStoodDown(HEAT),)
    heat = race.state.heats[HEAT]
    assert (heat.phase, heat.started_race_ns, heat.lights_race_ns) == (
        HeatPhase.SCHEDULED,
        None,
        None,
    )
    assert (heat.passes, race.state.starts) == ({}, ())
    assert race.state.queue == (HEAT, HeatId("heat-2"))
    race.at(20_000).ask(CallNextHeat())
    race.ask(StartHeat(HEAT, 0))
    assert race.state.heats[HEAT].started_race_ns == ms(25_000)


def test_a_start_that_is_broken_off_leaves_no_trace() -> None:
    """Neither a flag nor an interruption from behind the lights waits for the next start."""
    race = lights_race()
    before = race.state.heats[HEAT]
    race.ask(StartHeat(HEAT, NS_PER_S))
    race.ask(ShowFlag(HEAT, "yellow"))
    race.ask(NoteInterruption("server_restarted"))
    race.ask(StopHeat(HEAT))
    assert race.state.heats[HEAT] == replace(before, phase=HeatPhase.SCHEDULED, armed_race_ns=None)


def test_who_has_withdrawn_is_not_waited_for() -> None:
    """Who withdrew before the start of a shared heat owns none of its passes, nor holds it up."""
    race = planned_race(2, replace(OPTIONS, cars_max=2, max_laps=1))
    pair = (EntryId("entry-1"), EntryId("entry-2"))
    race.ask(PlanHeat(AGAIN, STAGE, pair))
    race.ask(WithdrawEntry(pair[1]))
    race.at(10_000).ask(CallNextHeat(AGAIN))
    race.ask(StartHeat(AGAIN))
    race.crossing(11_000)
    race.crossing(16_000)
    runs = race.score(AGAIN).runs
    assert [(len(each.laps), each.status) for each in runs] == [(1, None), (0, "dns")]
    assert race.state.heats[AGAIN].end_reason == "last_lap_closed"
    assert race.at(20_000).ask(ReinstateEntry(pair[1]))
    assert race.score(AGAIN).runs == runs


def test_a_late_word_of_a_broken_off_start_changes_nothing() -> None:
    """A log that stands a heat down after its go is replayed without sending it back."""
    race = running_race()
    race.at(11_000).append(HeatStoodDown(HEAT))
    assert race.state.heats[HEAT].phase is HeatPhase.RUNNING


@pytest.mark.parametrize("moment", ["running", "paused", "finished"])
def test_abandoning(moment: str) -> None:
    """Whatever has begun can be abandoned, once; nothing of it is under way any more."""
    race = running_race(2)
    race.crossing(12_000)
    if moment == "paused":
        race.at(13_000).ask(PauseHeat(HEAT, "red_flag"))
    if moment == "finished":
        race.at(13_000).ask(StopHeat(HEAT))
    command = AbandonHeat(HEAT, "wrong car")
    assert race.at(15_000).ask(command) == (HeatAbandoned(HEAT, ms(15_000), "wrong car"),)
    assert end(race) == ("abandoned", ms(13_000 if moment == "finished" else 15_000))
    heat = race.state.heats[HEAT]
    assert heat.phase is HeatPhase.ABANDONED
    assert all(pause.until_race_ns == ms(15_000) for pause in heat.pauses)
    assert race.state.active_heat is None
    assert race.refusal(command) == "heat_abandoned"
    assert race.refusal(StopHeat(HEAT)) == "heat_finished"
    assert race.refusal(StartHeat(HEAT)) == "heat_finished"
    assert race.standings() == ()


def test_only_what_has_begun_is_abandoned() -> None:
    """A heat in the queue, or at the line, is sent back or removed, not abandoned."""
    race = planned_race()
    assert race.refusal(AbandonHeat(HEAT, "")) == "heat_not_running"
    race.ask(CallNextHeat())
    assert race.refusal(AbandonHeat(HEAT, "")) == "heat_not_running"


def test_a_rerun_heads_the_queue() -> None:
    """A heat that is run again is a fresh one of the same entry and car, next to be called."""
    race = planned_race(3)
    race.ask(EquipRun(HEAT, EntryId("entry-1"), CarId("car-1"), None))
    race.at(10_000).ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.crossing(12_000)
    race.crossing(20_000)
    race.ask(AbandonHeat(HEAT, "beam moved", AGAIN))
    again = race.state.heats[AGAIN]
    assert (again.rerun_of, again.entry_ids, again.passes) == (HEAT, (EntryId("entry-1"),), {})
    assert again.runs[EntryId("entry-1")].equipment[-1].car_id == "car-1"
    assert race.state.queue == (AGAIN, HeatId("heat-2"), HeatId("heat-3"))
    assert race.standings() == ()
    assert race.refusal(AbandonHeat(HEAT, "", HeatId("third"))) == "heat_rerun"
    race.ask(CallNextHeat())
    race.ask(StartHeat(AGAIN))
    race.crossing(25_000)
    race.crossing(34_000)
    assert race.laps_ms("again") == [9_000]
    assert [row.best_lap_ns for row in race.standings()] == [ms(9_000)]


def test_an_abandoned_heat_can_be_run_again_later() -> None:
    """Who abandons without a re-run may still ask for one."""
    race = running_race()
    race.ask(AbandonHeat(HEAT, ""))
    (planned,) = race.ask(AbandonHeat(HEAT, "", AGAIN))
    assert isinstance(planned, HeatPlanned)
    race.ask(CallNextHeat())
    race.ask(StartHeat(AGAIN))
    assert race.refusal(AbandonHeat(AGAIN, "", HEAT)) == "heat_exists"


def test_lanes_stay_in_a_rerun() -> None:
    """A heat with lanes keeps them when it is run again."""
    race = planned_race(2)
    entries = (EntryId("entry-1"), EntryId("entry-2"))
    stage_id = race.state.heats[HEAT].stage_id
    race.append(HeatPlanned(HeatId("both"), stage_id, entries, 2, "Final", (2, 1)))
    race.ask(CallNextHeat(HeatId("both")))
    race.ask(StartHeat(HeatId("both")))
    race.ask(AbandonHeat(HeatId("both"), "", AGAIN))
    again = race.state.heats[AGAIN]
    assert [again.runs[each].lane for each in entries] == [2, 1]
    assert (again.round_number, again.match_name) == (2, "Final")


def test_an_interruption_waits_for_a_choice() -> None:
    """What interrupted a heat under way is noted, and settled by going on or by any end."""
    race = running_race()
    note = NoteInterruption("server_restarted")
    assert race.at(11_000).ask(note) == (HeatInterrupted(HEAT, ms(11_000), "server_restarted"),)
    assert [each.is_settled for each in race.state.heats[HEAT].interruptions] == [False]
    assert race.ask(ContinueHeat(HEAT)) == (HeatContinued(HEAT),)
    assert race.refusal(ContinueHeat(HEAT)) == "heat_not_interrupted"
    race.ask(NoteInterruption("node_restarted"))
    race.ask(StopHeat(HEAT))
    assert [each.is_settled for each in race.state.heats[HEAT].interruptions] == [True, True]


def test_nothing_is_interrupted_where_nothing_runs() -> None:
    """Without a heat under way there is nothing to note, and what is unknown is refused."""
    race = planned_race()
    assert race.ask(NoteInterruption("server_restarted")) == ()
    race.ask(CallNextHeat())
    assert race.ask(NoteInterruption("node_restarted")) == ()
    assert race.refusal(NoteInterruption("lightning")) == "unknown_cause"
    assert race.refusal(ContinueHeat(HEAT)) == "heat_not_running"


def test_the_limits_hold_in_an_interrupted_heat() -> None:
    """An interruption offers a choice and changes no time: the heat still ends by its rules."""
    race = running_race()
    race.crossing(12_000)
    race.ask(NoteInterruption("server_restarted"))
    race.at(50_000)
    assert end(race) == ("no_pass", ms(42_000))
