"""Answers to the commands that run a heat, and the rules by which a heat ends by itself."""

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.refusals import (
    heat_called,
    heat_finished,
    heat_running,
    refuse_unless_open,
    refuse_unless_planning,
    unknown_entry,
    unknown_heat,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat, Tick
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.facts.plan import RunEquipped
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat


def equip_run(state: EventState, command: EquipRun, _: int) -> Answer:
    """Put a car and a model on a run, before it or during it."""
    if refusal := refuse_unless_planning(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id)
    if heat.phase is HeatPhase.FINISHED:
        return heat_finished(heat)
    return (RunEquipped(command.heat_id, command.entry_id, command.car_id, command.model_sha256),)


def call_next_heat(state: EventState, _: CallNextHeat, __: int) -> Answer:
    """Call the first scheduled heat that still has an entry; one heat at a time."""
    if refusal := refuse_unless_open(state):
        return refusal
    if (active := state.active_heat) is not None:
        return heat_called(active) if active.phase is HeatPhase.CALLED else heat_running(active)
    for heat in state.heats.values():
        if heat.phase is HeatPhase.SCHEDULED and _has_entry(state, heat):
            return (HeatCalled(heat.heat_id),)
    return RuleViolation("no_heat_scheduled", "No heat is left in the queue; plan one first.")


def _has_entry(state: EventState, heat: Heat) -> bool:
    entries = (state.entries.get(entry_id) for entry_id in heat.entry_ids)
    return any(entry is not None and not entry.is_withdrawn for entry in entries)


def start_heat(state: EventState, command: StartHeat, at_race_ns: int) -> Answer:
    """Let the called heat drive from now on."""
    if refusal := refuse_unless_open(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if heat.phase is HeatPhase.RUNNING:
        return heat_running(heat)
    if heat.phase is HeatPhase.FINISHED:
        return heat_finished(heat)
    if heat.phase is HeatPhase.SCHEDULED:
        return RuleViolation(
            "heat_not_called",
            f"Heat {heat.number} isn't at the line; call it first.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return (HeatStarted(heat.heat_id, at_race_ns),)


def stop_heat(state: EventState, command: StopHeat, at_race_ns: int) -> Answer:
    """End a running heat now; a called one stands down and heads the queue again.

    A last lap that was closed had ended it: nobody can stop what is over. A limit that was reached
    hadn't, as long as no Tick said so: right after a restart passes may still be on their way.
    """
    if refusal := refuse_unless_open(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if heat.phase is HeatPhase.CALLED:
        return (HeatStoodDown(heat.heat_id),)
    if heat.phase is not HeatPhase.RUNNING:
        return heat_finished(heat) if heat.phase is HeatPhase.FINISHED else _not_running(heat)
    end = end_of(state, heat)
    is_over = end.reason == "last_lap_closed" and end.ended_race_ns <= at_race_ns
    return (end if is_over else HeatFinished(heat.heat_id, at_race_ns, "stopped"),)


def _not_running(heat: Heat) -> RuleViolation:
    return RuleViolation(
        "heat_not_running",
        f"Heat {heat.number} isn't running.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def tick(state: EventState, _: Tick, at_race_ns: int) -> Answer:
    """End the running heat if a rule had it end by now, at the rule's own instant."""
    heat = state.active_heat
    if heat is None or heat.phase is not HeatPhase.RUNNING:
        return ()
    end = end_of(state, heat)
    return (end,) if end.ended_race_ns <= at_race_ns else ()


def end_of(state: EventState, heat: Heat) -> HeatFinished:
    """Return how a running heat ends if no further fact comes, by the earliest of three rules.

    - ``last_lap_closed``: every run's last lap was closed; it ended with the latest of them.
    - ``window_closed``: the grace after the last window is over.
    - ``no_pass``: nothing passed a gate for the idle limit. A pass that a ruling struck counts
      here: somebody was there, and a ruling must not end a heat in the past.
    """
    score = score_heat(state, heat.heat_id)
    options = heat.options
    # A running heat has started, so there is a sign of life: the start at least.
    last_sign_ns = score.last_sign_ns if score.last_sign_ns is not None else state.race_ns
    ends = [(last_sign_ns + options.idle_limit_ns, "no_pass")]
    closed = [run.last_lap_closed_ns for run in score.runs]
    windows = [run.window_closes_ns for run in score.runs]
    closed_ns = [each for each in closed if each is not None]
    windows_ns = [each for each in windows if each is not None]
    if closed_ns and len(closed_ns) == len(closed):
        ends.append((max(closed_ns), "last_lap_closed"))
    elif windows_ns and len(windows_ns) == len(windows):
        ends.append((max(windows_ns) + options.grace_ns, "window_closed"))
    # At the same instant a lap that closed says more than a limit: it comes first by name, too.
    ended_race_ns, reason = min(ends)
    return HeatFinished(heat.heat_id, ended_race_ns, reason)


ANSWERS: Answers = {
    EquipRun: equip_run,
    CallNextHeat: call_next_heat,
    StartHeat: start_heat,
    StopHeat: stop_heat,
    Tick: tick,
}
