"""What the facts about stages do to the state: to a stage, its heats, and who comes from it."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.plan import (
    StageChanged,
    StagePlanned,
    StageRemoved,
    StageScheduled,
    TrackLaid,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import has_begun
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import LaidTrack, Stage
from timing_server.rules.units import StageId


def _stage_planned(state: EventState, _: Recorded, fact: StagePlanned) -> Change:
    if fact.stage_id in state.stages:
        return NOTHING
    stage = Stage(
        fact.stage_id, fact.title, fact.format_name, fact.options, fact.kind, fact.is_open
    )
    return {"stages": {**state.stages, fact.stage_id: stage}}


def _stage_changed(state: EventState, _: Recorded, fact: StageChanged) -> Change:
    """Give the stage its new fields, and the heats that wait for it the options.

    The rules of a stage that has begun are those by which it was raced, whatever the log says.
    """
    stage = state.stages.get(fact.stage_id)
    if stage is None:
        return NOTHING
    changed = replace(
        stage,
        title=fact.title,
        format_name=fact.format_name,
        options=fact.options,
        kind=fact.kind,
        is_open=fact.is_open,
    )
    if replace(changed, title=stage.title) == stage:
        return {"stages": {**state.stages, stage.stage_id: changed}}
    if any(map(has_begun, _heats(state, stage.stage_id))):
        return NOTHING
    heats = {
        key: _under(heat, changed) if heat.stage_id == stage.stage_id else heat
        for key, heat in state.heats.items()
    }
    return {"stages": {**state.stages, stage.stage_id: changed}, "heats": heats}


def _under(heat: Heat, stage: Stage) -> Heat:
    return replace(heat, options=stage.options, is_practice=stage.kind == "practice")


def _stage_removed(state: EventState, _: Recorded, fact: StageRemoved) -> Change:
    """Take the stage and its heats out, unless one has begun or is at the line."""
    own = _heats(state, fact.stage_id)
    is_waiting = all(each.phase is HeatPhase.SCHEDULED and not has_begun(each) for each in own)
    if fact.stage_id not in state.stages or not is_waiting:
        return NOTHING
    gone = {each.heat_id for each in own}
    return {
        "stages": {
            key: _without_source(stage, fact.stage_id)
            for key, stage in state.stages.items()
            if key != fact.stage_id
        },
        "heats": {key: heat for key, heat in state.heats.items() if key not in gone},
        "queue": tuple(each for each in state.queue if each not in gone),
    }


def _without_source(stage: Stage, removed: StageId) -> Stage:
    """Return the stage without a rule by which entries came from a stage that is gone."""
    rule = stage.progression
    is_void = rule is not None and rule.from_stage_id == removed
    return replace(stage, progression=None) if is_void else stage


def _heats(state: EventState, stage_id: StageId) -> list[Heat]:
    return [each for each in state.heats.values() if each.stage_id == stage_id]


def _stage_scheduled(state: EventState, _: Recorded, fact: StageScheduled) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None:
        return NOTHING
    stage = replace(stage, starts_utc=fact.starts_utc, slot_ns=fact.slot_ns)
    return {"stages": {**state.stages, fact.stage_id: stage}}


def _track_laid(state: EventState, _: Recorded, fact: TrackLaid) -> Change:
    """Note the track; a stage that is raced on a virtual one has that."""
    stage = state.stages.get(fact.stage_id)
    if stage is None or stage.virtual is not None:
        return NOTHING
    laid = LaidTrack(fact.track, fact.track_sha256) if fact.track_sha256 else None
    return {"stages": {**state.stages, fact.stage_id: replace(stage, laid=laid)}}


EFFECTS: Mapping[type, Effect] = {
    StagePlanned: _stage_planned,
    StageChanged: _stage_changed,
    StageRemoved: _stage_removed,
    StageScheduled: _stage_scheduled,
    TrackLaid: _track_laid,
}
