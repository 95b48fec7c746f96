"""Runs between the queue's jobs, the messages of workers and the rules' commands."""

from collections.abc import Iterable
from dataclasses import replace

from timing_server.contract.machines.workers import DrivenRun, JobTrack, RunRules, VirtualJob
from timing_server.rules.commands.virtual import RecordRun
from timing_server.rules.facts.virtual import Simulator, VirtualRules
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import (
    BootId,
    DriverId,
    HeatId,
    JournalId,
    NodeId,
    StreamId,
    SubmissionId,
)
from timing_server.service.entities import Job
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.tracks.laying import track_blob
from timing_server.service.virtual.errors import LeaseLostError, OtherRunError
from timing_server.service.virtual.leases import Leases

#: What is played is told with this until it is over: what it is computed with is told at its end.
UNTOLD = Simulator("", "", "", "", "", "")


def leased(jobs: Iterable[Job], worker_id: str, lease_id: str) -> Job:
    """Return the job that a worker has claimed. Raises LeaseLostError."""
    for job in jobs:
        if job.lease_id == lease_id and job.worker == worker_id:
            return job
    message = "This run isn't this worker's any more: it was given back, or taken back."
    raise LeaseLostError(message)


def recorded(
    draft: Draft, worker_id: str, lease_id: str, event_id: str | None = None
) -> StreamId | None:
    """Return the event in which a claim's run was recorded to its end, None where it wasn't.

    ``event_id``: which one that would be; after a start of the server it isn't in memory yet.
    """
    boot = NodeId(worker_id), BootId(lease_id)
    if event_id is not None and event_id in draft.known.venue.events:
        draft.head(StreamId(event_id))
    for each_id in draft.known.venue.events:
        head = draft.known.heads.get(StreamId(each_id))
        bound = None if head is None else head.state.boots.get(boot)
        if head is not None and bound is not None:
            made = head.state.submissions.values()
            is_driven = any(bound.heat_id in each.heat_ids for each in made)
            return StreamId(each_id) if is_driven else None
    return None


def busy_drivers(draft: Draft) -> set[DriverId]:
    """Return the drivers of whom a run is under way."""
    busy: set[DriverId] = set()
    for job in draft.known.jobs.values():
        if job.lease_id:
            state = draft.head(StreamId(job.event_id)).state
            submission = state.submissions.get(SubmissionId(job.submission_id))
            entry = None if submission is None else state.entries.get(submission.entry_id)
            busy.update(() if entry is None else entry.driver_ids)
    return busy


def settle(draft: Draft, leases: Leases, submission_id: str) -> None:
    """Take a job out of the queue that is driven, refused or taken back."""
    job = draft.known.jobs.get(submission_id)
    if job is None:
        return
    leases.end(job.lease_id)
    draft.delete_job(submission_id)
    for other in list(draft.known.jobs.values()):
        if job.lease_id and other.lease_id == job.lease_id:
            # It was to race this one, and waits for another.
            draft.put_job(replace(other, worker="", lease_id=""))


def job_of(draft: Draft, job: Job, submission: Submission, lease_s: int) -> VirtualJob:
    """Return a claimed job as its worker needs it."""
    stage, rules = virtual_of(draft.head(StreamId(job.event_id)).state, submission)
    is_file = draft.rows.has_blob(track_blob(rules.track_sha256))
    return VirtualJob(
        submission_id=job.submission_id,
        event_id=job.event_id,
        lease_id=job.lease_id,
        lease_s=lease_s,
        attempt=job.attempts,
        model_sha256=job.model_sha256,
        seed=submission.seed,
        track=JobTrack(name=rules.track, sha256=rules.track_sha256, is_file=is_file),
        rules=run_rules(stage, rules),
        is_played=submission.played_heat_id == job.lease_id,
    )


def run_rules(stage: Stage, rules: VirtualRules) -> RunRules:
    """Return by what a run of a stage is driven."""
    return RunRules(
        objects=rules.objects,
        bots=rules.bots,
        bots_change_lanes=rules.bots_change_lanes,
        laps=rules.laps,
        resets_max=rules.resets_max,
        lap_limit_ns=rules.lap_limit_ns,
        reset_penalty_ns=stage.options.reset_penalty_ns,
        collision_penalty_ns=rules.collision_penalty_ns,
    )


def virtual_of(state: EventState, submission: Submission) -> tuple[Stage, VirtualRules]:
    """Return a submission's stage and its rules. Raises UnknownIdError."""
    stage = state.stages.get(submission.stage_id)
    if stage is None or stage.virtual is None:
        raise UnknownIdError("stage", submission.stage_id)
    return stage, stage.virtual


def check_same(state: EventState, submission: Submission, run: DrivenRun) -> None:
    """Raise OtherRunError where a worker drove something else than it was asked to."""
    _, rules = virtual_of(state, submission)
    asked = (submission.model_sha256, rules.track_sha256, submission.seed)
    if (run.model_sha256, run.track_sha256, run.seed) != asked:
        message = "This run is of another model, track or seed than the submission is."
        raise OtherRunError(message)


def record_of(
    submission: Submission,
    worker_id: str,
    lease_id: str,
    heat_id: HeatId,
    run: DrivenRun,
    simulator: Simulator,
) -> RecordRun:
    """Return the command that records a run: the node is the worker, the boot is the claim."""
    return RecordRun(
        submission_id=submission.submission_id,
        heat_id=heat_id,
        node_id=NodeId(worker_id),
        boot_id=BootId(lease_id),
        journal_id=JournalId(lease_id),
        passes_ns=run.passes_ns,
        resets_ns=run.resets_ns,
        collisions_ns=run.collisions_ns,
        beginnings_ns=run.beginnings_ns,
        laps_tried=run.laps_tried,
        sim_ns=run.sim_ns,
        simulator=simulator,
    )
