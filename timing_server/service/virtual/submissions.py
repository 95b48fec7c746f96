"""Submissions to virtual stages, as drivers and organisers make, take back and try them again."""

from concurrent.futures import Future
from hashlib import sha256

from timing_server.rules.commands.virtual import (
    RetrySubmission,
    SubmitModel,
    WithdrawSubmission,
)
from timing_server.rules.units import EntryId, EventId, StageId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.ports import NewId
from timing_server.service.virtual.head_to_head.matches import queue_models, superseded
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.runs import settle
from timing_server.service.virtual.stages import reveal_due


class Submissions:
    """Takes them to the log, and to the queue in the same commit."""

    def __init__(self, office: Office, leases: Leases, new_id: NewId) -> None:
        self._office = office
        self._leases = leases
        self._new_id = new_id

    def submit(
        self, caller: Caller, event_id: EventId, stage_id: StageId, entry_id: EntryId, model: str
    ) -> "Future[Outcome]":
        """Queue a model. The future raises UnknownIdError and what the rules refuse."""
        submission_id = SubmissionId(self._new_id())
        # Nobody chooses it: the id is the server's.
        own_seed = int.from_bytes(sha256(submission_id.encode()).digest()[:4]) & 0x7FFF_FFFF

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            reveal_due(draft, event_id, stage_id)
            command = SubmitModel(
                submission_id, stage_id, entry_id, model, own_seed, draft.wall_utc
            )
            outcome = _decided(draft, caller, event_id, command)
            draft.put_job(Job(submission_id, event_id, model))
            for older in list(superseded(draft, event_id, submission_id)):
                _decided(draft, caller, event_id, WithdrawSubmission(older))
                settle(draft, self._leases, older)
            return {**outcome, "submission_id": submission_id}

        return self._office.once(caller, work)

    def withdraw(
        self, caller: Caller, event_id: EventId, submission_id: SubmissionId
    ) -> "Future[Outcome]":
        """Take a submission back, also one that is being driven: its worker hears so."""

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            command = WithdrawSubmission(submission_id)
            outcome = _decided(draft, caller, event_id, command)
            settle(draft, self._leases, submission_id)
            withdrawn = draft.head(StreamId(event_id)).state.submissions[submission_id]
            queue_models(draft, event_id, withdrawn.stage_id)
            return {**outcome, "submission_id": submission_id}

        return self._office.once(caller, work)

    def retry(
        self, caller: Caller, event_id: EventId, submission_id: SubmissionId
    ) -> "Future[Outcome]":
        """Queue a submission again that was refused or taken back, at the end."""

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            outcome = _decided(draft, caller, event_id, RetrySubmission(submission_id))
            known = draft.head(StreamId(event_id)).state.submissions[submission_id]
            draft.put_job(Job(submission_id, event_id, known.model_sha256))
            return {**outcome, "submission_id": submission_id}

        return self._office.once(caller, work)


def _decided(
    draft: Draft,
    caller: Caller,
    event_id: EventId,
    command: SubmitModel | WithdrawSubmission | RetrySubmission,
) -> Outcome:
    stream = StreamId(event_id)
    recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
    return outcome_of(recorded, draft.head(stream).state.seq)


def _check_event(draft: Draft, event_id: EventId) -> None:
    if event_id not in draft.known.venue.events:
        raise UnknownIdError("event", event_id)
