"""Answers to the commands that stop the clocks for a while, and to flags."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import heat_not_running, is_before_go, under_way
from timing_server.rules.answers.refusals import unknown_entry
from timing_server.rules.commands.heats import PauseHeat, ResumeHeat, ShowFlag
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import FlagShown, HeatPaused, HeatResumed
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.terms import timeouts_taken
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId

PAUSE_CAUSES = frozenset({"pause", "red_flag", "timeout"})
FLAGS = frozenset({"green", "yellow", "red"})


def pause_heat(state: EventState, command: PauseHeat, at_race_ns: int) -> Answer:
    """Stop everybody's clock; a timeout is one run's, counted, and ends by itself.

    A red flag, or a pause, takes over from a timeout, which then ends nothing any more.
    """
    heat = _pausable(state, command, at_race_ns)
    if isinstance(heat, RuleViolation):
        return heat
    if command.cause not in PAUSE_CAUSES:
        return RuleViolation(
            "unknown_cause",
            f"There is no cause '{command.cause}'; there are {', '.join(sorted(PAUSE_CAUSES))}.",
            {"cause": command.cause},
        )
    if command.cause != "timeout":
        is_paused = heat.phase is HeatPhase.PAUSED
        timeout_over = (HeatResumed(heat.heat_id, at_race_ns),) if is_paused else ()
        return (*timeout_over, HeatPaused(heat.heat_id, at_race_ns, command.cause, None, None))
    if command.entry_id is None or command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id or EntryId(""))
    most = heat.options.timeouts_max
    if timeouts_taken(heat, command.entry_id) >= most:
        return RuleViolation(
            "no_timeout_left",
            f"A run of this stage has {most} timeouts, and this one has taken them."
            if most
            else "A run of this stage has no timeouts; pause the heat instead.",
            {"entry_id": command.entry_id, "most": most},
        )
    until_ns = at_race_ns + heat.options.timeout_ns
    return (HeatPaused(heat.heat_id, at_race_ns, "timeout", command.entry_id, until_ns),)


def resume_heat(state: EventState, command: ResumeHeat, at_race_ns: int) -> Answer:
    """Let the clocks of a paused heat run again."""
    heat = under_way(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.phase is not HeatPhase.PAUSED:
        return RuleViolation(
            "heat_not_paused",
            f"Heat {heat.number} isn't paused.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return (HeatResumed(heat.heat_id, at_race_ns),)


def show_flag(state: EventState, command: ShowFlag, at_race_ns: int) -> Answer:
    """Show a flag; red stops the clocks, and the green after it lets them run again."""
    if command.flag not in FLAGS:
        return RuleViolation(
            "unknown_flag",
            f"There is no flag '{command.flag}'; there are green, yellow and red.",
            {"flag": command.flag},
        )
    if command.flag == "red":
        return pause_heat(state, PauseHeat(command.heat_id, "red_flag"), at_race_ns)
    heat = under_way(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    facts: list[Fact] = []
    if is_red(heat):
        facts.append(HeatResumed(heat.heat_id, at_race_ns))
    if heat.flag != command.flag:
        facts.append(FlagShown(heat.heat_id, command.flag))
    if not facts:
        return RuleViolation(
            "flag_shown", f"The {command.flag} flag is shown already.", {"flag": command.flag}
        )
    return tuple(facts)


def is_red(heat: Heat) -> bool:
    """Whether the red flag is out."""
    return heat.phase is HeatPhase.PAUSED and heat.pauses[-1].cause in {"red_flag", "e_stop"}


def _pausable(state: EventState, command: PauseHeat, at_race_ns: int) -> Heat | RuleViolation:
    heat = under_way(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.is_virtual:
        return RuleViolation(
            "heat_unpausable",
            f"Heat {heat.number} is driven on a virtual track, whose clock doesn't stand still; "
            "stop it instead.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    is_timeout = heat.phase is HeatPhase.PAUSED and heat.pauses[-1].cause == "timeout"
    if is_timeout and command.cause in PAUSE_CAUSES - {"timeout"}:
        return heat
    if heat.phase is HeatPhase.PAUSED:
        return RuleViolation(
            "heat_paused",
            f"Heat {heat.number} is paused already; resume it first.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return heat_not_running(heat) if is_before_go(heat, at_race_ns) else heat
