"""Answers to the commands that start a heat, end it, or say what becomes of one that broke off."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.ends import end_of
from timing_server.rules.answers.heats.guards import (
    at_the_line,
    heat_not_running,
    is_before_go,
    known_heat,
    under_way,
)
from timing_server.rules.answers.heats.readiness import refuse_unready
from timing_server.rules.answers.refusals import already_exists, heat_finished
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ContinueHeat,
    NoteInterruption,
    StartHeat,
    StopHeat,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import (
    HeatAbandoned,
    HeatContinued,
    HeatFinished,
    HeatInterrupted,
    HeatStarted,
    HeatStoodDown,
)
from timing_server.rules.facts.plan import HeatPlanned
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import AT_THE_LINE, OVER, UNDER_WAY, HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_S

#: Five lights, one more each second, as on the grids that everybody knows from television.
LIGHTS_NS = 5 * NS_PER_S
#: Longer than this nobody's nerves hold.
HOLD_MAX_NS = 10 * NS_PER_S
CAUSES = frozenset({"server_restarted", "node_restarted"})


def start_heat(state: EventState, command: StartHeat, at_race_ns: int) -> Answer:
    """Let the heat at the line drive: from now on, or when the lights go out.

    What is played before an audience always has lights: they give its worker time to hear of it.
    """
    heat = at_the_line(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    # A car that was ready is at the line still; the worker that was may be lost.
    is_asked = heat.phase is HeatPhase.CALLED or heat.is_virtual
    if is_asked and (refusal := refuse_unready(state, heat, command.cars)):
        return refusal
    if heat.options.start_mode != "lights" and not heat.is_virtual:
        return (HeatStarted(heat.heat_id, at_race_ns),)
    if not 0 <= command.hold_ns <= HOLD_MAX_NS:
        return RuleViolation(
            "hold_out_of_range",
            f"The lights can stay on for 0 to {HOLD_MAX_NS // NS_PER_S} s, "
            f"not for {command.hold_ns} ns.",
            {"most_s": HOLD_MAX_NS // NS_PER_S},
        )
    return (HeatStarted(heat.heat_id, at_race_ns + LIGHTS_NS + command.hold_ns, at_race_ns),)


def stop_heat(state: EventState, command: StopHeat, at_race_ns: int) -> Answer:
    """End the heat under way now; one at the line, or behind lights, heads the queue again.

    A last lap that was closed had ended it: nobody can stop what is over. A limit that was reached
    hadn't, as long as no Tick said so: right after a restart passes may still be on their way.
    """
    heat = known_heat(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.phase not in UNDER_WAY | AT_THE_LINE:
        return heat_finished(heat) if heat.phase in OVER else heat_not_running(heat)
    if heat.phase in AT_THE_LINE or is_before_go(heat, at_race_ns):
        return (HeatStoodDown(heat.heat_id),)
    if heat.is_virtual:
        # A simulated run is there whole or not at all.
        return (HeatAbandoned(heat.heat_id, at_race_ns, "show_stopped"),)
    end = end_of(state, heat)
    if end is not None and end.reason == "last_lap_closed" and end.ended_race_ns <= at_race_ns:
        return (end,)
    return (HeatFinished(heat.heat_id, at_race_ns, "stopped"),)


def abandon_heat(state: EventState, command: AbandonHeat, at_race_ns: int) -> Answer:
    """Say that nothing of a heat counts that has begun, and plan it afresh where that is wanted.

    One that was abandoned before can still be run again, once.
    """
    heat = known_heat(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.phase is HeatPhase.ABANDONED and command.rerun_heat_id is None:
        return RuleViolation(
            "heat_abandoned",
            f"Heat {heat.number} is abandoned already.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    if heat.phase not in UNDER_WAY | OVER:
        return heat_not_running(heat)
    facts: list[Fact] = []
    if heat.phase is not HeatPhase.ABANDONED:
        facts.append(HeatAbandoned(heat.heat_id, at_race_ns, command.reason))
    if command.rerun_heat_id is not None:
        rerun = _rerun(state, heat, command)
        if isinstance(rerun, RuleViolation):
            return rerun
        facts.append(rerun)
    return tuple(facts)


def _rerun(state: EventState, heat: Heat, command: AbandonHeat) -> HeatPlanned | RuleViolation:
    """Return the plan of a heat like the abandoned one: entries, lanes, round and match."""
    if command.rerun_heat_id is None or command.rerun_heat_id in state.heats:
        return already_exists("heat", command.rerun_heat_id or heat.heat_id)
    if heat.is_virtual:
        return RuleViolation(
            "heat_virtual",
            f"Heat {heat.number} was driven on a virtual track; submit the model again.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    again = next((each for each in state.heats.values() if each.rerun_of == heat.heat_id), None)
    if again is not None:
        return RuleViolation(
            "heat_rerun",
            f"Heat {heat.number} is run again as heat {again.number} already.",
            {"heat_id": heat.heat_id, "number": heat.number, "rerun_number": again.number},
        )
    lanes = tuple(heat.runs[entry_id].lane for entry_id in heat.entry_ids)
    return HeatPlanned(
        heat_id=command.rerun_heat_id,
        stage_id=heat.stage_id,
        entry_ids=heat.entry_ids,
        round_number=heat.round_number,
        match_name=heat.match_name,
        lanes=tuple(each for each in lanes if each is not None) if None not in lanes else (),
        rerun_of=heat.heat_id,
    )


def note_interruption(state: EventState, command: NoteInterruption, at_race_ns: int) -> Answer:
    """Note that the machine that keeps time was away, where a heat is under way."""
    if command.cause not in CAUSES:
        return RuleViolation(
            "unknown_cause",
            f"There is no cause '{command.cause}'; there are {', '.join(sorted(CAUSES))}.",
            {"cause": command.cause},
        )
    heat = state.active_heat
    if heat is None or heat.phase not in UNDER_WAY or heat.is_virtual:
        return ()  # what a simulated run did is told all the same, later
    return (HeatInterrupted(heat.heat_id, at_race_ns, command.cause),)


def continue_heat(state: EventState, command: ContinueHeat, _: int) -> Answer:
    """Let an interrupted heat go on as it is."""
    heat = under_way(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if all(each.is_settled for each in heat.interruptions):
        return RuleViolation(
            "heat_not_interrupted",
            f"Heat {heat.number} goes on already; nothing interrupted it.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return (HeatContinued(heat.heat_id),)
