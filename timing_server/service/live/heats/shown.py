"""Which heat is shown, in which scene, and what the phases are called on the wire."""

from collections.abc import Mapping

from timing_server.contract.live.document import Scene
from timing_server.contract.machines.devices import HeatPhase
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.rankings import practice
from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.facts.heats import SHOW_ENDS
from timing_server.rules.heat_phases import AT_THE_LINE, UNDER_WAY
from timing_server.rules.heat_phases import HeatPhase as Phase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, Run
from timing_server.rules.state.plan import Stage
from timing_server.service.live.heats.queue import waiting_heats

PHASES: Mapping[Phase, HeatPhase] = {
    Phase.SCHEDULED: "idle",
    Phase.CALLED: "called",
    Phase.ARMED: "armed",
    Phase.RUNNING: "running",
    Phase.PAUSED: "paused",
    Phase.FINISHED: "finished",
    Phase.ABANDONED: "abandoned",
}


def shown_heat(state: EventState) -> Heat | None:
    """Return the heat between its call and its end, else the one that started last.

    One that was played before an audience is one of those. Of an event in which nothing was driven
    before people, the virtual heat that was recorded last. None where that one was abandoned:
    nothing of it counts, so every screen is cleared of it. One that broke off before an audience
    stays, to say why.
    """
    if state.active_heat is not None:
        return state.active_heat
    seen = [heat_id for _, heat_id in state.starts[-1:]]
    seen += [] if state.newest_played_id is None else [state.newest_played_id]
    heats = [state.heats[each] for each in seen or state.simulated[-1:]]
    last = max(heats, key=lambda each: each.started_race_ns or 0, default=None)
    return None if last is None or _is_cleared(last) else last


def _is_cleared(heat: Heat) -> bool:
    return heat.phase is Phase.ABANDONED and heat.end_reason not in SHOW_ENDS


def scene_of(state: EventState) -> Scene:
    """Say what the board is about now."""
    heat = shown_heat(state)
    if heat is None:
        return "idle"
    if heat.phase in AT_THE_LINE:
        return "called"
    if heat.phase in UNDER_WAY:
        return "running"
    if heat.is_virtual:
        return "result"  # whoever submits next may be quicker
    return "podium" if _is_settled(state, state.stages[heat.stage_id]) else "result"


def _is_settled(state: EventState, stage: Stage) -> bool:
    """Whether the event is decided: nothing of any stage is to come but practice.

    The best of an earlier stage are no winners yet: what comes next is what people want to see.
    """
    is_any_waiting = any(not each.is_practice for each in waiting_heats(state))
    stages = list(state.stages.values())
    raced_ids = {state.heats[heat_id].stage_id for _, heat_id in state.starts}
    raced_ids |= {state.heats[heat_id].stage_id for heat_id in state.simulated}
    is_more_planned = any(
        each.stage_id not in raced_ids and each.format_name != practice.FORMAT.name
        for each in stages[stages.index(stage) + 1 :]
    )
    return not (is_any_waiting or is_more_planned or _goes_on(state, stage))


def _goes_on(state: EventState, stage: Stage) -> bool:
    """Whether more comes of a stage than its heats in the queue: matches, or those who go on."""
    leads_on = any(
        each.progression is not None and each.progression.from_stage_id == stage.stage_id
        for each in state.stages.values()
    )
    return leads_on or any(not each.is_settled for each in matches_of(state, stage))


def first_run(heat: Heat) -> Run | None:
    """Return the run that stands for the heat: the first, in a practice the first on track."""
    out = entries_on_track(heat)
    entry_ids = out if heat.is_practice and out else heat.entry_ids
    return heat.runs[entry_ids[0]] if entry_ids else None
