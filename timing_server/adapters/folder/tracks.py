"""The venue's tracks on the disk: a file each under its id, and those laid aside for a while.

No name that a person chose is ever a path here.
"""

import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from timing_server.service.errors import StorageFailedError

_SUFFIX = ".track"
_ID = re.compile(r"[0-9a-f]{32}")
_ASIDE = "deleted"
#: How many deleted tracks can be brought back; older ones are gone.
KEPT_ASIDE = 20


class KeptTracks:
    """Implements ``service.tracks.ports.TrackFolder``; one thread at a time may call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ids(self) -> Sequence[str]:
        """Return the ids of all tracks."""
        found = (file.name.removesuffix(_SUFFIX) for file in self._path.glob(f"*{_SUFFIX}"))
        return sorted(each for each in found if _ID.fullmatch(each))

    def stamp(self, track_id: str) -> str | None:
        """Return what changes whenever a track's file does, None where there is none."""
        file = self._file(track_id)
        try:
            found = file.stat() if file is not None else None
        except OSError:
            return None
        return None if found is None else f"{found.st_ino}.{found.st_mtime_ns}.{found.st_size}"

    def read(self, track_id: str) -> bytes | None:
        """Return a track's file, None where there is none."""
        file = self._file(track_id)
        try:
            return file.read_bytes() if file is not None else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageFailedError(f"A track can't be read ({error.strerror}).") from error

    def write(self, track_id: str, content: bytes) -> None:
        """Keep a track's file: whole, or not at all."""
        file = self._file(track_id)
        if file is None:
            raise StorageFailedError("A track's id is 32 digits of base 16.")
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, fresh = tempfile.mkstemp(dir=self._path, prefix=".", suffix=".new")
            try:
                with os.fdopen(descriptor, "wb") as written:
                    written.write(content)
                    written.flush()
                    os.fsync(written.fileno())
                Path(fresh).replace(file)
            finally:
                Path(fresh).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailedError(f"A track can't be kept ({error.strerror}).") from error

    def delete(self, track_id: str) -> bool:
        """Lay a track aside, from where it can be brought back; say whether it was there."""
        file = self._file(track_id)
        if file is None:
            return False
        aside = self._path / _ASIDE
        try:
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
            laid = file.replace(aside / file.name)
            os.utime(laid)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageFailedError(f"A track can't be deleted ({error.strerror}).") from error
        _keep_newest(aside, KEPT_ASIDE)
        return True

    def restore(self, track_id: str) -> bool:
        """Bring a track back that was laid aside; say whether it was."""
        file = self._file(track_id)
        if file is None or file.exists():
            return False
        try:
            (self._path / _ASIDE / file.name).replace(file)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageFailedError(f"A track can't be kept ({error.strerror}).") from error
        return True

    def keep_newest(self, count: int) -> None:
        """Delete for good all but the newest."""
        _keep_newest(self._path, count)

    def path_of(self, track_id: str) -> Path | None:
        """Return where a track's file is, None where it isn't."""
        file = self._file(track_id)
        return file if file is not None and file.is_file() else None

    def _file(self, track_id: str) -> Path | None:
        """Return the place of an id; None for what isn't one."""
        return self._path / f"{track_id}{_SUFFIX}" if _ID.fullmatch(track_id) else None


def _keep_newest(folder: Path, count: int) -> None:
    by_age = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda each: each.stat().st_mtime_ns)
    for old in by_age[:-count]:
        with suppress(OSError):
            old.unlink()
