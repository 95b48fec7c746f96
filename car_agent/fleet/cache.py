"""Models that race control sent, on the car's disk: each under its hash, half ones beside them.

What was fetched half stays, so that a broken link or a restart costs only what was under way.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path

from car_agent.errors import ModelCacheError

WHOLE = ".onnx"
_HALF = ".part"


class ModelCache:
    """Keeps files below a folder. One thread writes; finding is for any. Raises ModelCacheError."""

    def __init__(self, folder: Path, limit_bytes: int, whole: str = WHOLE) -> None:
        """``whole`` is the ending of files that are whole."""
        self._folder = folder
        self._whole = whole
        self._limit_bytes = limit_bytes

    @property
    def folder(self) -> Path:
        """Where the files are; it lies on the disk that matters."""
        return self._folder

    def find(self, sha256: str) -> Path | None:
        """Return where the whole file of a hash is, None where it isn't."""
        path = self._folder / f"{sha256}{self._whole}"
        return path if path.is_file() else None

    def received_bytes(self, sha256: str) -> int:
        """Return how much of a file is here, 0 for nothing."""
        for path in (self._folder / f"{sha256}{self._whole}", self._half(sha256)):
            with suppress(OSError):
                return path.stat().st_size
        return 0

    def append(self, sha256: str, offset: int, content: bytes) -> None:
        """Write a piece where it belongs; what lay behind it is cut off."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._half(sha256).open("ab") as file:
                if file.tell() != offset:
                    file.truncate(offset)
                file.write(content)
        except OSError as error:
            raise _not_kept(error) from error

    def forget_half(self, sha256: str) -> None:
        """Give up what was received of a file: it isn't what it should be."""
        with suppress(OSError):
            self._half(sha256).unlink()

    def finish(self, sha256: str) -> bool:
        """Take a received file over where its bytes have that hash; else give it up."""
        half = self._half(sha256)
        try:
            with half.open("rb") as file:
                is_right = file_digest(file, "sha256").hexdigest() == sha256
                os.fsync(file.fileno())
            if is_right:
                half.replace(self._folder / f"{sha256}{self._whole}")
            else:
                half.unlink()
        except OSError as error:
            raise _not_kept(error) from error
        return is_right

    def make_room(self, size_bytes: int, kept: Collection[str]) -> None:
        """Delete the files that came longest ago, except ``kept``, until so much fits.

        Raises ModelCacheError where it can't fit.
        """
        files = sorted(self._files(), key=lambda each: each[1].st_mtime_ns)
        used_bytes = sum(status.st_size for _, status in files)
        for path, status in files:
            if used_bytes + size_bytes <= self._limit_bytes:
                return
            if path.stem not in kept:
                with suppress(OSError):
                    path.unlink()
                used_bytes -= status.st_size
        if used_bytes + size_bytes > self._limit_bytes:
            most = self._limit_bytes // 2**20
            raise ModelCacheError(
                f"The models for the next heats need more than this car keeps ({most} MiB); "
                "raise its model_cache_mb."
            )

    def _half(self, sha256: str) -> Path:
        return self._folder / f"{sha256}{_HALF}"

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix in {self._whole, _HALF}:
                    with suppress(OSError):
                        yield path, path.stat()


def _not_kept(error: OSError) -> ModelCacheError:
    return ModelCacheError(f"A model can't be kept on this car ({error.strerror}).")
