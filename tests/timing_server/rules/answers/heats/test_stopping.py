"""Emergency stops: what a button stops, and what lets cars drive again."""

from dataclasses import replace

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
    LiftStop,
    PressStop,
    ResumeHeat,
    ShowFlag,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import CloseEvent
from timing_server.rules.facts.heats import (
    EmergencyLifted,
    EmergencyStopped,
    HeatPaused,
    HeatStoodDown,
)
from timing_server.rules.facts.sensors import StopPressed, StopReleased
from timing_server.rules.units import NS_PER_S, HeatId, NodeId
from timing_server.service.live.heats.orders import heat_order

HEAT, NODE = HeatId("heat-1"), NodeId("node-1")
BUTTON = "stop-left"


def hold(race: ScriptedRace) -> None:
    node = race.node.relation()
    source = (node.node_id, node.boot_id, node.journal_id, node.seq)
    race.append(StopPressed(*source, BUTTON, 5), actor="node")


def let_go(race: ScriptedRace) -> None:
    node = race.node.relation()
    source = (node.node_id, node.boot_id, node.journal_id, node.seq)
    race.append(StopReleased(*source, BUTTON, 6), actor="node")


def press(at_ms: int | None = None) -> PressStop:
    return PressStop(NODE, BUTTON, None if at_ms is None else ms(at_ms))


def stopped(at_ms: int) -> EmergencyStopped:
    stop_id = f"{NODE}.{BUTTON}.{ms(at_ms)}"
    return EmergencyStopped(NODE, BUTTON, ms(at_ms), stop_id, "node")


def may_drive(race: ScriptedRace) -> bool:
    return any(run.is_go for run in heat_order(race.state).runs)


def test_a_running_heat_is_paused_from_the_press_on() -> None:
    """It should pause the heat at the press's instant, and forget passes that came behind it."""
    race = running_race()
    race.crossing(12_000)
    race.crossing(20_000)
    assert race.at(21_000).ask(press(19_500)) == (
        stopped(19_500),
        HeatPaused(HEAT, ms(19_500), "e_stop", None, None),
    )
    assert race.verdicts() == ["counted", "heat_paused"]
    assert not may_drive(race)


def test_a_person_lifts_it_and_then_resumes() -> None:
    """It should refuse to let cars drive until the button is free, the stop lifted, and resumed."""
    race = running_race().at(15_000)
    hold(race)
    race.ask(press())
    assert race.refusal(ResumeHeat(HEAT)) == "emergency_stop"
    assert race.refusal(ShowFlag(HEAT, "green")) == "emergency_stop"
    assert race.refusal(LiftStop()) == "emergency_stop_held"
    let_go(race)
    assert not may_drive(race)
    assert race.ask(LiftStop()) == (EmergencyLifted(),)
    assert not may_drive(race)
    race.ask(ResumeHeat(HEAT))
    assert may_drive(race)
    assert race.refusal(LiftStop()) == "no_emergency_stop"


def test_behind_the_lights_the_start_is_broken_off() -> None:
    """It should send a heat back to the queue whose lights are on."""
    race = planned_race(1, replace(OPTIONS, start_mode="lights")).at(5_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT, NS_PER_S))
    assert race.at(7_000).ask(press()) == (
        stopped(7_000),
        HeatStoodDown(HEAT),
    )


def test_an_armed_heat_whose_cars_may_drive() -> None:
    """It should hold cars that were let off for their first crossing, and refuse to arm again."""
    race = planned_race().at(5_000)
    race.ask(CallNextHeat())
    race.ask(ArmHeat(HEAT))
    assert HeatStoodDown(HEAT) in race.at(6_000).ask(press())
    race.ask(CallNextHeat())
    assert race.refusal(ArmHeat(HEAT)) == "emergency_stop"
    assert race.refusal(StartHeat(HEAT)) == "emergency_stop"


def test_history_stops_nothing() -> None:
    """It should leave a heat alone that began after a press that is heard late and was let go."""
    race = running_race().at(75_000)
    assert race.ask(press(9_000)) == ()
    hold(race)
    assert stopped(9_000) in race.ask(press(9_000))


def test_a_press_just_before_the_start_is_no_history() -> None:
    """It should stop a heat that began while a press was on its way, and let its laps stand."""
    race = running_race()
    race.crossing(12_000)
    assert race.at(15_000).ask(press(9_000)) == (
        stopped(9_000),
        HeatPaused(HEAT, ms(15_000), "e_stop", None, None),
    )
    assert race.verdicts() == ["counted"]


def test_a_press_from_before_a_stop_was_lifted() -> None:
    """It should not stop a heat again that a person let go on after a second button's old press."""
    race = running_race().at(15_000)
    race.ask(press(14_000))
    race.at(40_000).ask(LiftStop())
    race.ask(ResumeHeat(HEAT))
    assert race.at(80_000).ask(PressStop(NODE, "stop-right", ms(14_100))) == ()
    assert race.ask(PressStop(NODE, "stop-right", ms(79_000))) != ()


def test_a_button_that_is_broken() -> None:
    """It should lift the stop of a button that is never let go where it is told to."""
    race = running_race().at(15_000)
    hold(race)
    race.ask(press())
    assert race.refusal(LiftStop()) == "emergency_stop_held"
    assert race.ask(LiftStop(is_despite_held=True)) == (EmergencyLifted(),)
    race.ask(ResumeHeat(HEAT))
    assert may_drive(race)
    race.ask(press())
    assert race.ask(LiftStop()) == (EmergencyLifted(),)


def test_an_older_word_of_a_button() -> None:
    """It should believe a button's newest word, whichever came first."""
    race = running_race().at(15_000)
    pressed, released = race.node.relation(), race.node.relation()
    for fact, kind in ((released, StopReleased), (pressed, StopPressed)):
        source = (fact.node_id, fact.boot_id, fact.journal_id, fact.seq)
        race.append(kind(*source, BUTTON, 5), actor="node")
    assert race.state.held_stops == frozenset()


def test_no_event_closes_over_a_stop() -> None:
    """It should refuse to close the event, which would forget the stop."""
    race = planned_race().at(5_000)
    race.ask(press())
    assert race.refusal(CloseEvent()) == "emergency_stop"
    race.ask(LiftStop())
    race.ask(CloseEvent())


def test_pressed_twice_and_with_nobody_racing() -> None:
    """It should stop once, and stand without any heat; an old press with nobody racing doesn't."""
    race = running_race().at(15_000)
    race.ask(press())
    assert race.ask(press()) == ()
    race.ask(LiftStop())
    race.ask(StopHeat(HEAT))
    race.at(200_000)
    assert race.ask(press(100_000)) == ()
    assert race.ask(press(199_000)) == (stopped(199_000),)
