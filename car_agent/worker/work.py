"""A worker's life: claim a run, drive it in a limited process, hand it in, again."""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol, Self, TypeVar

import structlog

from car_agent.errors import CarError
from car_agent.worker.duels import duel_of, posted, runs_of
from car_agent.worker.errors import (
    LeaseGoneError,
    RunLostError,
    ServerAwayError,
    WorkerUnfitError,
)
from car_agent.worker.limited.duel.orders import DuelOrder
from car_agent.worker.limited.duel.trial import DuelTrial
from car_agent.worker.limited.nursery import Nursery
from car_agent.worker.limited.orders import DuelEnded, Ended, Failed, RunOrder, TraceTold
from car_agent.worker.limited.trial import Tick, Trial, memory_bytes
from car_agent.worker.link import ServerLink
from car_agent.worker.record import RecordedRun, record_of, run_of
from car_agent.worker.shows.playing import play, play_duel
from timing_server.contract.machines.workers import RENEWAL_S, VirtualJob

_log = structlog.get_logger()

IDLE_S = 1.0
#: A server that is being started again is back before that.
_HAND_IN_TRIES = 60

Say = Callable[[str], None]
#: Waits so many seconds; raises where the worker is to end.
Rest = Callable[[float], None]


Over_co = TypeVar("Over_co", covariant=True)


class Holdable(Protocol):
    """What can stand still."""

    def hold(self, *, is_held: bool) -> None:
        """Let it stand still, or go on."""


class Drive(Holdable, Protocol[Over_co]):
    """One run, or race of two, that is driven somewhere, until the ``with`` ends it."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End it, wherever it is."""

    def listen(self, tick: Tick, every_s: float) -> Over_co | Failed:
        """Return how it ended; what ``tick`` raises ends it."""


Answer = TypeVar("Answer")
#: Begins a run: the order, and the model's bytes.
Begin = Callable[[RunOrder, bytes], Drive[Ended]]
#: Begins a race of two: the order, and both models' bytes.
BeginDuel = Callable[[DuelOrder, bytes], Drive[DuelEnded]]


class Worker:
    """Drives one run at a time until it is told to end.

    ``begin`` says where; None: in processes of this machine, which ``nursery`` begins if given.
    """

    def __init__(
        self,
        link: ServerLink,
        say: Say,
        rest: Rest = time.sleep,
        begin: Begin | None = None,
        nursery: Nursery | None = None,
        begin_duel: BeginDuel = DuelTrial,
    ) -> None:
        self._link = link
        self._say = say
        self._rest = rest
        self._can_play = begin is None
        self._begin = begin or partial(Trial, nursery=nursery)
        self._begin_duel = begin_duel
        self._is_away = False

    def work(self, *, is_once: bool = False) -> int:
        """Return how many runs were driven; ``is_once``: end when none waits.

        Raises WorkerRefusedError or WorkerUnfitError; a run that was claimed is given back.
        """
        driven = 0
        while True:
            job = self._next_job()
            if job is None and is_once and not self._is_away:
                return driven
            if job is None:
                self._rest(IDLE_S)
            else:
                driven += self._drive(job)

    def _next_job(self) -> VirtualJob | None:
        try:
            is_free = self._link.is_room_free()
            job = self._link.claim(can_play=self._can_play, is_room_free=is_free)
        except ServerAwayError as error:
            if not self._is_away:
                self._say(str(error))
            self._is_away = True
            return None
        except LeaseGoneError as error:
            raise WorkerUnfitError(str(error)) from error
        self._is_away = False
        return job

    def _drive(self, job: VirtualJob) -> bool:
        """Drive a claimed run; whether it, or its model's failure, was recorded."""
        try:
            if job.grid:
                return self._drive_duel(job)
            order, model = self._ordered(job)
            if job.is_played:
                return self._hand_in(job, play(self._link, job.lease_id, order, model, self._rest))
            with self._begin(order, model) as drive:
                keeper = _Keeper(self._link, job.lease_id, drive, self._rest)
                ended = drive.listen(keeper, RENEWAL_S)
            return self._hand_in(job, ended)
        except LeaseGoneError as error:
            _log.info("run_lost", submission_id=job.submission_id, why=str(error))
            return False
        except RunLostError as error:
            _log.warning("run_lost", submission_id=job.submission_id, why=str(error))
            self._give_back(job)
            return False
        except ServerAwayError as error:
            # The lease runs out, and the run is driven again.
            _log.warning("run_not_handed_in", submission_id=job.submission_id, why=str(error))
            return False
        except BaseException:
            self._give_back(job)
            raise

    def _ordered(self, job: VirtualJob) -> tuple[RunOrder, bytes]:
        model = self._link.model(job.model_sha256)
        document = self._link.track(job.track.sha256) if job.track.is_file else None
        order = RunOrder(
            model_sha256=job.model_sha256,
            track_sha256=job.track.sha256,
            design=job.track.name,
            document=document,
            seed=job.seed,
            rules=job.rules,
            memory_bytes=memory_bytes(len(model)),
            cpu_s=RunOrder.cpu_limit_s(job.rules),
            is_traced=True,
        )
        return order, model

    def _drive_duel(self, job: VirtualJob) -> bool:
        order, models = duel_of(job, self._link)
        ended = self._raced(job, order, models)
        if isinstance(ended, Failed):
            return self._fail(job, ended)
        made = self._patiently(lambda: self._link.hand_in_duel(job, posted(ended)))
        for run, trace in runs_of(job, made, ended):
            self._keep_record(run, trace)
        self._say(f"{job.submission_id}: driven")
        return True

    def _raced(self, job: VirtualJob, order: DuelOrder, models: bytes) -> DuelEnded | Failed:
        if job.is_played:
            return play_duel(self._link, job.lease_id, order, models, self._rest)
        with self._begin_duel(order, models) as drive:
            keeper = _Keeper(self._link, job.lease_id, drive, self._rest)
            return drive.listen(keeper, RENEWAL_S)

    def _hand_in(self, job: VirtualJob, ended: Ended | Failed) -> bool:
        if isinstance(ended, Failed):
            return self._fail(job, ended)
        made = self._patiently(lambda: self._link.hand_in(job, ended.run, ended.simulator))
        self._keep_record(run_of(job, made), ended.trace)
        self._say(f"{job.submission_id}: driven")
        return True

    def _fail(self, job: VirtualJob, failed: Failed) -> bool:
        if failed.whose == "worker":
            raise WorkerUnfitError(failed.sentence)
        is_models = failed.whose == "model"
        self._patiently(
            lambda: self._link.fail(job.lease_id, failed.sentence, is_models_fault=is_models)
        )
        self._say(f"{job.submission_id}: {failed.sentence}")
        return True

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the server until it answers. Raises ServerAwayError where it stays away."""
        for _ in range(_HAND_IN_TRIES):
            try:
                return ask()
            except ServerAwayError:
                self._rest(IDLE_S)
        raise ServerAwayError("The server doesn't answer, so that the run can't be handed in.")

    def _keep_record(self, run: RecordedRun, trace: TraceTold | None) -> None:
        """Hand the run's record in, as far as that goes: the run counts without one, too."""
        if trace is None:
            return
        try:
            record = record_of(run, trace)
            for is_last in (False, False, True):
                try:
                    self._link.hand_record(run.event_id, run.boot_id, record)
                except ServerAwayError:
                    if is_last:
                        raise
                    self._rest(IDLE_S)
                else:
                    return
        except (CarError, OSError, ValueError) as error:
            _log.warning("record_not_kept", heat_id=run.made.heat_id, why=str(error))

    def _give_back(self, job: VirtualJob) -> None:
        try:
            self._link.give_back(job.lease_id)
        except (LeaseGoneError, ServerAwayError):
            _log.info("run_not_given_back", submission_id=job.submission_id)


class _Keeper:
    """Renews the lease while a run is driven, and holds the run while a heat is on here."""

    def __init__(self, link: ServerLink, lease_id: str, drive: Holdable, rest: Rest) -> None:
        self._link = link
        self._lease_id = lease_id
        self._drive = drive
        self._rest = rest
        self._is_held = False

    def __call__(self, laps_done: int) -> None:
        """Raises LeaseGoneError, or RunLostError where this worker is wanted for another run.

        A server that is away is asked again soon.
        """
        self._rest(0.0)
        try:
            kept = self._link.renew(self._lease_id, laps_done)
            if kept.is_wanted_back:
                raise RunLostError("Another run is to be played; this one waits.")
            is_held = not self._link.is_room_free()
        except ServerAwayError:
            return
        if is_held != self._is_held:
            self._drive.hold(is_held=is_held)
            self._is_held = is_held
