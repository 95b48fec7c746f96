"""Which phase a heat must be in for a command, and what is said where it isn't."""

from timing_server.rules.answers.refusals import (
    heat_finished,
    heat_running,
    refuse_unless_open,
    unknown_heat,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.heat_phases import OVER, UNDER_WAY, HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import HeatId


def known_heat(state: EventState, heat_id: HeatId) -> Heat | RuleViolation:
    """Return a heat of the open event."""
    if refusal := refuse_unless_open(state):
        return refusal
    heat = state.heats.get(heat_id)
    return unknown_heat(heat_id) if heat is None else heat


def at_the_line(state: EventState, heat_id: HeatId) -> Heat | RuleViolation:
    """Return a heat that is called or armed."""
    heat = known_heat(state, heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.phase in UNDER_WAY:
        return heat_running(heat)
    if heat.phase in OVER:
        return heat_finished(heat)
    if heat.phase is HeatPhase.SCHEDULED:
        return RuleViolation(
            "heat_not_called",
            f"Heat {heat.number} isn't at the line; call it first.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return heat


def under_way(state: EventState, heat_id: HeatId) -> Heat | RuleViolation:
    """Return a heat that is running or paused."""
    heat = known_heat(state, heat_id)
    if isinstance(heat, RuleViolation) or heat.phase in UNDER_WAY:
        return heat
    return heat_finished(heat) if heat.phase in OVER else heat_not_running(heat)


def is_before_go(heat: Heat, at_race_ns: int) -> bool:
    """Whether the heat's lights are still on: its start lies ahead."""
    return heat.started_race_ns is not None and at_race_ns < heat.started_race_ns


def heat_not_running(heat: Heat) -> RuleViolation:
    """Refuse because that heat hasn't begun."""
    return RuleViolation(
        "heat_not_running",
        f"Heat {heat.number} isn't running.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )
