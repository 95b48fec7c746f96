"""Models on the disk: each file under its own hash, and uploads in a folder that is their own.

No name that a person chose is ever a path here.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path

from timing_server.service.errors import StorageFailedError
from timing_server.service.models.ports import Parcel

_INCOMING = "incoming"
_SUFFIX = ".onnx"
_ARCHIVE = ".tar.gz"
_HEX = frozenset("0123456789abcdef")


class KeptModels:
    """Keeps models' files below a folder; any thread may call. Errors are StorageFailedError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # What a server that was killed left half received.
        shutil.rmtree(path / _INCOMING, ignore_errors=True)

    @contextmanager
    def receiving(self) -> Iterator[Parcel]:
        """Give one upload a folder, which is gone when the block ends."""
        try:
            incoming = self._path / _INCOMING
            incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = Path(tempfile.mkdtemp(dir=incoming))
        except OSError as error:
            raise _not_kept(error) from error
        try:
            yield Parcel(folder / "model", folder / "papers", folder / "made.onnx")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, made: Path, sha256: str) -> int:
        """Take a file over under its hash and return its size; the same once more is no change.

        Raises StorageFailedError too where the file's bytes have another hash.
        """
        return self._take_over(made, sha256, _SUFFIX)

    def keep_archive(self, brought: Path, sha256: str) -> int:
        """Take over the archive that a model came in, as ``keep`` does."""
        return self._take_over(brought, sha256, _ARCHIVE)

    def _take_over(self, made: Path, sha256: str, suffix: str) -> int:
        kept = self._file(sha256, suffix)
        try:
            with made.open("rb") as file:
                size_bytes = os.fstat(file.fileno()).st_size
                if kept is None or file_digest(file, "sha256").hexdigest() != sha256:
                    message = "The model that was made isn't the one that was tried."
                    raise StorageFailedError(message)
                os.fsync(file.fileno())
            made.replace(kept)
            _sync_folder(self._path)
        except OSError as error:
            if isinstance(error, StorageFailedError):
                raise
            raise _not_kept(error) from error
        return size_bytes

    def find(self, sha256: str) -> Path | None:
        """Return where the file of a hash is, None where it isn't."""
        return self._found(sha256, _SUFFIX)

    def find_archive(self, sha256: str) -> Path | None:
        """Return where the archive of a hash is, None where it isn't."""
        return self._found(sha256, _ARCHIVE)

    def sweep(self, known: frozenset[str]) -> None:
        """Delete the files and archives of hashes that nobody knows any more."""
        for suffix in (_SUFFIX, _ARCHIVE):
            for file in self._path.glob(f"*{suffix}"):
                if file.name.removesuffix(suffix) not in known:
                    with suppress(OSError):
                        file.unlink()

    def free_bytes(self) -> int:
        """Return how much room the disk has."""
        try:
            found = os.statvfs(self._path if self._path.exists() else self._path.parent)
        except OSError as error:
            raise _not_kept(error) from error
        return found.f_bavail * found.f_frsize

    def _found(self, sha256: str, suffix: str) -> Path | None:
        file = self._file(sha256, suffix)
        return file if file is not None and file.is_file() else None

    def _file(self, sha256: str, suffix: str) -> Path | None:
        """Return the place of a hash; None for what isn't one."""
        is_hash = len(sha256) == 64 and _HEX.issuperset(sha256)
        return self._path / f"{sha256}{suffix}" if is_hash else None


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_kept(error: OSError) -> StorageFailedError:
    return StorageFailedError(f"A model can't be kept ({error.strerror}).")
