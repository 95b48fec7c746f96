"""Submissions that are played before an audience: called, driven at real pace, shown on boards."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace

from timing_server.contract.machines.devices import PositionReport, TrackMap
from timing_server.contract.machines.duels import DuelSidePosted, DuelSoFar
from timing_server.contract.machines.shows import ShowView
from timing_server.contract.machines.workers import DrivenRun
from timing_server.rules.answers.virtual.stages import is_head_to_head
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.virtual import PlayDuel, PlaySubmission, RecordShown
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
from timing_server.service.virtual.head_to_head.duels import DuelWork
from timing_server.service.virtual.head_to_head.matches import plan_due
from timing_server.service.virtual.head_to_head.pairing import Duel, stage_of
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.runs import UNTOLD, check_same, leased, record_of
from timing_server.service.virtual.shows.due import DueShows
from timing_server.service.virtual.shows.on_air import OnAir, is_driven, on_air
from timing_server.service.virtual.stages import SERVER_ACTOR, reveal_due


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
        self._due = DueShows(folder, leases)
        self._duels = DuelWork(writer, leases, new_id)
        self._told: tuple[str, DrivenRun | DuelSoFar] | None = None

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
            state = draft.head(StreamId(event_id)).state
            submission = state.submissions.get(submission_id)
            if submission is None:
                raise UnknownIdError("submission", submission_id)
            job = draft.known.jobs.get(submission_id)
            if job is not None and is_driven(state, job):
                message = "A worker drives this submission already; its result comes by itself."
                raise BeingDrivenError(message)
            if self._folder.find(submission.model_sha256) is None:
                raise UnknownIdError("model", submission.model_sha256)
            if stage_of(state, submission) is not None:
                duel = None if job is None else self._due.of(draft, job)
                return self._called_duel(draft, caller, event_id, duel, heat_id)
            command = PlaySubmission(submission_id, heat_id)
            jobs = (job or Job(submission_id, event_id, submission.model_sha256),)
            return self._called(draft, caller, event_id, command, jobs)

        return self._office.once(caller, work)

    def play_next(self, caller: Caller, event_id: EventId, stage_id: StageId) -> "Future[Outcome]":
        """Call the first of a stage that waits, or the first two that race each other.

        The future raises UnknownIdError, NothingToPlayError and what the rules refuse.
        """
        heat_id = HeatId(self._new_id())

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            reveal_due(draft, event_id, stage_id)
            stage = draft.head(StreamId(event_id)).state.stages.get(stage_id)
            if stage is not None and is_head_to_head(stage):
                plan_due(draft, event_id, stage_id, self._new_id, caller.principal)
                duel = self._due.first(draft, event_id, stage_id)
                return self._called_duel(draft, caller, event_id, duel, heat_id)
            job = self._due.first_alone(draft, event_id, stage_id)
            if job is None:
                message = "No submission of this stage waits to be played."
                raise NothingToPlayError(message)
            command = PlaySubmission(SubmissionId(job.submission_id), heat_id)
            return self._called(draft, caller, event_id, command, (job,))

        return self._office.once(caller, work)

    def plan_again(self, event_id: EventId, stage_id: StageId) -> "Future[None]":
        """Plan the matches of a stage that are due again, since one of them was broken off."""

        def work(draft: Draft) -> None:
            plan_due(draft, event_id, stage_id, self._new_id, SERVER_ACTOR)

        return self._writer.submit(work)

    def _called_duel(
        self, draft: Draft, caller: Caller, event_id: EventId, duel: Duel | None, heat_id: HeatId
    ) -> Outcome:
        if duel is None:
            message = "No two models of this stage can race each other now."
            raise NothingToPlayError(message)
        of_match = heat_id if duel.heat is None else duel.heat.heat_id
        ids = tuple(each.submission.submission_id for each in duel.sides)
        jobs = tuple(each.job for each in duel.sides)
        return self._called(draft, caller, event_id, PlayDuel(of_match, ids), jobs)

    def _called(
        self,
        draft: Draft,
        caller: Caller,
        event_id: EventId,
        command: PlaySubmission | PlayDuel,
        jobs: Iterable[Job],
    ) -> Outcome:
        stream = StreamId(event_id)
        recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
        for each in jobs:
            draft.put_job(replace(each, worker="", lease_id=""))
        return outcome_of(recorded, draft.head(stream).state.seq)

    def words(self, now_ns: int) -> tuple[CarWord, ...]:
        """Return whether the cars that are played could drive, as a real car says of itself."""
        show = self.now
        if show is None or show.job is None or self._leases.is_over(show.job, now_ns):
            return ()
        is_ready = self._leases.ready_since(show.lease_id) is not None
        return tuple(
            CarWord(each.car_id, each.model_sha256, is_ready, is_heard=True)
            for each in show.equipment
        )

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
            told = record_of(submission, worker_id, lease_id, HeatId(lease_id), run, UNTOLD)
            command = RecordShown(told, is_over=False)
            draft.decide(stream, command, f"worker:{worker_id}")

        await asyncio.wrap_future(self._writer.submit(work))
        self._told = news

    async def take_duel_so_far(
        self, worker_id: str, lease_id: str, so_far: DuelSoFar, now_ns: int
    ) -> None:
        """Record what two did by now that isn't recorded yet; raises what ``take_so_far`` does."""
        self._own(worker_id, lease_id)
        runs = [each.run for each in so_far.sides if each.run is not None]
        self._leases.grant_show(
            lease_id, now_ns, max((each.laps_tried for each in runs), default=0)
        )
        news = (lease_id, so_far.model_copy(update={"sides": tuple(map(_timeless, so_far.sides))}))
        if news == self._told:
            return
        await asyncio.wrap_future(self._duels.tell(worker_id, lease_id, so_far))
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


def _timeless(side: DuelSidePosted) -> DuelSidePosted:
    """Return what a side did, without when that was told."""
    run = None if side.run is None else side.run.model_copy(update={"sim_ns": 0})
    return side.model_copy(update={"run": run})
