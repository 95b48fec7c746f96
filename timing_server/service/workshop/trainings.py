"""Trainings that people order in the browser: begun, paused, ended, gone on with, given up."""

from pathlib import Path
from typing import TypeVar

from timing_server.contract.workshop import (
    Lacking,
    TrainingDetail,
    TrainingOrder,
    TrainingView,
    WorkshopDesk,
)
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.models.errors import DiskNearlyFullError
from timing_server.service.office import Caller
from timing_server.service.workshop.action_space import checked, metadata_of
from timing_server.service.workshop.errors import (
    NoModelYetError,
    TooManyTrainingsError,
    TrainingClosedError,
    TrainingOverError,
    TrainingsBusyError,
    TrainingUnderWayError,
)
from timing_server.service.workshop.ports import Trainer, TrainingFiles, TrainingFolder
from timing_server.service.workshop.running.bench import Adopt, Bench
from timing_server.service.workshop.running.book import Book, end_by_hand
from timing_server.service.workshop.running.job import Job, Sheet
from timing_server.service.workshop.running.views import detail_of, view_of
from timing_server.service.workshop.surroundings import Surroundings

WAITING_PER_OWNER = 3
KEPT_PER_OWNER = 20
#: What the race needs of the disk, and a training's own few files.
KEPT_FREE_BYTES = 600 * 1024 * 1024
INSTALL: dict[Lacking, str] = {"train": "make setup-train", "sandbox": "make setup-sandbox"}
#: Such a training has no checkpoint, or would fail again.
_FINAL = frozenset({"laps", "steps", "fault"})


View = TypeVar("View", bound=TrainingView)


class Trainings:
    """Looks at files: not for the loop. ``who`` is a driver; None may see and do everything."""

    def __init__(
        self, folder: TrainingFolder, trainer: Trainer, adopt: Adopt, around: Surroundings
    ) -> None:
        self._book = Book(folder)
        self._trainer = trainer
        self._around = around
        self._bench = Bench(
            self._book, trainer, around.room, around.track_of, around.measured_of, adopt
        )

    def start(self) -> None:
        """Go on with what was under way when the server ended."""
        self._book.load()
        self._bench.start()

    def close(self) -> None:
        """End what runs; the next start goes on with it."""
        self._bench.close()

    def look(self) -> None:
        """Stop what runs or let it go on, as a heat wants; from any thread, without the disk."""
        self._bench.look()

    def give_way(self, to_test: bool) -> None:
        """Stop what runs while a model is tested, which is a matter of moments, or let it go on."""
        self._bench.give_way(to_test)

    @property
    def is_wanted(self) -> bool:
        """Whether a training runs or is due, that nobody paused."""
        return any(
            each.is_due or (each.course.state == "running" and not each.course.is_paused)
            for each in self._book.all()
        )

    def desk(self) -> WorkshopDesk:
        """Return what this machine lacks."""
        return WorkshopDesk(lacks=self._trainer.lacks(), has_cluster=self._trainer.has_cluster)

    def views(self, registry: RegistryRows, who: str | None) -> list[TrainingView]:
        """Return one's own trainings, the newest first."""
        turn, room = self._turn(), self._around.room()
        return [
            self._as_seen_by(who, view_of(each, turn, registry, room))
            for each in self._book.all()
            if who is None or each.sheet.owner == who
        ]

    def detail(
        self, registry: RegistryRows, who: str | None, training_id: str, since: int
    ) -> TrainingDetail:
        """Return one with its progress since a line. Raises UnknownIdError."""
        job = self._own(who, training_id)
        files = self._book.folder.files(training_id)
        detail = detail_of(job, self._turn(), registry, self._around.room(), files, since)
        return self._as_seen_by(who, detail)

    def files(self, who: str | None, training_id: str) -> TrainingFiles:
        """Return where its files lie. Raises UnknownIdError."""
        return self._book.folder.files(self._own(who, training_id).training_id)

    def order(self, owner: str, caller: Caller, order: TrainingOrder) -> str:
        """Begin a training and return its id; the same request once more is no other training.

        Raises TrainingClosedError, TooManyTrainingsError, TrainingsBusyError, DiskNearlyFullError,
        UnknownIdError, or what the action space is refused with.
        """
        asked = None if caller.retry_key is None else (caller.principal, caller.retry_key)
        with self._book.lock:
            again = [each for each in self._book.all() if asked and each.sheet.asked == asked]
            if again:
                return again[0].training_id
            self._check_open()
            self._check_room(owner)
            checked(order.action_space, order.algorithm)
            self._around.track_of(order.track)
            if order.as_measured is not None:
                self._around.measured_of(order.as_measured)
            sheet = Sheet(
                training_id=self._around.new_id(),
                owner=owner,
                made_utc=self._around.wall_utc(),
                order=order,
                asked=asked,
            )
            parent = self._weights_of(order)
            # A parent's weights are of its own actions, which its file tells to the last digit.
            space = None if parent is not None else order.action_space
            job = self._book.add(sheet, metadata_of(space, order.algorithm), parent)
        self._bench.look()
        return job.training_id

    def pause(self, who: str | None, training_id: str) -> None:
        """Stop a training where it is, until somebody lets it go on. Raises TrainingOverError."""
        with self._book.lock:
            job = self._own(who, training_id)
            if job.is_over:
                raise TrainingOverError("This training is over.")
            self._book.change(job, is_paused=True)
        self._bench.look()

    def go_on(self, who: str | None, training_id: str, minutes: int) -> None:
        """Let a training go on that was paused, or one that is over for so long again.

        Raises TrainingOverError where there is nothing to go on from, and as ``order`` does.
        """
        with self._book.lock:
            job = self._own(who, training_id)
            if not job.is_over:
                self._book.change(job, is_paused=False)
            else:
                self._begin_again(job, minutes)
        self._bench.look()

    def _weights_of(self, order: TrainingOrder) -> Path | None:
        """Return the file whose weights to begin with, None for none. Raises UnknownIdError."""
        if not order.is_from_parent:
            return None
        return self._around.models.file_of(order.parent_sha256 or "")

    def _begin_again(self, job: Job, minutes: int) -> None:
        if job.course.ending in _FINAL:
            raise TrainingOverError("This training is over; begin another one with its reward.")
        self._check_open()
        self._check_waiting(job.sheet.owner)
        self._book.change(
            job,
            state="waiting",
            number=self._book.next_number(),
            budget_s=job.told_s + 60.0 * minutes,
            is_paused=False,
            kills=0,
            **dict.fromkeys(("ending", "sentence", "line", "steps", "clean_laps", "laps")),
            **dict.fromkeys(("best_us", "model_sha256", "model_problem")),
        )

    def stop(self, who: str | None, training_id: str) -> None:
        """End a training with the best model so far. Raises TrainingOverError."""
        with self._book.lock:
            job = self._own(who, training_id)
            if job.is_over:
                raise TrainingOverError("This training is over.")
            if self._bench.intend(job, "stop"):
                return
            end_by_hand(self._book, job)
        self._bench.take_over(job)

    def keep_model(self, who: str | None, training_id: str) -> None:
        """Try once more to put its model into its owner's library.

        Raises TrainingUnderWayError, or NoModelYetError where it ended before there was one.
        """
        with self._book.lock:
            job = self._own(who, training_id)
            if not job.is_over:
                raise TrainingUnderWayError("This training isn't over yet.")
            if job.course.laps is None:
                raise NoModelYetError("This training ended before there was a model.")
        self._bench.take_over(job)

    def delete(self, who: str | None, training_id: str) -> None:
        """End a training and forget it; a model that is in a library stays."""
        with self._book.lock:
            self._delete(self._own(who, training_id))

    def sweep(self, registry: RegistryRows) -> None:
        """Forget the trainings of drivers who were forgotten."""
        with self._book.lock:
            for each in self._book.all():
                if each.sheet.owner and each.sheet.owner not in registry.drivers:
                    self._delete(each)

    def _delete(self, job: Job) -> None:
        self._book.forget(job)
        if not self._bench.intend(job, "delete"):
            self._book.folder.delete(job.training_id)

    def _turn(self) -> list[Job]:
        """Return what runs and then what is due, in turn."""
        running = [each for each in self._book.all() if each.course.state == "running"]
        return [*running, *self._book.due()]

    def _own(self, who: str | None, training_id: str) -> Job:
        job = self._book.find(training_id)
        if job is None or (who is not None and job.sheet.owner != who):
            raise UnknownIdError("training", training_id)
        return job

    def _check_open(self) -> None:
        lacking = self._trainer.lacks()
        if lacking:
            commands = " and ".join(INSTALL[each] for each in lacking)
            raise TrainingClosedError(
                f"This server can't train models yet; run {commands} in Paddock's folder.",
                commands=commands,
            )

    def _as_seen_by(self, who: str | None, view: View) -> View:
        """Say that it stands still for a test of a model, where it does.

        What is wrong with the cluster, its address included, is the organisers' matter.
        """
        is_open = view.state in {"waiting", "running"} and not view.is_paused
        changes: dict[str, object] = {}
        if self._bench.gives_way and is_open and view.holds is None:
            changes["holds"] = "model_test"
        if who is not None:
            changes["cluster_problem"] = None
        return view.model_copy(update=changes)

    def _check_room(self, owner: str) -> None:
        own = [each for each in self._book.all() if each.sheet.owner == owner]
        if len(own) >= KEPT_PER_OWNER:
            raise TooManyTrainingsError(
                f"Only {KEPT_PER_OWNER} trainings are kept for each; delete one first.",
                most=KEPT_PER_OWNER,
            )
        self._check_waiting(owner)
        if self._book.folder.free_bytes() < KEPT_FREE_BYTES:
            raise DiskNearlyFullError("The server's disk is nearly full; nothing can be trained.")

    def _check_waiting(self, owner: str) -> None:
        waiting = [e for e in self._book.all() if e.sheet.owner == owner and not e.is_over]
        if len(waiting) >= WAITING_PER_OWNER:
            raise TrainingsBusyError(
                f"You have {WAITING_PER_OWNER} trainings under way; wait for one of them.",
                most=WAITING_PER_OWNER,
            )
