"""Submissions that are played before an audience: called, driven at real pace, shown on boards."""

import asyncio
from concurrent.futures import Future
from dataclasses import replace

from timing_server.contract.machines.devices import PositionReport, TrackMap
from timing_server.contract.machines.shows import ShowView
from timing_server.contract.machines.workers import DrivenRun
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.virtual import PlaySubmission, RecordShown
from timing_server.rules.facts.virtual import Simulator
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EventId, HeatId, StageId, StreamId, SubmissionId
from timing_server.service.devices.device_board import DeviceBoard
from timing_server.service.entities import Job
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.models.ports import ModelFolder
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.ports import NewId
from timing_server.service.virtual.errors import (
    BeingDrivenError,
    LeaseLostError,
    NothingToPlayError,
)
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.runs import check_same, leased, record_of
from timing_server.service.virtual.shows.on_air import OnAir, is_driven, on_air
from timing_server.service.virtual.stages import reveal_due

#: What a run is computed with is told at its end alone.
_UNTOLD = Simulator("", "", "", "", "", "")


class Shows:
    """Plays submissions; what boards show of one is no fact and kept in memory."""

    def __init__(
        self,
        writer: Writer,
        office: Office,
        folder: ModelFolder,
        board: DeviceBoard,
        leases: Leases,
        new_id: NewId,
    ) -> None:
        self._writer = writer
        self._office = office
        self._folder = folder
        self._board = board
        self._leases = leases
        self._new_id = new_id
        self._told: tuple[str, DrivenRun] | None = None

    @property
    def now(self) -> OnAir | None:
        """What is played now."""
        return on_air(self._writer.known)

    # --- race control ----------------------------------------------------------------------------

    def play(
        self, caller: Caller, event_id: EventId, submission_id: SubmissionId
    ) -> "Future[Outcome]":
        """Call a submission to the line.

        The future raises UnknownIdError, BeingDrivenError, and what the rules refuse.
        """
        heat_id = HeatId(self._new_id())

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            return self._called(draft, caller, event_id, submission_id, heat_id)

        return self._office.once(caller, work)

    def play_next(self, caller: Caller, event_id: EventId, stage_id: StageId) -> "Future[Outcome]":
        """Call the first of a stage that waits.

        The future raises UnknownIdError, NothingToPlayError and what the rules refuse.
        """
        heat_id = HeatId(self._new_id())

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            reveal_due(draft, event_id, stage_id)
            state = draft.head(StreamId(event_id)).state
            waiting = (
                SubmissionId(job.submission_id)
                for job in draft.known.jobs.values()
                if job.event_id == event_id and _waits(state, job, stage_id)
            )
            submission_id = next(waiting, None)
            if submission_id is None:
                message = "No submission of this stage waits to be played."
                raise NothingToPlayError(message)
            return self._called(draft, caller, event_id, submission_id, heat_id)

        return self._office.once(caller, work)

    def _called(
        self,
        draft: Draft,
        caller: Caller,
        event_id: EventId,
        submission_id: SubmissionId,
        heat_id: HeatId,
    ) -> Outcome:
        stream, job = StreamId(event_id), draft.known.jobs.get(submission_id)
        state = draft.head(stream).state
        submission = state.submissions.get(submission_id)
        if submission is None:
            raise UnknownIdError("submission", submission_id)
        if job is not None and is_driven(state, job):
            message = "A worker drives this submission already; its result comes by itself."
            raise BeingDrivenError(message)
        if self._folder.find(submission.model_sha256) is None:
            raise UnknownIdError("model", submission.model_sha256)
        command = PlaySubmission(submission_id, heat_id)
        recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
        waiting = job or Job(submission_id, event_id, submission.model_sha256)
        draft.put_job(replace(waiting, worker="", lease_id=""))
        return outcome_of(recorded, draft.head(stream).state.seq)

    def words(self, now_ns: int) -> tuple[CarWord, ...]:
        """Return whether the cars that are played could drive, as a real car says of itself."""
        show = self.now
        if show is None or show.job is None or self._leases.is_over(show.job, now_ns):
            return ()
        is_ready = self._leases.ready_since(show.lease_id) is not None
        model = show.submission.model_sha256
        return tuple(CarWord(each, model, is_ready, is_heard=True) for each in show.car_ids)

    # --- the worker that drives it ---------------------------------------------------------------

    def take_ready(self, worker_id: str, lease_id: str, track: TrackMap, now_ns: int) -> None:
        """Note that a run could be begun, and show its track. Raises LeaseLostError."""
        self._own(worker_id, lease_id)
        self._leases.grant_show(lease_id, now_ns, is_ready=True)
        self._board.show_track(track)

    def take_view(self, worker_id: str, lease_id: str, view: ShowView, now_ns: int) -> None:
        """Show where cars are and what they do. Raises LeaseLostError."""
        show = self._own(worker_id, lease_id)
        self._leases.grant_show(lease_id, now_ns)
        cars = [each for each in view.cars if each.position.car_id in show.car_ids]
        positions = tuple(each.position for each in cars)
        self._board.show_positions(PositionReport(mono_ns=view.sim_ns, cars=positions))
        for each in cars:
            self._board.take_telemetry(each.position.car_id, each.telemetry, now_ns)

    def take_frame(self, worker_id: str, lease_id: str, car_id: str, frame: bytes) -> None:
        """Show what a car sees, a JPEG. Raises LeaseLostError, UnknownIdError."""
        if car_id not in self._own(worker_id, lease_id).car_ids:
            raise UnknownIdError("car", car_id)
        self._board.take_frame(car_id, frame)

    async def take_so_far(self, worker_id: str, lease_id: str, run: DrivenRun, now_ns: int) -> None:
        """Record what a run did by now that isn't recorded yet.

        Raises LeaseLostError, OtherRunError and what the rules refuse.
        """
        self._own(worker_id, lease_id)
        self._leases.grant_show(lease_id, now_ns, run.laps_tried)
        news = (lease_id, run.model_copy(update={"sim_ns": 0}))
        if news == self._told:
            return

        def work(draft: Draft) -> None:
            job = leased(draft.known.jobs.values(), worker_id, lease_id)
            stream = StreamId(job.event_id)
            state = draft.head(stream).state
            submission = state.submissions[SubmissionId(job.submission_id)]
            check_same(state, submission, run)
            told = record_of(submission, worker_id, lease_id, HeatId(lease_id), run, _UNTOLD)
            command = RecordShown(told, is_over=False)
            draft.decide(stream, command, f"worker:{worker_id}")

        await asyncio.wrap_future(self._writer.submit(work))
        self._told = news

    def _own(self, worker_id: str, lease_id: str) -> OnAir:
        show = self.now
        job = None if show is None else show.job
        if show is None or job is None or (job.worker, job.lease_id) != (worker_id, lease_id):
            message = "This run isn't played any more."
            raise LeaseLostError(message)
        return show


def _check_event(draft: Draft, event_id: EventId) -> None:
    if event_id not in draft.known.venue.events:
        raise UnknownIdError("event", event_id)


def _waits(state: EventState, job: Job, stage_id: StageId) -> bool:
    submission = state.submissions.get(SubmissionId(job.submission_id))
    if submission is None or is_driven(state, job) or submission.stage_id != stage_id:
        return False
    entry = state.entries.get(submission.entry_id)
    return submission.status == "waiting" and entry is not None and entry.may_race
