"""What the facts of virtual races do to the state."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from timing_server.rules.effects.change import NOTHING, Change, Effect, with_heat
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.virtual import (
    BootBound,
    RunBeganOver,
    RunSimulated,
    SubmissionMade,
    SubmissionPlayed,
    SubmissionRefused,
    SubmissionRetried,
    SubmissionWithdrawn,
    TrackRevealed,
    VirtualStagePlanned,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import has_begun
from timing_server.rules.passes.placing import place
from timing_server.rules.state.event import EventState
from timing_server.rules.state.passes import Relation
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import BoundRun, NewBeginning, Submission
from timing_server.rules.units import JournalId, SubmissionId

#: Simulated time is related by what bound the boot; no journal tells of it.
_NO_JOURNAL = JournalId("")


def _stage_planned(state: EventState, _: Recorded, fact: VirtualStagePlanned) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None:
        return NOTHING
    own = [each for each in state.heats.values() if each.stage_id == fact.stage_id]
    if stage.virtual is None and any(map(has_begun, own)):
        return NOTHING  # what was raced by real cars remains so
    heats = {
        key: replace(heat, is_virtual=True) if heat.stage_id == fact.stage_id else heat
        for key, heat in state.heats.items()
    }
    own_ids = {each.heat_id for each in own}
    return {
        **_with_stage(state, replace(stage, virtual=fact.rules, laid=None)),
        "heats": heats if stage.virtual is None else state.heats,
        "queue": tuple(each for each in state.queue if each not in own_ids),
    }


def _track_revealed(state: EventState, _: Recorded, fact: TrackRevealed) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None or stage.virtual is None:
        return NOTHING
    rules = replace(stage.virtual, track=fact.track, track_sha256=fact.track_sha256)
    return _with_stage(state, replace(stage, virtual=rules))


def _with_stage(state: EventState, stage: Stage) -> dict[str, Any]:
    return {"stages": {**state.stages, stage.stage_id: stage}}


# --- submissions -------------------------------------------------------------------------------


def _made(state: EventState, recorded: Recorded, fact: SubmissionMade) -> Change:
    if fact.submission_id in state.submissions:
        return NOTHING
    made = Submission(
        submission_id=fact.submission_id,
        stage_id=fact.stage_id,
        entry_id=fact.entry_id,
        model_sha256=fact.model_sha256,
        seed=fact.seed,
        made_race_ns=recorded.race_ns,
        made_wall_utc=recorded.wall_utc,
    )
    return _with(state, made)


def _withdrawn(state: EventState, _: Recorded, fact: SubmissionWithdrawn) -> Change:
    known = _waiting(state, fact.submission_id)
    return NOTHING if known is None else _with(state, replace(known, status="withdrawn"))


def _refused(state: EventState, _: Recorded, fact: SubmissionRefused) -> Change:
    known = _waiting(state, fact.submission_id)
    if known is None:
        return NOTHING
    refused = replace(known, status="refused", code=fact.code, sentence=fact.sentence)
    return _with(state, refused)


def _retried(state: EventState, _: Recorded, fact: SubmissionRetried) -> Change:
    known = state.submissions.get(fact.submission_id)
    if known is None or known.status not in ("refused", "withdrawn"):
        return NOTHING
    return _with(state, replace(known, status="waiting", code="", sentence=""))


def _played(state: EventState, _: Recorded, fact: SubmissionPlayed) -> Change:
    known, heat = state.submissions.get(fact.submission_id), state.heats.get(fact.heat_id)
    if known is None or heat is None or not heat.is_virtual:
        return NOTHING
    # A match may be raced with a model that has driven.
    if known.status != "waiting" and not (known.status == "driven" and heat.match_name):
        return NOTHING
    if heat.phase is not HeatPhase.SCHEDULED:
        return NOTHING
    return {
        **_with(state, replace(known, played_heat_id=fact.heat_id)),
        **with_heat(state, replace(heat, is_played=True)),
    }


def _simulated(state: EventState, _: Recorded, fact: RunSimulated) -> Change:
    """Name the heat that came of a submission: one, but for those that race in several matches."""
    known = state.submissions.get(fact.submission_id)
    if known is None or known.status not in ("waiting", "driven"):
        return NOTHING
    if fact.heat_id not in state.heats or fact.heat_id in known.heat_ids:
        return NOTHING
    if known.status == "driven" and fact.grid_place == 0:
        return NOTHING
    runs = (*known.runs, fact)
    return _with(state, replace(known, status="driven", heat_id=fact.heat_id, run=fact, runs=runs))


def _waiting(state: EventState, submission_id: SubmissionId) -> Submission | None:
    known = state.submissions.get(submission_id)
    return known if known is not None and known.status == "waiting" else None


def _with(state: EventState, submission: Submission) -> Change:
    return {"submissions": {**state.submissions, submission.submission_id: submission}}


# --- runs --------------------------------------------------------------------------------------


def _boot_bound(state: EventState, _: Recorded, fact: BootBound) -> Change:
    """Give the run its boot, once, and the boot's passes to the run's heat."""
    heat, key = state.heats.get(fact.heat_id), (fact.node_id, fact.boot_id)
    run = None if heat is None else heat.runs.get(fact.entry_id)
    if heat is None or run is None or run.boot is not None or key in state.boots:
        return NOTHING
    run = replace(run, boot=key)
    relation = Relation(0, fact.race_offset_ns, 0)
    change: Change = {
        **with_heat(state, replace(heat, runs={**heat.runs, fact.entry_id: run})),
        "boots": {**state.boots, key: BoundRun(fact.heat_id, fact.entry_id)},
        "relations": {**state.relations, key: {_NO_JOURNAL: (relation,)}},
    }
    moved = [
        known
        for shelf_key, shelf in state.passes.items()
        if shelf_key[0] == fact.node_id
        for known in shelf.values()
        if known.fact.boot_id == fact.boot_id
    ]
    return {**change, **place(replace(state, **change), moved)} if moved else change


def _began_over(state: EventState, _: Recorded, fact: RunBeganOver) -> Change:
    heat = state.heats.get(fact.heat_id)
    beginning = NewBeginning(fact.entry_id, fact.over_race_ns)
    if heat is None or fact.entry_id not in heat.runs or beginning in heat.beginnings:
        return NOTHING
    return with_heat(state, replace(heat, beginnings=(*heat.beginnings, beginning)))


EFFECTS: Mapping[type, Effect] = {
    VirtualStagePlanned: _stage_planned,
    TrackRevealed: _track_revealed,
    SubmissionMade: _made,
    SubmissionWithdrawn: _withdrawn,
    SubmissionRefused: _refused,
    SubmissionRetried: _retried,
    SubmissionPlayed: _played,
    BootBound: _boot_bound,
    RunBeganOver: _began_over,
    RunSimulated: _simulated,
}
