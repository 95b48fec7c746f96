"""Tests of models on virtual tracks: one after the other, before any training, never beside a heat.

A test takes half a minute: whoever has five minutes until the heat needn't wait for a training of
an hour, which is stopped where it is meanwhile. Tests are not remembered over the server's end;
what they found is.
"""

import threading
from collections.abc import Callable

import structlog

from timing_server.contract.model_tests import ModelTestOrder, ModelTestsDesk, ModelTestView
from timing_server.rules.units import NS_PER_S
from timing_server.service.entities import Evaluation
from timing_server.service.errors import ServiceError, UnknownIdError
from timing_server.service.workshop.errors import ModelTestsBusyError, ModelTestsClosedError
from timing_server.service.workshop.ports import EvaluationRun, Evaluator, RunEnded, Training
from timing_server.service.workshop.surroundings import Surroundings
from timing_server.service.workshop.testing.job import (
    CardLine,
    ModelTestJob,
    ReportLine,
    understood,
)

_log = structlog.get_logger()

WAITING_PER_OWNER = 5
WAITING_IN_ALL = 60
#: So long a test that is over stays to be seen, in seconds.
SEEN_S = 600
LOOK_S = 2.0
DEMO = "demo"


class ModelTests:
    """Runs tests in a thread of its own; any thread may call.

    ``make_way`` stops what else the workshop does, or lets it go on.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        around: Surroundings,
        make_way: Callable[[bool], None],
    ) -> None:
        self._evaluator = evaluator
        self._around = around
        self._make_way = make_way
        self._news = threading.Event()
        # Held for moments only, since the writer of the log waits for it.
        self._lock = threading.Lock()
        self._jobs: list[ModelTestJob] = []
        self._child: Training | None = None
        self._running: ModelTestJob | None = None
        self._is_held = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="model-tests", daemon=True)

    def start(self) -> None:
        """Begin to take what is asked for."""
        self._thread.start()

    def close(self) -> None:
        """End what runs; returns once it has ended."""
        with self._lock:
            self._is_closing = True
            if self._child is not None:
                self._child.kill()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Stop what runs where there is no room, or let it go on; from any thread, at once."""
        with self._lock:
            self._hold_or_let_go()
        self._news.set()

    def desk(self) -> ModelTestsDesk:
        """Return whether this machine can drive virtual laps."""
        lacks = self._evaluator.lacks()
        return ModelTestsDesk(is_open=lacks is None, lacks=lacks)

    def ask(self, owner: str, order: ModelTestOrder, usual_track: str) -> ModelTestView:
        """Test a model as soon as there is room; the same that waits or runs is no second one.

        ``usual_track`` is driven on where none is named. Raises ModelTestsClosedError,
        ModelTestsBusyError or UnknownIdError.
        """
        if self._evaluator.lacks() is not None:
            raise ModelTestsClosedError(
                "This server can't drive virtual laps; install its extra 'car'."
            )
        track = self._checked_track(order.track, usual_track)
        if order.as_measured is not None:
            self._around.measured_of(order.as_measured)
        order = order.model_copy(update={"track": track})
        with self._lock:
            open_jobs = [each for each in self._jobs if not each.is_over]
            again = [each for each in open_jobs if (each.owner, each.order) == (owner, order)]
            if again:
                return self._view(again[0])
            own = sum(each.owner == owner for each in open_jobs)
            if own >= WAITING_PER_OWNER or len(open_jobs) >= WAITING_IN_ALL:
                raise ModelTestsBusyError("Many tests wait already; ask again when some are over.")
            job = ModelTestJob(self._around.new_id(), owner, order)
            self._jobs.append(job)
            view = self._view(job)
        self._news.set()
        return view

    def views(self, who: str | None) -> list[ModelTestView]:
        """Return one's own tests, the newest first; ``who`` None: everybody's."""
        with self._lock:
            self._forget_old()
            return [self._view(each) for each in reversed(self._jobs) if who in (None, each.owner)]

    def cancel(self, who: str | None, test_id: str) -> None:
        """End a test without a result. Raises UnknownIdError."""
        with self._lock:
            found = (each for each in self._jobs if each.test_id == test_id)
            job = next((each for each in found if who in (None, each.owner)), None)
            if job is None:
                raise UnknownIdError("test", test_id)
            self._jobs.remove(job)
            if job is self._running and self._child is not None:
                self._child.kill()

    def _checked_track(self, wanted: str | None, usual: str) -> str:
        if wanted is not None:
            self._around.track_of(wanted)
            return wanted
        try:
            self._around.track_of(usual)
        except UnknownIdError:
            return DEMO
        return usual

    def _view(self, job: ModelTestJob) -> ModelTestView:
        room = self._around.room()
        waiting = [each for each in self._jobs if each.state == "waiting"]
        is_held = not room.is_free and not job.is_over
        return ModelTestView(
            test_id=job.test_id,
            sha256=job.order.sha256,
            driver_id=job.owner or None,
            kind=job.order.kind,
            track=job.order.track or DEMO,
            state=job.state,
            done_n=job.done_n,
            all_n=job.all_n,
            place=waiting.index(job) + 1 if job.state == "waiting" else None,
            holds=room.reason if is_held else None,
            heat_number=room.heat_number if is_held else None,
            stress=tuple(job.stress),
            as_measured=job.order.as_measured,
            sentence=job.sentence,
        )

    def _forget_old(self) -> None:
        oldest_ns = self._around.now_ns() - SEEN_S * NS_PER_S
        self._jobs = [
            each for each in self._jobs if each.ended_ns is None or each.ended_ns > oldest_ns
        ]

    def _hold_or_let_go(self) -> None:
        if self._child is None:
            return
        wants_hold = not self._around.room().is_free
        if wants_hold == self._is_held:
            return
        self._is_held = wants_hold
        if wants_hold:
            self._child.hold()
        else:
            self._child.let_go()

    # --- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._is_closing:
            job = self._take()
            if job is None:
                self._make_way(False)
                self._news.wait(LOOK_S)
                self._news.clear()
                continue
            self._make_way(True)
            try:
                self._run(job)
            except ServiceError as error:
                self._end(job, str(error))
            except Exception:  # noqa: BLE001 - the supervisor of every test
                _log.exception("model_test_failed", test=job.test_id)
                self._end(job, "The server failed at this test; its log says why.")

    def _take(self) -> ModelTestJob | None:
        with self._lock:
            if not self._around.room().is_free:
                return None
            job = next((each for each in self._jobs if each.state == "waiting"), None)
            if job is not None:
                job.state = "running"
                self._running = job
            return job

    def _run(self, job: ModelTestJob) -> None:
        child = self._evaluator.start(self._run_of(job))
        with self._lock:
            self._child, self._is_held = child, False
            if self._is_closing or job not in self._jobs:
                child.kill()
            self._hold_or_let_go()
        try:
            for text in child.lines():
                told = understood(text)
                if told is not None:
                    job.note(told)
            ended = child.wait()
        finally:
            # Where listening failed it may run still.
            child.kill()
            with self._lock:
                self._child = self._running = None
        if job.outcome is None:
            self._end(job, _why(ended))
            return
        self._around.keep(self._evaluation(job, job.outcome)).result()
        self._end(job, None)

    def _run_of(self, job: ModelTestJob) -> EvaluationRun:
        order = job.order
        path = self._around.models.file_of(order.sha256)
        return EvaluationRun(
            model=path,
            track=self._around.track_of(order.track or DEMO),
            is_stress=order.kind == "stress",
            laps=job.laps,
            seed=order.seed,
            as_measured=order.as_measured and self._around.measured_of(order.as_measured),
        )

    def _evaluation(self, job: ModelTestJob, outcome: ReportLine | CardLine) -> Evaluation:
        told = outcome.model_copy(update={"as_measured": job.order.as_measured})
        return Evaluation(
            evaluation_id=self._around.new_id(),
            sha256=job.order.sha256,
            kind=job.order.kind,
            track=outcome.track,
            track_sha256=outcome.track_sha256,
            seed=outcome.seed,
            laps=job.laps,
            versions=outcome.versions,
            made_wall_utc=self._around.wall_utc(),
            outcome=told.model_dump_json(exclude={"kind"}).encode(),
            as_measured=job.order.as_measured or "",
        )

    def _end(self, job: ModelTestJob, sentence: str | None) -> None:
        with self._lock:
            job.state = "done" if sentence is None else "failed"
            job.sentence = sentence
            job.ended_ns = self._around.now_ns()


def _why(ended: RunEnded) -> str:
    if ended.code == -24:  # SIGXCPU
        return "The test took too long; the model is too large to be driven on this machine."
    return ended.said or f"The test ended with status {ended.code}."
