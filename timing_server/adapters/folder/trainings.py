"""Trainings on the disk: a folder each, with what was ordered, how far it is and what it made."""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog

from timing_server.service.errors import StorageFailedError
from timing_server.service.workshop.ports import StoredTraining, TrainingFiles

_log = structlog.get_logger()

_SHEET, _COURSE, _LINES = "order.json", "course.json", "progress.jsonl"
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
#: What is being deleted: a server that dies meanwhile must not find half a training.
_GOING = ".going"


class KeptTrainings:
    """Implements ``service.workshop.ports.TrainingFolder`` below a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        for left in path.glob(f"*{_GOING}"):
            shutil.rmtree(left, ignore_errors=True)

    def stored(self) -> Sequence[StoredTraining]:
        """Return every training that can be read."""
        found = []
        for folder in self._path.iterdir() if self._path.is_dir() else ():
            try:
                sheet, course = (folder / _SHEET).read_bytes(), (folder / _COURSE).read_bytes()
                lines = folder / _LINES
                # A power cut may leave half a letter, which spoils its own line alone.
                told = lines.read_text("utf-8", "replace") if lines.exists() else ""
            except OSError as error:
                _log.error("training_unreadable", folder=folder.name, error=str(error))
                continue
            found.append(StoredTraining(sheet, course, tuple(told.split("\n"))))
        return found

    def create(
        self,
        training_id: str,
        sheet: bytes,
        reward: str,
        metadata: str | None,
        parent: Path | None = None,
    ) -> None:
        """Make a training's folder with what it needs, a copy of its parent's file included."""
        files = self.files(training_id)
        try:
            files.folder.mkdir(parents=True, mode=0o700)
            files.reward.write_text(reward, encoding="utf-8")
            if metadata is not None:
                files.metadata.write_text(metadata, encoding="utf-8")
            if parent is not None:
                shutil.copyfile(parent, files.parent)
            _write(files.folder / _SHEET, sheet)
        except OSError as error:
            raise _not_kept(error) from error

    def write_course(self, training_id: str, course: bytes) -> None:
        """Keep how far it is: whole, or not at all."""
        try:
            _write(self.files(training_id).folder / _COURSE, course)
        except OSError as error:
            raise _not_kept(error) from error

    def append(self, training_id: str, line: str) -> None:
        """Add a line to what it told."""
        try:
            with (self.files(training_id).folder / _LINES).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise _not_kept(error) from error

    def files(self, training_id: str) -> TrainingFiles:
        """Return where its files lie."""
        if not _ID.match(training_id):
            raise StorageFailedError("A training can't be kept under such an id.")
        return TrainingFiles(self._path / training_id)

    def delete(self, training_id: str) -> None:
        """Delete a training with all its files."""
        folder = self.files(training_id).folder
        going = folder.with_name(folder.name + _GOING)
        try:
            folder.rename(going)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _not_kept(error) from error
        shutil.rmtree(going, ignore_errors=True)

    def free_bytes(self) -> int:
        """Return how much room the disk has."""
        try:
            found = os.statvfs(self._path if self._path.exists() else self._path.parent)
        except OSError as error:
            raise _not_kept(error) from error
        return found.f_bavail * found.f_frsize


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _not_kept(error: OSError) -> StorageFailedError:
    return StorageFailedError(f"A training can't be kept ({error.strerror}).")
