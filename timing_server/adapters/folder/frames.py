"""Photo-finish frames on the disk: a folder per pass, the oldest given up above a size.

A file's name carries its place and its offset, so there is no table beside it. Names are made of
checked numbers and ids alone; nothing that a device calls itself becomes a path unchecked.
"""

import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from timing_server.service.devices.frames import Frame, PassKey
from timing_server.service.errors import StorageFailedError

#: About 10,000 passes with ten frames of 20 KB.
LIMIT_BYTES = 2 * 1024**3
#: How much of the limit is left when room was made, so that it isn't made for each frame.
_KEPT_FRAC = 0.9
_NAME = re.compile(r"^(\d{2})_(-?\d{1,8})\.jpg$")
_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


class FrameFolder:
    """Keeps frames below a folder; may be called from any thread. Errors are StorageFailedError."""

    def __init__(self, path: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._used_bytes: int | None = None
        self._lock = threading.Lock()

    def put(self, key: PassKey, frame: Frame, content: bytes) -> None:
        """Keep a frame; one that is there under the same index is replaced."""
        folder = self._folder(key)
        if folder is None:
            raise StorageFailedError("A pass whose ids are no plain words has no frames.")
        name = f"{frame.index:02d}_{frame.offset_us}.jpg"
        with self._lock:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                for known in folder.glob(f"{frame.index:02d}_*.jpg"):
                    self._forget(known)
                fresh = folder / f".{name}.new"
                fresh.write_bytes(content)
                fresh.replace(folder / name)
                self._used_bytes = self._used() + len(content)
                if self._used_bytes > self._limit_bytes:
                    self._make_room()
            except OSError as error:
                raise StorageFailedError(f"A frame can't be kept ({error.strerror}).") from error

    def all_of(self, key: PassKey) -> Sequence[Frame]:
        """Return the frames of a pass, by index."""
        return [frame for frame, _ in self._files(self._folder(key))]

    def read(self, key: PassKey, index: int) -> bytes | None:
        """Return one frame as a JPEG, None where there is none."""
        for frame, path in self._files(self._folder(key)):
            if frame.index == index:
                with suppress(FileNotFoundError):  # given up just now
                    return path.read_bytes()
        return None

    def _folder(self, key: PassKey) -> Path | None:
        """Return the pass's folder; None where its ids, an imported event's say, aren't plain."""
        if not (_PART.match(key.node_id) and _PART.match(key.journal_id) and key.seq > 0):
            return None
        return self._path / key.node_id / key.journal_id / str(key.seq)

    @staticmethod
    def _files(folder: Path | None) -> list[tuple[Frame, Path]]:
        if folder is None:
            return []
        found = ((_NAME.match(path.name), path) for path in sorted(folder.glob("*.jpg")))
        return [(Frame(int(name[1]), int(name[2])), path) for name, path in found if name]

    def _used(self) -> int:
        if self._used_bytes is None:
            self._used_bytes = sum(path.stat().st_size for path in self._path.rglob("*.jpg"))
        return self._used_bytes

    def _forget(self, path: Path) -> None:
        # Counted before this one goes, so that a first count doesn't miss it twice.
        self._used_bytes = self._used() - path.stat().st_size
        path.unlink()

    def _make_room(self) -> None:
        used_bytes = 0
        by_age = sorted(self._pass_folders(), key=lambda folder: folder.stat().st_mtime_ns)
        for folder in reversed(by_age):
            size = sum(path.stat().st_size for path in folder.iterdir())
            if used_bytes and used_bytes + size > self._limit_bytes * _KEPT_FRAC:
                shutil.rmtree(folder)
            else:
                used_bytes += size
        self._used_bytes = used_bytes

    def _pass_folders(self) -> Iterator[Path]:
        return (path for path in self._path.glob("*/*/*") if path.is_dir())
