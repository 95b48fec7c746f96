"""Answers to the commands that begin, open and close an event, and that give gates their jobs."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.line_up import LANE_MAX
from timing_server.rules.answers.refusals import (
    already_exists,
    heat_running,
    refuse_unless_open,
)
from timing_server.rules.commands.plan import BindGate, CloseEvent, CreateEvent, OpenEvent
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatStoodDown
from timing_server.rules.facts.plan import EventClosed, EventCreated, EventOpened, GateBound
from timing_server.rules.heat_phases import UNDER_WAY
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import PRIORITY_MAX, EventPhase


def create_event(state: EventState, command: CreateEvent, _: int) -> Answer:
    """Begin the stream, once."""
    if state.phase is not EventPhase.UNKNOWN:
        return already_exists("event", command.event_id)
    return (EventCreated(command.event_id, command.time_zone, command.is_demo),)


def open_event(state: EventState, _: OpenEvent, __: int) -> Answer:
    """Open an event that isn't; one that was closed may open again."""
    if state.event_id is None:
        return RuleViolation("unknown_event", "There is no such event; create it first.")
    if state.is_open:
        return RuleViolation("event_open", "The event is already open.")
    return (EventOpened(state.event_id),)


def close_event(state: EventState, _: CloseEvent, __: int) -> Answer:
    """Close an open event; a heat that is only at the line stands down first."""
    if refusal := refuse_unless_open(state):
        return refusal
    heat = state.active_heat
    if heat is not None and heat.phase in UNDER_WAY:
        return heat_running(heat)
    stood_down = () if heat is None else (HeatStoodDown(heat.heat_id),)
    return () if state.event_id is None else (*stood_down, EventClosed(state.event_id))


def bind_gate(_: EventState, command: BindGate, __: int) -> Answer:
    """Give a gate its job from now on; the venue's stream has gates without any event."""
    if not command.role:
        return RuleViolation("no_role", "A gate needs a role, such as 'finish'.")
    if command.lane is not None and not 1 <= command.lane <= LANE_MAX:
        return RuleViolation(
            "option_out_of_range",
            f"A lane is a number from 1 to {LANE_MAX}, not {command.lane}.",
            {"option": "lane", "value": command.lane},
        )
    if not 0 <= command.priority <= PRIORITY_MAX:
        return RuleViolation(
            "option_out_of_range",
            f"A priority is a number from 0 to {PRIORITY_MAX}, not {command.priority}.",
            {"option": "priority", "value": command.priority},
        )
    fact = GateBound(command.node_id, command.gate, command.role, command.lane, command.priority)
    return (fact,)
