"""Answers about emergency stops from screens and cars: of everything, of one car, and their end."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.stopping import stopped_heat
from timing_server.rules.answers.refusals import refuse_unless_open
from timing_server.rules.commands.driving import LiftCarStop, NoteObeyed, StopAll, StopCar
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.driving import CarStopLifted, CarStopped, StopObeyed
from timing_server.rules.facts.heats import EmergencyStopped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S

#: A finger's instant is believed as far back as a bad network may have kept it.
FINGER_NS = 10 * NS_PER_S
#: More stops of one kind stop nothing more; each costs every car a line in its orders.
STOPS_AT_ONCE = 4


def stop_all(state: EventState, command: StopAll, at_race_ns: int) -> Answer:
    """Stop every car and the heat, from the press on; each press is a stop of its own.

    Makes no facts where the stop is known, or enough of them stand.
    """
    if refusal := refuse_unless_open(state):
        return refusal
    standing = [each for each in state.stops if each.car_id is None]
    if _is_known(state, command.stop_id) or len(standing) >= STOPS_AT_ONCE:
        return ()
    pressed_ns = _pressed(command.pressed_race_ns, at_race_ns)
    facts: list[Fact] = [
        EmergencyStopped(None, "", pressed_ns, command.stop_id, command.source),
    ]
    if state.active_heat is not None:
        facts += stopped_heat(state.active_heat, pressed_ns, at_race_ns)
    return tuple(facts)


def stop_car(state: EventState, command: StopCar, at_race_ns: int) -> Answer:
    """Stop one car; clocks run on, since the others race. A car tells of its own until it is heard.

    Makes no facts where the stop is known, or enough of them stand.
    """
    standing = state.car_stops(command.car_id)
    if _is_known(state, command.stop_id) or len(standing) >= STOPS_AT_ONCE:
        return ()
    if refusal := refuse_unless_open(state):
        return refusal
    pressed_ns = _pressed(command.pressed_race_ns, at_race_ns)
    return (CarStopped(command.car_id, command.stop_id, command.source, pressed_ns),)


def lift_car_stop(state: EventState, command: LiftCarStop, _: int) -> Answer:
    """Lift what stops that car alone, and what it says it heeds though nothing here stands.

    What stops everything is lifted for everybody or for nobody.
    """
    if refusal := refuse_unless_open(state):
        return refusal
    for_all = {each.stop_id for each in state.stops if each.car_id is None}
    named = tuple(each for each in command.stop_ids if each not in for_all)
    if not named and not state.car_stops(command.car_id):
        return RuleViolation(
            "car_not_stopped",
            f"No emergency stop of car {command.car_id} is on.",
            {"car_id": command.car_id},
        )
    own = tuple(each.stop_id for each in state.car_stops(command.car_id))
    return (CarStopLifted(command.car_id, tuple(dict.fromkeys((*own, *named)))),)


def note_obeyed(state: EventState, command: NoteObeyed, _: int) -> Answer:
    """Note when a car was in neutral; nothing where the stop was lifted, or it is known."""
    for each in state.stops:
        if each.stop_id == command.stop_id and command.car_id not in each.obeyed:
            word = StopObeyed(
                command.car_id, command.stop_id, command.neutral_race_ns, command.bound_ns
            )
            return (word,)
    return ()


def _is_known(state: EventState, stop_id: str) -> bool:
    return stop_id in {*state.lifted_stop_ids, *(each.stop_id for each in state.stops)}


def _pressed(pressed_race_ns: int | None, at_race_ns: int) -> int:
    if pressed_race_ns is None or not at_race_ns - FINGER_NS <= pressed_race_ns <= at_race_ns:
        return at_race_ns
    return pressed_race_ns
