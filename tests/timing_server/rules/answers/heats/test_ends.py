from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import (
    ArmHeat,
    CallNextHeat,
    PauseHeat,
    ResumeHeat,
    StartHeat,
    StopHeat,
    Tick,
)
from timing_server.rules.commands.rulings import InsertPass, ReverseRuling, VoidPass
from timing_server.rules.decide import decide, next_due
from timing_server.rules.facts.heats import HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.units import EntryId, HeatId, RulingId

HEAT = HeatId("heat-1")


def end(race: ScriptedRace) -> tuple[str | None, int | None]:
    heat = race.state.heats[HEAT]
    return heat.end_reason, heat.ended_race_ns


def test_a_heat_without_a_pass_ends_after_the_idle_limit() -> None:
    """A heat with no pass for the idle limit since its start is over at exactly that instant."""
    race = running_race()
    assert next_due(race.state) == ms(40_000)
    assert decide(race.state, Tick(), ms(40_000) - 1) == ()
    race.at(41_000)
    assert end(race) == ("no_pass", ms(40_000))


def test_the_idle_limit_counts_from_the_last_pass() -> None:
    """Any pass shows life, whatever its verdict: the idle limit begins anew."""
    race = running_race(options=replace(OPTIONS, window_ns=ms(300_000)))
    race.crossing(12_000)
    race.crossing(13_000)
    race.crossing(20_000, gate="pit-lane")
    race.at(51_000)
    assert end(race) == ("no_pass", ms(50_000))


def test_a_ruling_ends_no_heat_in_the_past() -> None:
    """A pass that was struck or taken back still shows that somebody was there at that time."""
    race = running_race()
    ref = race.crossing(35_000)
    race.at(45_000).ask(VoidPass(RulingId("r1"), ref, "a hand"))
    assert next_due(race.state) == ms(65_000)
    race.at(60_000).ask(InsertPass(RulingId("r2"), HEAT, None, 0, "saw it"))
    race.ask(ReverseRuling(RulingId("r3"), RulingId("r2"), "no, I didn't"))
    assert next_due(race.state) == ms(90_000)


def test_the_window_ends_after_its_grace() -> None:
    """Without a pass that closes the lap under way, the heat ends with the grace."""
    race = running_race(options=replace(OPTIONS, idle_limit_ns=ms(60_000)))
    race.crossing(12_000)
    race.crossing(40_000)
    assert next_due(race.state) == ms(62_000)
    race.at(70_000)
    assert end(race) == ("window_closed", ms(62_000))


def test_the_last_lap_ends_the_heat_when_it_closes() -> None:
    """The counted pass at or after the window's end ends the heat at its own instant."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(41_999)
    race.crossing(50_123)
    assert end(race) == ("last_lap_closed", ms(50_123))


def test_a_lap_that_closes_with_the_window_is_the_last() -> None:
    """A pass at the very end of the window closes the last lap."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(27_000)
    race.crossing(42_000)
    assert end(race) == ("last_lap_closed", ms(42_000))


@pytest.mark.parametrize("finished", [False, True])
def test_nothing_is_due_while_no_heat_runs(finished: bool) -> None:
    """A tick is wanted only while a heat runs, and otherwise makes no facts."""
    race = planned_race()
    race.ask(CallNextHeat())
    if finished:
        race.ask(StartHeat(HEAT))
        race.ask(StopHeat(HEAT))
    assert next_due(race.state) is None
    assert decide(race.state, Tick(), ms(999_000)) == ()


def test_silence_means_nothing_while_no_node_is_heard() -> None:
    """A heat doesn't end for want of passes while its finish node isn't heard."""
    race = running_race()
    assert next_due(race.state, None) is None
    assert decide(race.state, Tick(None), ms(999_000)) == ()
    assert next_due(race.state, ms(60_000)) == ms(90_000)
    assert decide(race.state, Tick(ms(60_000)), ms(90_000)) == (
        HeatFinished(HEAT, ms(90_000), "no_pass"),
    )


def test_windows_close_though_no_node_is_heard() -> None:
    """The other limits hold whoever is heard: the clocks of the race go on."""
    race = running_race()
    race.crossing(12_000)
    assert next_due(race.state, None) == ms(12_000 + 30_000 + 20_000)


def test_pauses_push_every_limit_back() -> None:
    """Idle limit, window and grace all grow by a pause, and nothing ends during one."""
    race = running_race()
    race.at(20_000).ask(PauseHeat(HEAT, "pause"))
    assert next_due(race.state) is None
    race.at(100_000).ask(ResumeHeat(HEAT))
    assert next_due(race.state) == ms(40_000 + 80_000)
    race.crossing(110_000)
    race.crossing(130_000)
    race.at(150_000)
    race.ask(PauseHeat(HEAT, "pause"))
    race.at(151_000).ask(ResumeHeat(HEAT))
    # The window opened at 110 s; grace and idle limit both began at 130 s and 140 s.
    assert next_due(race.state) == ms(130_000 + 30_000 + 1_000)


def test_a_run_that_was_ruled_out_holds_nothing_up() -> None:
    """The last lap of those who still race ends the heat."""
    race = planned_race(2).at(1_000)
    both = HeatId("both")
    race.append(HeatPlanned(both, race.state.heats[HEAT].stage_id, _entries(2)))
    race.ask(CallNextHeat(both))
    race.append(RunRuled(RulingId("r1"), both, EntryId("entry-2"), "dns", "not there"))
    race.at(10_000).ask(StartHeat(both))
    race.crossing(12_000)
    race.crossing(30_000)
    race.crossing(45_000)
    heat = race.state.heats[both]
    assert (heat.end_reason, heat.ended_race_ns) == ("last_lap_closed", ms(45_000))


def _entries(count: int) -> tuple[EntryId, ...]:
    return tuple(EntryId(f"entry-{number}") for number in range(1, count + 1))


def test_the_first_crossing_starts_an_armed_heat() -> None:
    """The first pass of the line since the heat was armed starts it, and opens its first lap."""
    race = planned_race().at(5_000)
    race.ask(CallNextHeat())
    race.crossing(7_000)
    race.at(8_000).ask(ArmHeat(HEAT))
    assert next_due(race.state) is None
    race.crossing(9_000, gate="pit-lane")
    assert next_due(race.state) is None
    race.crossing(10_000)
    assert race.state.heats[HEAT].started_race_ns == ms(10_000)
    race.crossing(17_000)
    assert race.laps_ms() == [7_000]
    assert race.verdicts() == ["other_gate", "counted", "counted"]


def test_by_hand_no_crossing_starts_the_heat() -> None:
    """Under 'hand' an armed heat waits for the command; who crosses before it is on show."""
    race = planned_race(options=replace(OPTIONS, start_mode="hand")).at(5_000)
    race.ask(CallNextHeat())
    race.ask(ArmHeat(HEAT))
    race.crossing(9_000)
    assert next_due(race.state) is None
    assert race.at(12_000).ask(StartHeat(HEAT)) == (HeatStarted(HEAT, ms(12_000)),)
    assert race.verdicts() == ["before_start"]


def test_a_practice_ends_by_hand_alone() -> None:
    """People come and go in a practice until somebody stops it."""
    race = practice_race()
    assert next_due(race.state) is None
    race.at(9_000_000).ask(StopHeat(HeatId("practice")))
    assert race.state.heats[HeatId("practice")].end_reason == "stopped"


def practice_race() -> ScriptedRace:
    """Return a race whose practice heat runs since 1 s."""
    race = planned_race(2)
    stage = replace(race.state.stages[race.state.heats[HEAT].stage_id], kind="practice")
    race.state = replace(race.state, stages={stage.stage_id: stage})
    race.append(HeatPlanned(HeatId("practice"), stage.stage_id, ()))
    race.at(1_000).ask(CallNextHeat(HeatId("practice")))
    race.ask(StartHeat(HeatId("practice")))
    return race
