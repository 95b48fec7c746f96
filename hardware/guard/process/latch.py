"""The emergency stop's note on disk: it outlives the guard, the agent and a power cut."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

_log = structlog.get_logger()

#: What a note that can't be read says: something was latched, and nobody knows why.
UNREADABLE = "latched before; the note of why can't be read"

Later = Callable[[Callable[[], None]], None]


def at_once(act: Callable[[], None]) -> None:
    """Do it now, in the caller's own thread."""
    act()


class Latch:
    """The note beside the car's token; without a path it lasts as long as the process.

    ``later`` runs what may wait for a disk; the guard's own thread never does.
    """

    def __init__(self, path: Path | None, later: Later = at_once) -> None:
        self._path = path
        self._later = later
        self.reason = None if path is None else _read(path)

    def set(self, reason: str) -> None:
        """Keep that the emergency stop is latched."""
        self.reason = reason
        path = self._path
        if path is not None:
            self._later(lambda: _write(path, reason))

    def clear(self) -> None:
        """Keep that it isn't any more."""
        self.reason = None
        path = self._path
        if path is not None:
            self._later(lambda: _remove(path))


def _read(path: Path) -> str | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return str(note["reason"])[:200] or UNREADABLE
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return UNREADABLE


def _write(path: Path, reason: str) -> None:
    note = {"reason": reason, "wall_utc": datetime.now(UTC).isoformat(timespec="seconds")}
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            json.dump(note, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path)
    except OSError as error:
        _log.error("emergency_stop_not_kept", path=str(path), reason=error.strerror)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        _sync_folder(path)
    except OSError as error:
        _log.error("emergency_stop_note_stays", path=str(path), reason=error.strerror)


def _sync_folder(path: Path) -> None:
    """Have the file's name on the disk: who presses the button pulls the battery next."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
