"""The queue as workers see it: who is driven next, by whom, and what becomes of lost runs.

First come, first driven, one of a driver at a time; what is played goes before all. A run whose
worker isn't heard any more is given back; the third time it is refused, since it is most likely
what kills the workers.
"""

from concurrent.futures import Future
from dataclasses import replace

import structlog

from timing_server.contract.machines.shows import LeaseKept
from timing_server.contract.machines.workers import (
    LEASE_S,
    ClaimRequest,
    DrivenRun,
    RunRecorded,
    VirtualJob,
)
from timing_server.rules.commands.virtual import RecordShown, RefuseSubmission
from timing_server.rules.facts.virtual import Simulator
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import EntryId, HeatId, StreamId, SubmissionId
from timing_server.service.entities import Job
from timing_server.service.errors import RefusedError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.models.ports import ModelFolder
from timing_server.service.ports import NewId
from timing_server.service.virtual.errors import LeaseLostError
from timing_server.service.virtual.head_to_head.duels import DuelWork, claim_duel
from timing_server.service.virtual.head_to_head.matches import rule_out
from timing_server.service.virtual.head_to_head.pairing import IsFree, next_duel
from timing_server.service.virtual.head_to_head.pairing import stage_of as duel_stage
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.run_records import told
from timing_server.service.virtual.runs import (
    busy_drivers,
    check_same,
    job_of,
    leased,
    record_of,
    recorded,
    settle,
)
from timing_server.service.virtual.shows.claims import claim_show, end_claim
from timing_server.service.virtual.shows.on_air import (
    is_driven,
    is_played,
    is_show_claim,
    is_wanted_back,
    on_air,
    show_state,
)
from timing_server.service.virtual.stages import SERVER_ACTOR
from timing_server.service.virtual.waiting import (
    is_anybody_busy,
    is_wanted,
    of_lease,
    submission_of,
)

_log = structlog.get_logger()

MAX_ATTEMPTS = 3
ANY_RUN = ClaimRequest()
LOST = "A worker was lost with this run three times; nobody knows why. Try it again."
GONE = "The model isn't on this server any more."


class WorkQueue:
    """Hands runs to workers and records what they drove; ``renew`` alone writes nothing."""

    def __init__(self, writer: Writer, folder: ModelFolder, leases: Leases, new_id: NewId) -> None:
        self._writer = writer
        self._folder = folder
        self._leases = leases
        self._new_id = new_id
        self.duels = DuelWork(writer, leases, new_id)

    def claim(self, worker_id: str, request: ClaimRequest = ANY_RUN) -> "Future[VirtualJob | None]":
        """Give a worker the next run, None while there is none for it."""
        known = self._writer.known
        show = on_air(known) if request.can_play else None
        is_wanted = show is not None and show.is_free
        if not known.jobs or not (request.is_room_free or is_wanted):
            # Workers ask every second: nothing is written for that.
            nothing: Future[VirtualJob | None] = Future()
            nothing.set_result(None)
            return nothing
        lease_id = self._new_id()

        def work(draft: Draft) -> VirtualJob | None:
            self._give_back_lost(draft)
            show = on_air(draft.known) if request.can_play else None
            if show is not None and show.is_free:
                return claim_show(draft, self._leases, show, worker_id)
            if not request.is_room_free:
                return None
            is_free = self._free(draft)
            rivalless: set[tuple[str, EntryId]] = set()
            for job in list(draft.known.jobs.values()):
                if job.lease_id or not is_free(job):
                    continue
                submission = submission_of(draft, job)
                whose = (submission.stage_id, submission.entry_id)
                if whose in rivalless:
                    continue
                claimed = self._claimed(draft, job, submission, worker_id, lease_id, is_free)
                if claimed is not None:
                    return claimed
                rivalless.add(whose)
            return None

        return self._writer.submit(work)

    def _claimed(
        self,
        draft: Draft,
        job: Job,
        submission: Submission,
        worker_id: str,
        lease_id: str,
        is_free: IsFree,
    ) -> VirtualJob | None:
        """Give a job to a worker; of two that race each other both, None while one has to wait."""
        state = draft.head(StreamId(job.event_id)).state
        if duel_stage(state, submission) is not None:
            jobs = [each for each in draft.known.jobs.values() if each.event_id == job.event_id]
            duel = next_duel(state, jobs, job, is_free)
            if duel is None:
                return None
            self._leases.grant(lease_id, draft.at_race_ns)
            return claim_duel(draft, duel, worker_id, lease_id, LEASE_S)
        attempts = job.attempts + 1
        draft.put_job(replace(job, worker=worker_id, lease_id=lease_id, attempts=attempts))
        self._leases.grant(lease_id, draft.at_race_ns)
        return job_of(draft, draft.known.jobs[job.submission_id], submission, LEASE_S)

    def renew(self, worker_id: str, lease_id: str, laps_done: int, now_ns: int) -> LeaseKept:
        """Note that a worker lives and how far its run is. Raises LeaseLostError."""
        self._leases.hear(worker_id, now_ns)
        known = self._writer.known
        job = leased(known.jobs.values(), worker_id, lease_id)
        show = on_air(known)
        if show is not None and show.lease_id == lease_id:
            self._leases.grant_show(lease_id, now_ns, laps_done)
            return LeaseKept(show=show_state(show, self._leases))
        head = known.heads.get(StreamId(job.event_id))
        if head is not None and is_show_claim(head.state, job):
            message = "This run isn't played any more."
            raise LeaseLostError(message)
        self._leases.grant(lease_id, now_ns, laps_done)
        is_back = is_wanted_back(known, self._leases, worker_id, now_ns)
        return LeaseKept(is_wanted_back=is_back)

    def record(
        self,
        worker_id: str,
        lease_id: str,
        run: DrivenRun,
        simulator: Simulator,
        event_id: str | None = None,
    ) -> "Future[RunRecorded]":
        """Record a run whole, in one commit, or the rest of one that was played; once.

        The future raises LeaseLostError, OtherRunError and what the rules refuse.
        """
        heat_id = HeatId(self._new_id())

        def work(draft: Draft) -> RunRecorded:
            known = recorded(draft, worker_id, lease_id, event_id)
            if known is not None:
                return told(draft, known, worker_id, lease_id)
            job = leased(draft.known.jobs.values(), worker_id, lease_id)
            stream = StreamId(job.event_id)
            submission = draft.head(stream).state.submissions[SubmissionId(job.submission_id)]
            check_same(draft.head(stream).state, submission, run)
            is_show = is_show_claim(draft.head(stream).state, job)
            told_as = HeatId(lease_id) if is_show else heat_id
            command = record_of(submission, worker_id, lease_id, told_as, run, simulator)
            told_how = RecordShown(command, is_over=True) if is_show else command
            draft.decide(stream, told_how, f"worker:{worker_id}")
            settle(draft, self._leases, submission.submission_id)
            return told(draft, stream, worker_id, lease_id)

        return self._writer.submit(work)

    def fail(self, worker_id: str, lease_id: str, code: str, sentence: str) -> "Future[None]":
        """Refuse a submission of which no run comes. The future raises LeaseLostError."""

        def work(draft: Draft) -> None:
            own = leased(draft.known.jobs.values(), worker_id, lease_id)
            state = draft.head(StreamId(own.event_id)).state
            is_race = duel_stage(state, submission_of(draft, own)) is not None
            for job in of_lease(draft, lease_id):
                if is_race and is_show_claim(state, job):
                    end_claim(draft, self._leases, job, "worker_failed")
                self._refuse(draft, job, code, sentence, f"worker:{worker_id}")

        return self._writer.submit(work)

    def give_back(self, worker_id: str, lease_id: str) -> "Future[None]":
        """Let a run wait again whose worker ends; that was no attempt."""

        def work(draft: Draft) -> None:
            leased(draft.known.jobs.values(), worker_id, lease_id)
            for job in of_lease(draft, lease_id):
                if is_show_claim(draft.head(StreamId(job.event_id)).state, job):
                    end_claim(draft, self._leases, job)
                    continue
                draft.put_job(replace(job, worker="", lease_id="", attempts=job.attempts - 1))
            self._leases.end(lease_id)

        return self._writer.submit(work)

    def give_back_lost(self) -> "Future[None]":
        """Look for workers that were silent for too long."""
        return self._writer.submit(self._give_back_lost)

    def _give_back_lost(self, draft: Draft) -> None:
        """Let runs wait again whose worker was silent for too long; the third time refuse them."""
        driven = [each for each in draft.known.jobs.values() if each.lease_id]
        # Of two that race each other both are lost: they have one lease.
        over = [each for each in driven if self._leases.is_over(each, draft.at_race_ns)]
        for job in driven:
            state = draft.head(StreamId(job.event_id)).state
            if is_show_claim(state, job):
                if job in over or not is_driven(state, job):
                    end_claim(draft, self._leases, job)
                continue
            if job not in over:
                continue
            _log.warning("worker_lost", worker=job.worker, submission_id=job.submission_id)
            self._leases.end(job.lease_id)
            if job.attempts >= MAX_ATTEMPTS:
                self._refuse(draft, job, "worker_lost", LOST, SERVER_ACTOR)
            elif job.submission_id in draft.known.jobs:
                draft.put_job(replace(job, worker="", lease_id=""))

    def _free(self, draft: Draft) -> IsFree:
        """Return what says whether a job can be driven now; looks at each once."""
        busy, known = busy_drivers(draft), dict[str, bool]()

        def is_free(job: Job) -> bool:
            if job.submission_id not in known:
                is_drivable = self._is_drivable(draft, job)
                known[job.submission_id] = is_drivable and not is_anybody_busy(draft, job, busy)
            return known[job.submission_id]

        return is_free

    def _is_drivable(self, draft: Draft, job: Job) -> bool:
        """Whether a run may come of a job; one of which none can leaves the queue."""
        state = draft.head(StreamId(job.event_id)).state
        if state.phase is EventPhase.CLOSED:
            return False  # nothing can be recorded; it waits until the event is opened again
        submission = state.submissions.get(SubmissionId(job.submission_id))
        if submission is None or not is_wanted(state, job):
            settle(draft, self._leases, job.submission_id)
            return False
        if self._folder.find(job.model_sha256) is None:
            if submission.status == "waiting":
                self._refuse(draft, job, "worker_failed", GONE, SERVER_ACTOR)
            else:
                rule_out(draft, StreamId(job.event_id), submission, self._new_id, GONE)
            return False
        entry = state.entries.get(submission.entry_id)
        return entry is not None and entry.may_race and not is_played(state, submission)

    def _refuse(self, draft: Draft, job: Job, code: str, sentence: str, actor: str) -> None:
        submission_id = SubmissionId(job.submission_id)
        command = RefuseSubmission(submission_id, code, sentence)
        try:
            draft.decide(StreamId(job.event_id), command, actor)
        except RefusedError as error:  # a match with a model that has driven, or a closed event
            _log.info("submission_not_refused", submission_id=submission_id, why=str(error))
            self._put_last(draft, job)
        else:
            settle(draft, self._leases, submission_id)

    def _put_last(self, draft: Draft, job: Job) -> None:
        """Let a job wait again behind all others, where it still is to be driven."""
        settle(draft, self._leases, job.submission_id)
        if is_wanted(draft.head(StreamId(job.event_id)).state, job):
            draft.put_job(Job(job.submission_id, job.event_id, job.model_sha256))
