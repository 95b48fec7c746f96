"""What the service needs for models from outside: a folder for their files, and their trial."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

PapersKind = Literal["card", "metadata"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where one upload lies: names that the server chose, in a folder of its own."""

    model: Path
    papers: Path
    #: The file that the trial writes: the model as it drives.
    made: Path


@dataclass(frozen=True, slots=True)
class Brought:
    """An upload that is whole: its file's name as people know it, and what papers came with it."""

    file_name: str
    papers_kind: PapersKind | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """How a model was made on this server, where it wasn't brought.

    ``origin`` is a ``ModelOrigin`` as JSON, ``reward`` its reward function's hash and source.
    """

    name: str
    origin: bytes
    reward: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What a trial said. ``reason`` is its sentence where the model can't drive.

    ``sha256`` is that of the made file; ``about`` a ``ModelAbout`` as JSON. ``archive`` is the file
    that was brought and its hash, where a stock car can drive with it.
    """

    reason: str | None
    sha256: str = ""
    about: bytes = b""
    archive: tuple[Path, str] | None = None


class ModelFolder(Protocol):
    """Where models' files are. Errors are StorageFailedError."""

    def receiving(self) -> AbstractContextManager[Parcel]:
        """Give one upload a folder, which is gone when the block ends."""

    def keep(self, made: Path, sha256: str) -> int:
        """Take a file over under its hash and return its size; the same once more is no change.

        Raises StorageFailedError too where the file's bytes have another hash.
        """

    def keep_archive(self, brought: Path, sha256: str) -> int:
        """Take over the archive that a model came in, as ``keep`` does."""

    def find(self, sha256: str) -> Path | None:
        """Return where the file of a hash is, None where it isn't."""

    def find_archive(self, sha256: str) -> Path | None:
        """Return where the archive of a hash is, None where it isn't."""

    def sweep(self, known: frozenset[str]) -> None:
        """Delete the files and archives of hashes that nobody knows any more."""

    def free_bytes(self) -> int:
        """Return how much room the disk has."""


class ModelTrial(Protocol):
    """Tries a model out in a process of its own, with limits."""

    def missing(self) -> str | None:
        """Return why no model can be tried here, None where one can."""

    def judge(self, parcel: Parcel, brought: Brought) -> TrialOutcome:
        """Try the model and make the file that drives. Takes seconds: not for the loop."""
