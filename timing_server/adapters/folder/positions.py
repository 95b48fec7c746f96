"""Where trackers saw cars, on the disk: a file of lines for each heat, a folder for each event."""

import re
import shutil
from contextlib import suppress
from pathlib import Path

from timing_server.service.errors import StorageFailedError

#: A heat of an hour with sixteen cars takes this much; nothing more is written of one.
HEAT_LIMIT_BYTES = 32 * 2**20
#: All heats together; those of the event that was touched longest ago go first.
LIMIT_BYTES = 512 * 2**20
_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


class KeptPositions:
    """Keeps positions below a folder. Errors are StorageFailedError."""

    def __init__(self, path: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes

    def append(self, event_id: str, heat_id: str, lines: bytes) -> None:
        """Write lines behind those that are there; what is too much is left out."""
        file = self._file(event_id, heat_id)
        if file is None:
            return
        try:
            if not file.exists():
                self._make_room(event_id)
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            elif file.stat().st_size + len(lines) > HEAT_LIMIT_BYTES:
                return
            with file.open("ab") as appended:
                appended.write(lines)
        except OSError as error:
            raise StorageFailedError(f"Positions can't be kept ({error.strerror}).") from error

    def read(self, event_id: str, heat_id: str) -> bytes:
        """Return a heat's lines, nothing where there are none."""
        file = self._file(event_id, heat_id)
        try:
            return b"" if file is None else file.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StorageFailedError(f"Positions can't be read ({error.strerror}).") from error

    def _make_room(self, event_id: str) -> None:
        """Let the oldest events' positions go until a heat fits; those of this event stay."""
        sizes = {
            folder: sum(each.stat().st_size for each in folder.iterdir())
            for folder in self._path.glob("*")
            if folder.is_dir()
        }
        used = sum(sizes.values())
        for folder in sorted(sizes, key=lambda each: each.stat().st_mtime_ns):
            if used + HEAT_LIMIT_BYTES <= self._limit_bytes:
                return
            if folder.name != event_id:
                used -= sizes[folder]
                with suppress(OSError):
                    shutil.rmtree(folder)

    def _file(self, event_id: str, heat_id: str) -> Path | None:
        if not (_PART.match(event_id) and _PART.match(heat_id)):
            return None
        return self._path / event_id / f"{heat_id}.jsonl"
