"""Snapshots of the database: taken while a race runs, checked before they are trusted, put back.

A snapshot is one SQLite file, made by SQLite's online backup: it holds exactly what was committed
at one instant, and nobody who writes meanwhile waits for it. It carries credentials' hashes and
people's names, so it is for this user alone (0600).
"""

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from timing_server.adapters.errors import SnapshotError
from timing_server.rules.errors import BrokenChainError, MalformedFactError, UnknownFactError
from timing_server.rules.stored.codec import verify

SUFFIX = ".sqlite3"
#: The row that holds the venue's key in a backup.
_KEY_BLOB = "venue-key.pem"
_LINES = "SELECT stored FROM facts WHERE stream = ? ORDER BY seq"
#: What a name may be made of: it comes from an instant and a cause, and goes into an address.
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,80}\.sqlite3$")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot on the disk. ``made_utc`` is the file's own time, ISO 8601."""

    name: str
    bytes_n: int
    made_s: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What a snapshot was found to hold, every stream's chain intact."""

    facts: int
    streams: int


def take_snapshot(database_file: Path, target: Path, venue_key: bytes | None) -> None:
    """Copy the database as it is at this instant; a file of that name is replaced as a whole.

    The venue's key (PEM) goes along, so that a server on another machine is the same venue.

    Raises SnapshotError where there is no database, or the target can't be written.
    """
    if not database_file.is_file():
        raise SnapshotError(
            f"There is no database at {database_file}: name the data folder with --data."
        )
    try:
        _copy(database_file, target, venue_key)
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(f"The snapshot {target} can't be written ({error}).") from error


def check_snapshot(path: Path) -> Checked:
    """Look whether a file is a whole Paddock database whose every stream is as it was written.

    Raises SnapshotError with what is wrong with it.
    """
    if not path.is_file():
        raise SnapshotError(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise SnapshotError(f"{path} is damaged: {found}.")
            return _check_streams(database, path)
    except sqlite3.Error as error:
        raise SnapshotError(f"{path} is no backup of Paddock's ({error}).") from error


def _check_streams(database: sqlite3.Connection, path: Path) -> Checked:
    heads = database.execute(
        "SELECT stream, hash, max(seq) FROM facts GROUP BY stream ORDER BY stream"
    ).fetchall()
    facts = 0
    for stream, head_hash, last_seq in heads:
        lines = database.execute(_LINES, (stream,))
        try:
            verify((bytes(line[0]) for line in lines), head_hash=head_hash)
        except (BrokenChainError, MalformedFactError, UnknownFactError) as error:
            raise SnapshotError(f"{path} can't be trusted, in stream {stream}: {error}") from error
        facts += last_seq
    return Checked(facts, len(heads))


def restore_snapshot(snapshot: Path, database_file: Path, aside_name: str) -> Path | None:
    """Put a checked snapshot in the database's place; returns where what was there lies now.

    The caller holds the data folder, so that no server writes. Raises SnapshotError.
    """
    aside = database_file.with_name(aside_name)
    try:
        had_database = database_file.exists()
        _copy(snapshot, database_file.with_suffix(".restored"), None)
        if had_database:
            _fold(database_file)
            database_file.replace(aside)
        for companion in ("-wal", "-shm"):
            database_file.with_name(database_file.name + companion).unlink(missing_ok=True)
        database_file.with_suffix(".restored").replace(database_file)
        _sync_folder(database_file.parent)
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(f"The backup can't be put back ({error}).") from error
    return aside if had_database else None


def venue_key_of(snapshot: Path) -> bytes | None:
    """Return the venue's key (PEM) that went along with a backup, None where none did."""
    uri = f"{snapshot.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            wanted = "SELECT content FROM blobs WHERE name = ?"
            found = database.execute(wanted, (_KEY_BLOB,)).fetchone()
    except sqlite3.Error as error:
        raise SnapshotError(f"{snapshot} is no backup of Paddock's ({error}).") from error
    return None if found is None else bytes(found[0])


class SnapshotFolder:
    """The snapshots of one data folder; implements ``service.backups.Snapshots``.

    They are without the venue's key: it lies beside them, and organisers may fetch them over a
    network, where whoever reads along could sign results in the venue's name.
    """

    def __init__(self, database_file: Path, folder: Path) -> None:
        self._database_file = database_file
        self._folder = folder

    def take(self, name: str) -> None:
        """Take one under a name without suffix. Raises SnapshotError."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SnapshotError(f"{self._folder} can't be made ({error.strerror}).") from error
        target = self._folder / f"{name}{SUFFIX}"
        take_snapshot(self._database_file, target, venue_key=None)

    def all(self) -> Sequence[Snapshot]:
        """Return what is there, newest first."""
        found = []
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if _NAME.match(path.name) and path.is_file():
                    stat = path.stat()
                    found.append(Snapshot(path.name, stat.st_size, stat.st_mtime))
        return sorted(found, key=lambda each: (each.made_s, each.name), reverse=True)

    def drop(self, name: str) -> None:
        """Delete one that is there. Raises SnapshotError."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise SnapshotError(f"{name} can't be deleted ({error.strerror}).") from error

    def path_of(self, name: str) -> Path | None:
        """Return where a snapshot lies, None for a name that none has."""
        known = {each.name for each in self.all()}
        return self._folder / name if name in known else None


@contextmanager
def _fresh_file(target: Path) -> Iterator[Path]:
    """Give an empty file for this user alone, which takes the target's place when all went well."""
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield fresh
        fresh.replace(target)
        _sync_folder(target.parent)
    finally:
        for leftover in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            leftover.unlink(missing_ok=True)


def _copy(database_file: Path, target: Path, venue_key: bytes | None) -> None:
    """Copy a database as of one instant into a single file that needs no companions.

    The key is in backups alone: the database that serves never holds it.
    """
    source_uri = f"{database_file.absolute().as_uri()}?mode=ro"
    with _fresh_file(target) as fresh:
        with (
            closing(sqlite3.connect(source_uri, uri=True)) as source,
            closing(sqlite3.connect(fresh)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("DELETE FROM blobs WHERE name = ?", (_KEY_BLOB,))
            if venue_key is not None:
                copy.execute("INSERT INTO blobs VALUES (?, ?)", (_KEY_BLOB, venue_key))
            copy.commit()
        _sync(fresh)


def _fold(database_file: Path) -> None:
    """Take what waits in the write-ahead log into the file, before the file is moved alone."""
    with closing(sqlite3.connect(database_file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    _sync(folder)
