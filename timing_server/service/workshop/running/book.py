"""The trainings that there are, in memory and on the disk alike."""

import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from pydantic import ValidationError

from timing_server.contract.workshop import PlaceLine, ProgressLine, SaidLine
from timing_server.service.workshop.ports import StoredTraining, TrainingFolder
from timing_server.service.workshop.running.job import (
    MAX_LINES,
    Course,
    Job,
    Sheet,
    best_exam,
    read_line,
)

_log = structlog.get_logger()


class Book:
    """Knows every training. Whoever decides by what it knows and changes it holds ``lock``.

    Reading alone needs no lock. Errors are StorageFailedError, after which nothing has changed.
    """

    def __init__(self, folder: TrainingFolder) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self._jobs: dict[str, Job] = {}

    def load(self) -> None:
        """Read what was kept; what ran when the server died waits for its turn again."""
        with self.lock:
            for stored in self.folder.stored():
                job = _read(stored)
                if job is not None:
                    self._jobs[job.training_id] = job
                    if job.course.state == "running":
                        # Not on the disk, which says so again at the next start: a full one must
                        # not keep the server from starting.
                        job.course = job.course.changed(state="waiting")

    def all(self) -> list[Job]:
        """Return every training, the newest order first."""
        jobs = list(self._jobs.values())
        return sorted(jobs, key=lambda each: each.sheet.made_utc, reverse=True)

    def find(self, training_id: str) -> Job | None:
        """Return a training, None where there is none."""
        return self._jobs.get(training_id)

    def due(self) -> list[Job]:
        """Return those that wait for their turn, the next one first."""
        due = [each for each in list(self._jobs.values()) if each.is_due]
        return sorted(due, key=lambda each: each.course.number)

    def next_number(self) -> int:
        """Return the place behind all others."""
        return 1 + max((each.course.number for each in list(self._jobs.values())), default=0)

    def add(self, sheet: Sheet, metadata: str | None, parent: Path | None = None) -> Job:
        """Begin a training, which waits behind all others."""
        with self.lock:
            course = Course(number=self.next_number(), budget_s=60.0 * sheet.order.max_minutes)
            job = Job(sheet, course)
            self.folder.create(
                sheet.training_id,
                sheet.model_dump_json().encode(),
                sheet.order.source,
                metadata,
                parent,
            )
            self.folder.write_course(sheet.training_id, course.model_dump_json().encode())
            self._jobs[sheet.training_id] = job
            return job

    def change(self, job: Job, **changes: object) -> None:
        """Let a training's course be another one, on the disk first."""
        with self.lock:
            course = job.course.changed(**changes)
            self.folder.write_course(job.training_id, course.model_dump_json().encode())
            job.course = course

    def begin(self, job: Job) -> None:
        """Note that a process trains; where its cars drive this time it will tell by itself."""
        self.change(job, state="running", cluster_processors=None, cluster_problem=None)

    def place(self, job: Job, told: PlaceLine) -> None:
        """Note where its cars drive."""
        self.change(job, cluster_processors=told.processors, cluster_problem=told.problem)

    def tell(self, job: Job, line: ProgressLine) -> None:
        """Add a line to what a training told; past a number of them only rounds are kept."""
        if len(job.lines) >= MAX_LINES and isinstance(line, SaidLine):
            return
        self.folder.append(job.training_id, line.model_dump_json())
        job.lines.append(line)

    def forget(self, job: Job) -> None:
        """Know nothing of a training any more; its files are deleted by whoever it runs with."""
        with self.lock:
            self._jobs.pop(job.training_id, None)


def end_by_hand(book: Book, job: Job) -> None:
    """Note that somebody ended a training; the best model so far is what came of it."""
    best = best_exam(job.rounds)
    book.change(
        job,
        state="stopped",
        ending="stopped",
        is_paused=False,
        steps=best.steps if best else None,
        clean_laps=best.clean_laps if best else None,
        laps=best.laps if best else None,
    )


def _read(stored: StoredTraining) -> Job | None:
    try:
        sheet = Sheet.model_validate_json(stored.sheet)
        course = Course.model_validate_json(stored.course)
    except ValidationError as error:
        _log.error("training_unreadable", error=str(error))
        return None
    lines: Sequence[ProgressLine | None] = [read_line(text) for text in stored.lines]
    return Job(sheet, course, [line for line in lines if line is not None])
