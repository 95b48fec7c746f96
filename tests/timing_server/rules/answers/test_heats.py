from dataclasses import replace

import pytest

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedRace,
    ms,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat, Tick
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.commands.rulings import InsertPass, ReverseRuling, VoidPass
from timing_server.rules.decide import decide, next_due
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.units import CarId, EntryId, HeatId, RulingId

HEAT = HeatId("heat-1")


def end(race: ScriptedRace) -> tuple[str | None, int | None]:
    heat = race.state.heats[HEAT]
    return heat.end_reason, heat.ended_race_ns


def test_heats_are_called_in_order_and_one_at_a_time() -> None:
    """The first scheduled heat is called, and no other one until it is over."""
    race = planned_race(2)
    assert race.ask(CallNextHeat()) == (HeatCalled(HEAT),)
    assert race.refusal(CallNextHeat()) == "heat_called"
    race.ask(StartHeat(HEAT))
    assert race.refusal(CallNextHeat()) == "heat_running"
    race.ask(StopHeat(HEAT))
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)
    race.ask(StartHeat(HeatId("heat-2")))
    race.ask(StopHeat(HeatId("heat-2")))
    assert race.refusal(CallNextHeat()) == "no_heat_scheduled"


def test_only_a_called_heat_starts() -> None:
    """A heat starts once, from the line, at the instant of the command."""
    race = planned_race(2).at(9_000)
    assert race.refusal(StartHeat(HEAT)) == "heat_not_called"
    assert race.refusal(StartHeat(HeatId("nowhere"))) == "unknown_heat"
    race.ask(CallNextHeat())
    assert race.refusal(StartHeat(HeatId("heat-2"))) == "heat_not_called"
    assert race.ask(StartHeat(HEAT)) == (HeatStarted(HEAT, ms(9_000)),)
    assert race.refusal(StartHeat(HEAT)) == "heat_running"
    race.ask(StopHeat(HEAT))
    assert race.refusal(StartHeat(HEAT)) == "heat_finished"


def test_a_heat_called_by_mistake_goes_back() -> None:
    """Stopping a called heat sends it back to the head of the queue."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    assert race.ask(StopHeat(HEAT)) == (HeatStoodDown(HEAT),)
    assert race.refusal(StopHeat(HEAT)) == "heat_not_running"
    assert race.ask(CallNextHeat()) == (HeatCalled(HEAT),)


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


def test_running_a_heat_needs_an_open_event() -> None:
    """Heats run only while the event owns the gates."""
    fresh = ScriptedRace()
    fresh.append(*[each.fact for each in planned_race().log if "Opened" not in str(each.fact)])
    for command in (CallNextHeat(), StartHeat(HEAT), StopHeat(HEAT)):
        assert fresh.refusal(command) == "event_not_open"


def test_a_run_is_equipped_until_its_end() -> None:
    """Car and model may change before and during the run, not after it."""
    race = planned_race(2)
    command = EquipRun(HEAT, EntryId("entry-1"), CarId("car-1"), None)
    assert race.refusal(replace(command, heat_id=HeatId("x"))) == "unknown_heat"
    assert race.refusal(replace(command, entry_id=EntryId("entry-2"))) == "unknown_entry"
    race.ask(command)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.ask(replace(command, car_id=CarId("car-2")))
    race.ask(StopHeat(HEAT))
    assert race.refusal(command) == "heat_finished"


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
    race.crossing(20_000, gate="sector-1")
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
