"""What the matches of a virtual stage need next: heats that are due, and models in the queue."""

from collections.abc import Iterator
from itertools import count

from timing_server.formats.brackets.due import needed
from timing_server.formats.brackets.tables import matches_of
from timing_server.rules.answers.virtual.stages import is_by_matches, is_head_to_head
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.commands.plan import MarkNoShow
from timing_server.rules.commands.progression import MatchHeat, PlanMatches
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import EventPhase, Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import EntryId, HeatId, RulingId, StageId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.log.draft import Draft
from timing_server.service.ports import NewId
from timing_server.service.virtual.head_to_head.pairing import open_matches, stage_of
from timing_server.service.virtual.stages import SERVER_ACTOR


def plan_due(draft: Draft, event_id: str, stage_id: StageId, new_id: NewId, actor: str) -> None:
    """Plan the heats of the matches that are due after one was driven, and queue their models."""
    stream = StreamId(event_id)
    state = draft.head(stream).state
    stage = state.stages[stage_id]
    if not is_by_matches(stage):
        return
    command = _plan_of(state, stage, new_id)
    if command.heats or command.removed_heat_ids:
        draft.decide(stream, command, actor)
    queue_models(draft, event_id, stage_id)


def as_planned(state: EventState, stage: Stage) -> EventState:
    """Return the state as it will be once the matches that are due are planned."""
    ids = count(1)
    command = _plan_of(state, stage, lambda: f"due-{next(ids)}")
    facts = decide(state, command, state.race_ns)
    for fact in () if isinstance(facts, RuleViolation) else facts:
        seq, race_ns = state.seq + 1, state.race_ns
        state = reduce(state, Recorded(state.stream, seq, race_ns, "", SERVER_ACTOR, None, fact))
    return state


def _plan_of(state: EventState, stage: Stage, new_id: NewId) -> PlanMatches:
    need = needed(state, stage)
    heats = tuple(
        MatchHeat(
            heat_id=HeatId(new_id()),
            match_name=each.match_name,
            entry_ids=each.entry_ids,
            round_number=each.round_number,
            lanes=each.lanes,
        )
        for each in need.heats
    )
    return PlanMatches(stage.stage_id, heats, need.removed_heat_ids)


def queue_models(draft: Draft, event_id: str, stage_id: StageId) -> None:
    """Put into the queue with what the entries of matches race that are still to be driven.

    Does nothing for other stages.
    """
    state = draft.head(StreamId(event_id)).state
    stage = state.stages.get(stage_id)
    if stage is None or not (is_head_to_head(stage) and is_by_matches(stage)):
        return
    for submission in _models(state, stage):
        if submission.submission_id not in draft.known.jobs:
            job = Job(submission.submission_id, event_id, submission.model_sha256)
            draft.put_job(job)


def _models(state: EventState, stage: Stage) -> Iterator[Submission]:
    for heat in open_matches(state, stage):
        for entry_id in heat.entry_ids:
            newest = newest_model(state, stage.stage_id, entry_id)
            if newest is not None:
                yield newest


def newest_model(state: EventState, stage_id: StageId, entry_id: EntryId) -> Submission | None:
    """Return the submission with which an entry races its matches, None without any."""
    own = [
        each
        for each in state.submissions.values()
        if each.stage_id == stage_id
        and each.entry_id == entry_id
        and each.status in ("waiting", "driven")
    ]
    return own[-1] if own else None


def racing_in(draft: Draft, model_sha256: str) -> Stage | None:
    """Return a stage by matches in which an entry may still have to race with this model.

    Until the last match is decided: rulings may bring back who has lost.
    """
    for event_id in draft.known.venue.events:
        state = draft.head(StreamId(event_id)).state
        if state.phase is EventPhase.CLOSED:
            continue
        for each in state.submissions.values():
            stage = stage_of(state, each) if each.model_sha256 == model_sha256 else None
            if stage is None or newest_model(state, stage.stage_id, each.entry_id) is not each:
                continue
            if not all(match.is_settled for match in matches_of(state, stage)):
                return stage
    return None


def rule_out(
    draft: Draft, stream: StreamId, submission: Submission, new_id: NewId, reason: str
) -> None:
    """Rule that an entry doesn't come to its matches whose model is gone, so that nobody waits."""
    state = draft.head(stream).state
    stage = stage_of(state, submission)
    for heat in () if stage is None else tuple(open_matches(state, stage)):
        entry_id = submission.entry_id
        if entry_id in heat.entry_ids and is_expected(state, heat, entry_id):
            no_show = MarkNoShow(RulingId(new_id()), entry_id, heat.heat_id, reason)
            draft.decide(stream, no_show, SERVER_ACTOR)


def superseded(draft: Draft, event_id: str, newest: SubmissionId) -> Iterator[SubmissionId]:
    """Yield what waits of the same entry for the same matches: it races with its newest model."""
    state = draft.head(StreamId(event_id)).state
    own = state.submissions[newest]
    stage = state.stages[own.stage_id]
    if not (is_head_to_head(stage) and is_by_matches(stage)):
        return
    for each in state.submissions.values():
        job = draft.known.jobs.get(each.submission_id)
        is_same = (each.stage_id, each.entry_id) == (own.stage_id, own.entry_id)
        is_older = each.submission_id != newest and each.status == "waiting"
        is_older = is_older and played_heat(state, each) is None
        if is_same and is_older and job is not None and not job.lease_id:
            yield each.submission_id
