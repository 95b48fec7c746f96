"""The one place of the server where a training runs: a thread, a process, and what stops it.

The process ends with the thread that started it, however the server dies; what it had written is
enough to go on from. While a heat is at the line or on track the process is stopped where it is.
"""

import threading
from collections.abc import Callable
from typing import Literal

import structlog

from timing_server.contract.workshop import (
    FaultLine,
    OutcomeLine,
    PlaceLine,
    RoomState,
    RoundLine,
    SaidLine,
)
from timing_server.service.errors import ServiceError
from timing_server.service.workshop.ports import RunEnded, Trainer, Training, TrainingRun
from timing_server.service.workshop.running.book import Book, end_by_hand
from timing_server.service.workshop.running.job import Job, understood

_log = structlog.get_logger()

#: Nobody tells when a machine has room again but by a fact; this is for what nobody told.
LOOK_S = 2.0
#: A process that is killed again and again would be for ever.
MAX_KILLS = 3
LEAST_MINUTES = 0.5

Intent = Literal["stop", "aside", "delete", "close"]
#: Puts the model of a training into its owner's library and returns its hash.
Adopt = Callable[[Job], str]


class Bench:
    """Runs what is due in the book, one after the other."""

    def __init__(
        self,
        book: Book,
        trainer: Trainer,
        room: Callable[[], RoomState],
        track_of: Callable[[str], str],
        measured_of: Callable[[str], str],
        adopt: Adopt,
    ) -> None:
        self._book = book
        self._trainer = trainer
        self._room = room
        self._track_of = track_of
        self._measured_of = measured_of
        self._adopt = adopt
        self._news = threading.Event()
        # Held for moments only, since the writer of the log waits for it: no disk meanwhile.
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._child: Training | None = None
        self._intent: Intent | None = None
        self._is_held = False
        self._gives_way = False
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="workshop", daemon=True)

    def start(self) -> None:
        """Begin to take what is due."""
        self._thread.start()

    def close(self) -> None:
        """End what runs, which goes on at the next start; returns once it has ended."""
        with self._lock:
            self._is_closing = True
            self._end("close")
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Stop what runs where there is no room, or let it go on; from any thread, at once."""
        with self._lock:
            self._hold_or_let_go()
        self._news.set()

    @property
    def gives_way(self) -> bool:
        """Whether what runs stands still for a test of a model."""
        return self._gives_way

    def give_way(self, to_test: bool) -> None:
        """Stop what runs, and begin nothing, while a model is tested; or let it go on."""
        with self._lock:
            self._gives_way = to_test
            self._hold_or_let_go()
        self._news.set()

    def intend(self, job: Job, intent: Intent) -> bool:
        """End a training's process for a reason; say whether it runs at all.

        Under the book's lock, so that it neither begins nor ends meanwhile.
        """
        with self._lock:
            if self._job is not job:
                return False
            self._end(intent)
            return True

    def _end(self, intent: Intent) -> None:
        self._intent = intent
        if self._child is not None:
            self._child.kill()

    def _hold_or_let_go(self) -> None:
        if self._child is None or self._job is None or self._intent is not None:
            return
        is_free = self._room().is_free
        is_paused = self._job.course.is_paused
        if is_paused and is_free and self._book.due():
            # Nobody shall wait for somebody who is away.
            self._end("aside")
            return
        if self._is_held == (is_paused or self._gives_way or not is_free):
            return
        self._is_held = not self._is_held
        self._job.clock.hold(is_held=self._is_held)
        if self._is_held:
            self._child.hold()
        else:
            self._child.let_go()

    # --- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        self._adopt_what_is_left()
        while not self._is_closing:
            job = self._take()
            if job is None:
                self._news.wait(LOOK_S)
                self._news.clear()
                continue
            try:
                self._train(job)
            except ServiceError as error:
                self._fail(job, str(error))
            except Exception:  # noqa: BLE001 - the supervisor of everything that is trained
                _log.exception("workshop_failed", training=job.training_id)
                self._fail(job, "The server failed at this training; its log says why.")

    def _adopt_what_is_left(self) -> None:
        """Put models into libraries that were made when the server died."""
        for job in self._book.all():
            is_left = job.course.model_sha256 is None and job.course.model_problem is None
            if not (job.is_over and job.course.laps is not None and is_left):
                continue
            try:
                self.take_over(job)
            except Exception:  # noqa: BLE001 - one model must not keep others from being trained
                _log.exception("model_not_adopted", training=job.training_id)

    def _take(self) -> Job | None:
        """Return the training that is to run now; from here on it does, for everybody else."""
        if self._gives_way or not self._room().is_free:
            return None
        with self._book.lock:
            job = next(iter(self._book.due()), None)
            if job is None:
                return None
            try:
                self._book.begin(job)
            except ServiceError as error:
                # A disk that is full now is asked again in a moment.
                _log.error("training_not_begun", error=str(error))
                return None
            with self._lock:
                self._job, self._intent, self._is_held = job, None, False
            return job

    def _train(self, job: Job) -> None:
        order = job.sheet.order
        child = self._trainer.start(
            TrainingRun(
                files=self._book.folder.files(job.training_id),
                track=self._track_of(order.track),
                seed=order.seed,
                minutes=max(LEAST_MINUTES, job.left_s / 60),
                network=order.network,
                algorithm=order.algorithm,
                cars=order.cars,
                as_measured=order.as_measured and self._measured_of(order.as_measured),
            )
        )
        with self._lock:
            self._child = child
            job.clock.begin(is_running=True)
            if self._intent is not None or self._is_closing:
                self._end(self._intent or "close")
            self._hold_or_let_go()
        try:
            told = self._listen(job, child)
            ended = child.wait()
        finally:
            # Where listening failed it may run still.
            child.kill()
            with self._lock:
                self._child = None
                job.clock.begin(is_running=False)
        self._settle(job, told, ended)

    def _listen(self, job: Job, child: Training) -> OutcomeLine | FaultLine | None:
        """Note what is told; return what was said of the end."""
        spent_before_s = job.told_s
        last: OutcomeLine | FaultLine | None = None
        for text in child.lines():
            told = understood(text, spent_before_s)
            if isinstance(told, OutcomeLine | FaultLine):
                last = told
            elif isinstance(told, PlaceLine):
                self._book.place(job, told)
            elif told is not None and self._intent is None:
                self._book.tell(job, told)
                if isinstance(told, RoundLine):
                    with self._lock:
                        job.clock.begin(is_running=not self._is_held)
        return last

    def _settle(self, job: Job, told: OutcomeLine | FaultLine | None, ended: RunEnded) -> None:
        """Say what has become of a training whose process has ended."""
        with self._book.lock:
            with self._lock:
                self._job, intent = None, self._intent
            if intent == "delete":
                self._book.folder.delete(job.training_id)
                return
            if intent in {"aside", "close"}:
                self._book.change(job, state="waiting")
                return
            if intent == "stop":
                end_by_hand(self._book, job)
            elif isinstance(told, OutcomeLine):
                self._note_outcome(job, told)
            elif isinstance(told, FaultLine):
                self._note_failure(job, "fault", told.sentence, told.line)
            elif ended.code < 0:
                self._note_killed(job, -ended.code)
            else:
                said = ended.said or f"The training ended with status {ended.code}."
                self._note_failure(job, "refused", said)
        self.take_over(job)

    def _note_outcome(self, job: Job, told: OutcomeLine) -> None:
        self._book.change(
            job,
            state="stopped" if told.reason == "stopped" else "done",
            ending=told.reason,
            steps=told.steps,
            clean_laps=told.clean_laps,
            laps=told.laps,
            best_us=told.best_us,
        )

    def _note_failure(
        self,
        job: Job,
        ending: Literal["fault", "refused", "crashed"],
        sentence: str,
        line: int | None = None,
    ) -> None:
        self._book.change(job, state="failed", ending=ending, sentence=sentence, line=line)

    def _note_killed(self, job: Job, signal: int) -> None:
        """Let a training go on that somebody or the kernel killed, a few times."""
        kills = job.course.kills + 1
        if kills > MAX_KILLS:
            words = f"Its process was killed {kills} times (signal {signal})."
            self._note_failure(job, "crashed", words)
            return
        words = f"The process was killed (signal {signal}); it goes on from the last round."
        self._book.tell(job, SaidLine(words=words, code="killed"))
        self._book.change(job, state="waiting", kills=kills)

    def take_over(self, job: Job) -> None:
        """Put the model where its owner finds it, where there is one."""
        if not job.is_over or job.course.laps is None:
            return
        try:
            self._book.change(job, model_sha256=self._adopt(job))
        except ServiceError as error:
            self._book.change(job, model_problem=str(error))

    def _fail(self, job: Job, sentence: str) -> None:
        with self._book.lock, self._lock:
            self._job, intent = None, self._intent
        try:
            if intent == "delete":
                self._book.folder.delete(job.training_id)
                return
            self._note_failure(job, "refused", sentence)
        except ServiceError as error:
            _log.error("training_not_noted", training=job.training_id, error=str(error))
