"""The server's folder: one server at a time, its database, its setup code, its address."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timing_server.adapters.errors import AlreadyRunningError, DataFolderError


class DataFolder:
    """Paths inside the folder, and the two small files that other programs read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def database_file(self) -> Path:
        """The log and what stands beside it."""
        return self.path / "paddock.sqlite3"

    @property
    def backup_folder(self) -> Path:
        """Snapshots of the database: one after each heat, and those that somebody asked for."""
        return self.path / "backups"

    @property
    def frame_folder(self) -> Path:
        """What cameras at the line saw around each pass; no part of a backup."""
        return self.path / "frames"

    @property
    def model_folder(self) -> Path:
        """The models that drivers brought, each under its hash; no part of a backup."""
        return self.path / "models"

    @property
    def reward_folder(self) -> Path:
        """The reward functions that drivers wrote in the browser; no part of a backup."""
        return self.path / "rewards"

    @property
    def training_folder(self) -> Path:
        """Trainings, each with its reward, its progress and its checkpoint; no part of a backup."""
        return self.path / "trainings"

    @property
    def record_folder(self) -> Path:
        """What cars recorded of their runs, fetched after the heat; no part of a backup."""
        return self.path / "records"

    @property
    def track_folder(self) -> Path:
        """The venue's own tracks, each under its id; no part of a backup."""
        return self.path / "tracks"

    @property
    def measured_folder(self) -> Path:
        """What was measured of real cars, each under its id; no part of a backup."""
        return self.path / "measured"

    @property
    def position_folder(self) -> Path:
        """Where trackers saw cars, heat by heat; no part of a backup."""
        return self.path / "positions"

    @property
    def training_log_folder(self) -> Path:
        """The logs of simulations that people brought to look at; no part of a backup."""
        return self.path / "training-logs"

    @property
    def setup_code_file(self) -> Path:
        """The first organiser's one-time code, for this user alone, until it is used."""
        return self.path / "setup-code"

    @property
    def address_file(self) -> Path:
        """Where the server can be reached now: ``{"url", "pid"}``."""
        return self.path / "server.json"

    @property
    def venue_key_file(self) -> Path:
        """The private key with which the venue signs its results, for this user alone."""
        return self.path / "venue-key.pem"

    def read_setup_code(self) -> str | None:
        """Return the code that waits to be used, "" where the file is empty."""
        try:
            return self.setup_code_file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def write_setup_code(self, code: str) -> None:
        """Keep the code where only this user can read it."""
        _write(self.setup_code_file, code + "\n", mode=0o600)

    def delete_setup_code(self) -> None:
        """Forget the code: it was used."""
        self.setup_code_file.unlink(missing_ok=True)

    def read_venue_key(self) -> bytes | None:
        """Return the venue's private key as PEM, None where there is none yet."""
        try:
            return self.venue_key_file.read_bytes()
        except FileNotFoundError:
            return None

    def write_venue_key(self, pem: bytes) -> None:
        """Keep the venue's private key where only this user can read it."""
        _write(self.venue_key_file, pem.decode("ascii"), mode=0o600)

    def write_address(self, url: str) -> None:
        """Say where this server can be reached."""
        _write(self.address_file, json.dumps({"url": url, "pid": os.getpid()}) + "\n", mode=0o644)

    def delete_address(self) -> None:
        """Say that nobody serves here."""
        self.address_file.unlink(missing_ok=True)


@contextmanager
def locked_data_folder(path: Path) -> Iterator[DataFolder]:
    """Make the folder where needed and hold it: a second server on it is refused.

    The kernel drops the lock with the process, so a killed server leaves nothing behind. Raises
    AlreadyRunningError, or DataFolderError where the folder can't be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock_file = os.open(path / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = (
            f"The data folder {path} can't be written ({error.strerror}); name another with --data."
        )
        raise DataFolderError(message) from error
    try:
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = (
                f"Another Paddock server works on {path} already: stop it, "
                "or name another folder with --data."
            )
            raise AlreadyRunningError(message) from error
        yield DataFolder(path)
    finally:
        os.close(lock_file)


def _write(path: Path, content: str, *, mode: int) -> None:
    """Replace a file as a whole, with these permissions from its first byte on."""
    fresh = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        fresh.replace(path)
    except OSError as error:
        message = f"{path} can't be written ({error.strerror}); name another folder with --data."
        raise DataFolderError(message) from error
