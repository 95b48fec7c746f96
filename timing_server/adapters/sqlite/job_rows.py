"""What is written and read of the queue of models to be driven on virtual tracks."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import CursorResult, Executable, RowMapping, Select, delete, insert, select, update

from timing_server.adapters.sqlite.tables import JOBS
from timing_server.service.entities import Job


class _Executing(Protocol):
    def _execute(
        self, statement: Executable, rows: dict[str, Any] | None = None
    ) -> CursorResult[Any]: ...


class _Reading(Protocol):
    def _rows(self, wanted: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]: ...


class JobWrites:
    """The part of a transaction that is about the queue."""

    def add_job(self: _Executing, job: Job) -> None:
        """Put a job at the end of the queue."""
        self._execute(
            insert(JOBS),
            {
                "submission_id": job.submission_id,
                "event_id": job.event_id,
                "model_sha256": job.model_sha256,
                "worker": job.worker,
                "lease_id": job.lease_id,
                "attempts": job.attempts,
            },
        )

    def change_job(self: _Executing, job: Job) -> None:
        """Note who drives a job, how often it was begun; it keeps its place."""
        own = JOBS.c.submission_id == job.submission_id
        values = {"worker": job.worker, "lease_id": job.lease_id, "attempts": job.attempts}
        self._execute(update(JOBS).where(own).values(**values))

    def delete_job(self: _Executing, submission_id: str) -> None:
        """Take a job out of the queue."""
        self._execute(delete(JOBS).where(JOBS.c.submission_id == submission_id))


class JobReads:
    """The part of a store that is about the queue."""

    def jobs(self: _Reading) -> Sequence[Job]:
        """Return what waits or is driven, in the order of the queue."""
        columns = [column for column in JOBS.c if column.name != "position"]
        found = self._rows(select(*columns).order_by(JOBS.c.position))
        return [Job(**row) for row in found]
