"""The records on the car's disk: one file per heat, the oldest given up above a size."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from car_agent.blackbox.salvage import salvage
from car_agent.errors import RecordTroubleError
from timing_server.contract.blackbox.reading import RecordDamagedError

_log = structlog.get_logger()

WHOLE = ".mcap"
#: A record that is being written, or was when the power went.
OPEN = ".mcap.part"
#: An empty file beside a record: race control has it.
FETCHED = ".fetched"

_MB = 1_000_000
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole record on the disk."""

    path: Path
    size_bytes: int
    mtime_ns: int
    is_fetched: bool


class Shelf:
    """Names, finds, bounds and mends records; any thread may call. Errors: RecordTroubleError."""

    def __init__(self, folder: Path, limit_mb: int, free_mb: int) -> None:
        self.folder = folder
        self._limit_bytes = limit_mb * _MB
        self._free_bytes = free_mb * _MB

    def new_path(self, heat_id: str, stamp: str) -> Path:
        """Return where a new record is written; ``stamp`` sorts records by their age."""
        return self.folder / f"{stamp}-{_UNSAFE.sub('_', heat_id)}{OPEN}"

    def finish(self, path: Path) -> Path:
        """Give a record that was written its name. Raises RecordTroubleError."""
        whole = path.with_name(path.name.removesuffix(OPEN) + WHOLE)
        try:
            path.replace(whole)
        except OSError as error:
            raise RecordTroubleError(f"A record can't be kept ({error.strerror}).") from error
        return whole

    def records(self) -> list[Kept]:
        """Return the whole records, the oldest first."""
        found = []
        with suppress(OSError):
            for path in self.folder.glob(f"*{WHOLE}"):
                with suppress(OSError):
                    status = path.stat()
                    is_fetched = self._mark(path).exists()
                    found.append(Kept(path, status.st_size, status.st_mtime_ns, is_fetched))
        return sorted(found, key=lambda each: (each.mtime_ns, each.path.name))

    def mark_fetched(self, path: Path) -> None:
        """Note that race control has a record, so that it may go when room is needed."""
        with suppress(OSError):
            self._mark(path).touch()

    def has_room(self) -> bool:
        """Whether the disk has the room that must be left; fetched records go to make it."""
        for kept in [each for each in self.records() if each.is_fetched]:
            if self._free() >= self._free_bytes:
                return True
            self._give_up(kept)
        return self._free() >= self._free_bytes

    def make_room(self, wanted_bytes: int) -> None:
        """Give up the oldest records, those that race control has first, until so much fits."""
        records = self.records()
        used_bytes = sum(each.size_bytes for each in records)
        for kept in sorted(records, key=lambda each: not each.is_fetched):
            if used_bytes + wanted_bytes <= self._limit_bytes:
                return
            self._give_up(kept)
            used_bytes -= kept.size_bytes

    def open_records(self) -> list[Path]:
        """Return the records without an end: before the first run, those that a crash left."""
        with suppress(OSError):
            return sorted(self.folder.glob(f"*{OPEN}"))
        return []

    def mend(self, paths: Iterable[Path]) -> None:
        """Make whole files of records that a crash left open; what can't be read goes."""
        for path in paths:
            self._mend(path)

    def _mend(self, path: Path) -> None:
        mended = path.with_suffix(".mending")
        try:
            mended.unlink(missing_ok=True)
            rows = salvage(path, mended)
            mended.replace(path.with_name(path.name.removesuffix(OPEN) + WHOLE))
            path.unlink()
        except RecordDamagedError:
            with suppress(OSError):
                path.unlink()
            return
        except OSError as error:
            _log.warning("record_not_mended", record=path.name, reason=str(error))
            return
        finally:
            with suppress(OSError):
                mended.unlink(missing_ok=True)
        _log.info("record_mended", record=path.name, rows=rows)

    def _give_up(self, kept: Kept) -> None:
        with suppress(OSError):
            kept.path.unlink()
            self._mark(kept.path).unlink(missing_ok=True)
            _log.info("record_given_up", record=kept.path.name, was_fetched=kept.is_fetched)

    def _free(self) -> int:
        there = next((each for each in self._line_of_folders() if each.exists()), self.folder)
        try:
            found = os.statvfs(there)
        except OSError:
            return 0 if self._free_bytes else 1
        return found.f_bavail * found.f_frsize

    def _line_of_folders(self) -> tuple[Path, ...]:
        folder = self.folder.absolute()
        return (folder, *folder.parents)

    @staticmethod
    def _mark(path: Path) -> Path:
        return path.with_suffix(FETCHED)
