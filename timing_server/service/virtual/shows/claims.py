"""The claim of what is played: given to one worker, and taken back from one that is lost."""

from dataclasses import replace

import structlog

from timing_server.contract.machines.shows import SHOW_LEASE_S
from timing_server.contract.machines.workers import VirtualJob
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.commands.virtual import BreakOffShow
from timing_server.rules.heat_phases import UNDER_WAY
from timing_server.rules.units import HeatId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.log.draft import Draft
from timing_server.service.virtual.head_to_head.duels import duel_job
from timing_server.service.virtual.head_to_head.pairing import duel_in, stage_of
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.runs import job_of
from timing_server.service.virtual.shows.on_air import OnAir
from timing_server.service.virtual.stages import SERVER_ACTOR

_log = structlog.get_logger()


def claim_show(draft: Draft, leases: Leases, show: OnAir, worker_id: str) -> VirtualJob:
    """Give what is played to a worker; that is no attempt: people see what it comes to."""
    for each in show.jobs:
        draft.put_job(replace(each, worker=worker_id, lease_id=show.lease_id))
    leases.grant_show(show.lease_id, draft.at_race_ns)
    jobs = [draft.known.jobs[each.submission_id] for each in show.jobs]
    state, submission = draft.head(show.stream).state, show.submissions[0]
    if stage_of(state, submission) is None:
        return job_of(draft, jobs[0], submission, SHOW_LEASE_S)
    return duel_job(draft, duel_in(state, show.heat, jobs), SHOW_LEASE_S)


def end_claim(draft: Draft, leases: Leases, job: Job, reason: str = "worker_lost") -> None:
    """Take the claim of what is played back; under way it can't be taken up by another."""
    stream = StreamId(job.event_id)
    state = draft.head(stream).state
    heat = played_heat(state, state.submissions[SubmissionId(job.submission_id)])
    if heat is not None and heat.phase in UNDER_WAY:
        _log.warning("show_lost", worker=job.worker, heat_id=heat.heat_id)
        draft.decide(stream, BreakOffShow(HeatId(heat.heat_id), reason), SERVER_ACTOR)
    leases.end(job.lease_id)
    draft.put_job(replace(job, worker="", lease_id=""))
