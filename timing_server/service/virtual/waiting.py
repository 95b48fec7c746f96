"""Which jobs of the queue are still to be driven, whose they are, and which belong together."""

from collections.abc import Set

from timing_server.rules.answers.virtual.stages import is_by_matches
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import DriverId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.log.draft import Draft
from timing_server.service.virtual.head_to_head.pairing import open_matches
from timing_server.service.virtual.head_to_head.pairing import stage_of as duel_stage


def submission_of(draft: Draft, job: Job) -> Submission:
    """Return the submission that a job is to drive."""
    state = draft.head(StreamId(job.event_id)).state
    return state.submissions[SubmissionId(job.submission_id)]


def is_wanted(state: EventState, job: Job) -> bool:
    """Whether a run is still to come of a job: matches are raced with what has driven, too."""
    submission = state.submissions.get(SubmissionId(job.submission_id))
    if submission is None or submission.status != "driven":
        return submission is not None and submission.status == "waiting"
    if played_heat(state, submission) is not None:
        return True
    stage = duel_stage(state, submission)
    if stage is None or not is_by_matches(stage):
        return False
    return any(submission.entry_id in each.entry_ids for each in open_matches(state, stage))


def is_anybody_busy(draft: Draft, job: Job, busy: Set[DriverId]) -> bool:
    """Whether something of one of the entry's drivers is under way."""
    entry_id = submission_of(draft, job).entry_id
    entry = draft.head(StreamId(job.event_id)).state.entries[entry_id]
    return not busy.isdisjoint(entry.driver_ids)


def of_lease(draft: Draft, lease_id: str) -> list[Job]:
    """Return the jobs under a lease: one, or two that race each other."""
    return [each for each in draft.known.jobs.values() if each.lease_id == lease_id]
