"""Emergency stops from screens and cars: what stands, who answered, and how it ends."""

from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.rules.scripted_race import ScriptedRace, loaded, ms, running_race
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.driving import (
    LiftCarStop,
    NoteObeyed,
    ReleaseRun,
    StopAll,
    StopCar,
)
from timing_server.rules.commands.heats import LiftStop, ResumeHeat, StopHeat
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.driving import CarStopLifted, CarStopped, StopObeyed
from timing_server.rules.facts.heats import EmergencyStopped, HeatPaused
from timing_server.rules.orders.driving import run_driving
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.live.heats.orders import heat_order

HEAT, ENTRY, RED = HeatId("heat-1"), EntryId("entry-1"), CarId("red")
MODEL = "ab" * 32


def racing() -> ScriptedRace:
    """Return a race whose running heat is driven by the red car."""
    race = running_race().at(12_000)
    race.ask(EquipRun(HEAT, ENTRY, RED, MODEL))
    assert loaded(RED, MODEL).is_warm
    return race


def may_drive(race: ScriptedRace) -> bool:
    heat = race.state.heats[HEAT]
    return run_driving(race.state, heat, heat.runs[ENTRY]).go_race_ns is not None


def test_a_person_stops_everything() -> None:
    """It should stop all cars and pause the heat from the instant of the finger on."""
    race = racing().at(15_000)
    assert race.ask(StopAll("s1", "race_control", ms(14_900))) == (
        EmergencyStopped(None, "", ms(14_900), "s1", "race_control"),
        HeatPaused(HEAT, ms(14_900), "e_stop", None, None),
    )
    assert not may_drive(race)
    assert race.refusal(ResumeHeat(HEAT)) == "emergency_stop_all"
    race.ask(LiftStop())
    assert not may_drive(race)
    race.at(16_000).ask(ResumeHeat(HEAT))
    assert may_drive(race)
    order = heat_order(race.state)
    assert (order.stops, order.lifted_stop_ids) == ((), ("s1",))


def test_a_finger_of_another_day_is_of_now() -> None:
    """It should believe an instant of a moment ago, neither an old one nor one ahead."""
    for pressed_ms in (4_000, 15_001):
        race = racing().at(15_000)
        stopped, _ = race.ask(StopAll("s1", "race_control", ms(pressed_ms)))
        assert isinstance(stopped, EmergencyStopped)
        assert stopped.stopped_race_ns == ms(15_000)


def test_two_people_stop_at_once() -> None:
    """It should know both presses, so that each car's own word for it ends with the lifting."""
    race = racing().at(15_000)
    race.ask(StopAll("s1", "race_control"))
    race.ask(StopAll("s2", "race_control"))
    assert [each.stop_id for each in heat_order(race.state).stops] == ["s1", "s2"]
    race.ask(LiftStop())
    assert set(heat_order(race.state).lifted_stop_ids) == {"s1", "s2"}


def test_a_nervous_thumb_fills_no_order() -> None:
    """It should take a few stops of one kind, and none that stops nothing more."""
    race = racing().at(15_000)
    for at in range(40):
        race.ask(StopAll(f"a{at}", "race_control"))
        race.ask(StopCar(RED, f"c{at}", "car"))
    assert len(race.state.stops) == 8
    assert race.ask(StopAll("a0", "race_control")) == ()
    race.ask(LiftStop())
    race.ask(LiftCarStop(RED))
    assert heat_order(race.state).stops == ()


def test_one_car_is_stopped_and_the_heat_goes_on() -> None:
    """It should stop that car until a person lifts it, and hold it then until its go."""
    race = racing().at(15_000)
    assert race.ask(StopCar(RED, "s1", "car", ms(14_990))) == (
        CarStopped(RED, "s1", "car", ms(14_990)),
    )
    order = heat_order(race.state)
    assert (order.phase, order.runs[0].is_go, order.runs[0].lease_id) == ("running", False, None)
    assert race.ask(StopCar(RED, "s1", "car")) == ()
    assert race.ask(LiftCarStop(RED)) == (CarStopLifted(RED, ("s1",)),)
    assert heat_order(race.state).runs[0].held == "e_stop"
    assert not may_drive(race)
    race.at(16_000).ask(ReleaseRun(HEAT, ENTRY))
    assert may_drive(race)
    assert race.refusal(LiftCarStop(RED)) == "car_not_stopped"


def test_a_stop_that_the_log_forgot_is_lifted_by_its_name() -> None:
    """It should lift what a car says it heeds, such as a stop of an event that was closed."""
    race = racing().at(15_000)
    assert race.ask(LiftCarStop(RED, ("old",))) == (CarStopLifted(RED, ("old",)),)
    assert heat_order(race.state).lifted_stop_ids == ("old",)


def test_one_car_is_not_let_off_from_a_stop_of_all() -> None:
    """It should lift what stops everything for everybody or for nobody."""
    race = racing().at(15_000)
    race.ask(StopAll("s1", "race_control"))
    assert race.refusal(LiftCarStop(RED, ("s1",))) == "car_not_stopped"


def test_a_car_says_when_it_stood() -> None:
    """It should keep the first word of each car, of stops that stand."""
    race = racing().at(15_000)
    race.ask(StopAll("s1", "race_control"))
    word = NoteObeyed(RED, "s1", ms(15_080), 3_000_000)
    assert race.ask(word) == (StopObeyed(RED, "s1", ms(15_080), 3_000_000),)
    assert race.ask(NoteObeyed(RED, "s1", ms(15_500), 0)) == ()
    stop = race.state.stop
    assert stop is not None
    assert stop.obeyed[RED].race_ns == ms(15_080)
    race.ask(LiftStop())
    assert race.ask(word) == ()


def test_a_heat_that_ends_leaves_the_stop() -> None:
    """It should stand until a person lifts it, whatever becomes of the heat."""
    race = racing().at(15_000)
    race.ask(StopCar(RED, "s1", "race_control"))
    race.ask(StopHeat(HEAT))
    assert [each.car_id for each in heat_order(race.state).stops] == [RED]


STEPS = st.sampled_from(["stop_all", "stop_car", "lift_all", "lift_car", "go", "resume", "obey"])


@given(st.lists(STEPS, max_size=12))
def test_no_car_drives_under_a_stop(steps: list[str]) -> None:
    """It should let no car drive while a stop of it stands, nor by its lifting alone.

    Every stop is either listed to the cars, or listed as lifted: no car waits for ever.
    """
    race = racing()
    made: list[str] = []
    for at, step in enumerate(steps):
        race.at(race.now_ms + 100)
        stop_id = f"s{at}"
        commands: dict[str, Command] = {
            "stop_all": StopAll(stop_id, "race_control"),
            "stop_car": StopCar(RED, stop_id, "driver"),
            "lift_all": LiftStop(),
            "lift_car": LiftCarStop(RED),
            "go": ReleaseRun(HEAT, ENTRY),
            "resume": ResumeHeat(HEAT),
            "obey": NoteObeyed(RED, made[-1] if made else "none", ms(race.now_ms), 0),
        }
        answer = decide(race.state, commands[step], ms(race.now_ms))
        if isinstance(answer, RuleViolation):
            continue
        race.append(*answer)
        if step.startswith("stop_") and answer:
            made.append(stop_id)
        order = heat_order(race.state)
        standing = {each.stop_id for each in order.stops}
        assert standing | set(order.lifted_stop_ids) >= set(made)
        assert not standing & set(order.lifted_stop_ids)
        if standing:
            assert not order.runs[0].is_go
        if step.startswith(("stop_", "lift_")):
            assert not order.runs[0].is_go
