"""Answers about emergency stops: a button stops whatever is under way, a person lifts the stop."""

from collections.abc import Callable
from typing import Any

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import is_before_go
from timing_server.rules.answers.refusals import refuse_unless_open
from timing_server.rules.commands.heats import LiftStop, PressStop, ShowFlag
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import (
    EmergencyLifted,
    EmergencyStopped,
    HeatPaused,
    HeatResumed,
    HeatStoodDown,
)
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.terms import FIRST_CROSSING
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_S

E_STOP = "e_stop"
#: A press that arrives later than this, from a node that was away, may be history.
STALE_NS = 60 * NS_PER_S


def press_stop(state: EventState, command: PressStop, at_race_ns: int) -> Answer:
    """Stop the heat that is under way, from the press on; the stop stands until it is lifted.

    A press is judged by its own instant: one of more than a minute ago, heard late and let go
    since, stops no heat that began after it, nor one that a person let go on from a stop after it.
    Without an instant it is now.
    """
    pressed_ns = at_race_ns if command.pressed_race_ns is None else command.pressed_race_ns
    pressed_ns = min(pressed_ns, at_race_ns)
    heat = state.active_heat
    is_held = (command.node_id, command.button) in state.held_stops
    if not is_held and _is_history(heat, pressed_ns, at_race_ns):
        return ()
    facts: list[Fact] = []
    if state.stop is None:
        stop_id = f"{command.node_id}.{command.button}"[:100] + f".{pressed_ns}"
        facts.append(EmergencyStopped(command.node_id, command.button, pressed_ns, stop_id, "node"))
    if heat is not None:
        facts += stopped_heat(heat, pressed_ns, at_race_ns)
    return tuple(facts)


def _is_history(heat: Heat | None, pressed_ns: int, at_race_ns: int) -> bool:
    if at_race_ns - pressed_ns <= STALE_NS:
        return False
    begun_ns = None if heat is None else _begun_ns(heat)
    return begun_ns is None or pressed_ns < begun_ns


def _begun_ns(heat: Heat) -> int | None:
    """Return from when on a press concerns the heat: its begin, or when it went on from a stop."""
    resumed = [each.until_race_ns for each in heat.pauses if each.cause == E_STOP]
    known = [each for each in resumed if each is not None]
    instants = (heat.armed_race_ns, heat.lights_race_ns, heat.started_race_ns)
    begun = [each for each in instants if each is not None]
    return max(known, default=None) or min(begun, default=None)


def stopped_heat(heat: Heat, pressed_ns: int, at_race_ns: int) -> list[Fact]:
    """Return what becomes of the heat: sent back before its go, paused behind it.

    Nothing of one on a virtual track, which no car of this venue drives.
    """
    if heat.is_virtual:
        return []
    may_drive = heat.phase is HeatPhase.ARMED and heat.options.start_mode == FIRST_CROSSING
    if may_drive or (heat.phase is HeatPhase.RUNNING and is_before_go(heat, at_race_ns)):
        return [HeatStoodDown(heat.heat_id)]
    if heat.phase is HeatPhase.PAUSED and heat.pauses[-1].cause == "timeout":
        resumed = HeatResumed(heat.heat_id, at_race_ns)
        return [resumed, HeatPaused(heat.heat_id, at_race_ns, E_STOP, None, None)]
    if heat.phase is not HeatPhase.RUNNING:
        return []
    ends = [each.until_race_ns for each in heat.pauses if each.until_race_ns is not None]
    began_ns = max([heat.started_race_ns or 0, *ends])
    # Cars that drove on although it was pressed before have driven: their laps stand.
    from_ns = pressed_ns if pressed_ns >= began_ns else at_race_ns
    return [HeatPaused(heat.heat_id, from_ns, E_STOP, None, None)]


def lift_stop(state: EventState, command: LiftStop, _: int) -> Answer:
    """Lift the stop, where no button is held any more; the heat stays paused until resumed."""
    if refusal := refuse_unless_open(state):
        return refusal
    if state.stop is None:
        return RuleViolation("no_emergency_stop", "No emergency stop is on.")
    if state.held_stops and not command.is_despite_held:
        node_id, button = min(state.held_stops)
        return RuleViolation(
            "emergency_stop_held",
            f"Button '{button}' of node '{node_id}' is still pressed; release it first.",
            {"button": button, "node_id": node_id},
        )
    return (EmergencyLifted(),)


def unless_stopped(answer: Callable[[EventState, Any, int], Answer]) -> Callable[..., Answer]:
    """Refuse what would let cars drive, or forget the stop, as long as one stands."""

    def answered(state: EventState, command: Any, at_race_ns: int) -> Answer:
        is_harmless = isinstance(command, ShowFlag) and command.flag != "green"
        if state.stop is None or is_harmless:
            return answer(state, command, at_race_ns)
        button = state.stop.button
        named = f" '{button}'" if button else ""
        return RuleViolation(
            "emergency_stop" if button else "emergency_stop_all",
            f"The emergency stop{named} is on; lift it first.",
            {"button": button} if button else {},
        )

    return answered
