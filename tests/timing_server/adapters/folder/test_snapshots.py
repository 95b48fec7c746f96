"""Snapshots of a real database, with somebody writing to it meanwhile."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from timing_server.adapters.errors import SnapshotError
from timing_server.adapters.folder import snapshots as subject
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.rules.facts.plan import EventCreated
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, encode
from timing_server.rules.units import EventId, StreamId
from timing_server.service.entities import StoredFact

STREAM = StreamId("event-1")
KEY = b"-----BEGIN PRIVATE KEY-----"


class Log:
    """A database whose one stream grows by a fact at a time, chained as the server does."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "paddock.sqlite3"
        self.store = SqlStore(open_database(self.file))
        self.seq = 0
        self.head_hash = GENESIS_HASH

    def grow(self, facts: int) -> None:
        for _ in range(facts):
            self.seq += 1
            fact = EventCreated(EventId(f"event-{self.seq}"), "UTC", False)
            recorded = Recorded(STREAM, self.seq, self.seq, "2026-05-01", "organiser", None, fact)
            stored = encode(recorded, self.head_hash)
            self.head_hash = chain_hash(stored)
            line = StoredFact(STREAM, self.seq, "EventCreated", self.head_hash, stored)
            with self.store.transaction() as rows:
                rows.append_facts([line])


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_a_snapshot_is_of_one_instant_while_somebody_writes(log: Log, tmp_path: Path) -> None:
    """It should hold a whole chain whenever it is taken, and hold nobody up for good."""
    log.grow(5)
    is_done = threading.Event()

    def keep_growing() -> None:
        while not is_done.is_set() and log.seq < 400:
            log.grow(1)

    writer = threading.Thread(target=keep_growing)
    writer.start()
    found = []
    try:
        for number in range(5):
            target = tmp_path / f"copy-{number}.sqlite3"
            subject.take_snapshot(log.file, target, KEY)
            found.append(subject.check_snapshot(target).facts)
    finally:
        is_done.set()
        writer.join()
    assert found == sorted(found)
    assert found[0] >= 5
    assert (tmp_path / "copy-0.sqlite3").stat().st_mode & 0o777 == 0o600
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_a_changed_fact_is_found_before_it_is_trusted(log: Log, tmp_path: Path) -> None:
    """It should name the fact that somebody changed, and refuse what is no backup at all."""
    log.grow(4)
    target = tmp_path / "copy.sqlite3"
    subject.take_snapshot(log.file, target, KEY)
    with closing(sqlite3.connect(target)) as database:
        stored = database.execute("SELECT stored FROM facts WHERE seq = 2").fetchone()[0]
        changed = bytes(stored).replace(b"event-2", b"event-9")
        database.execute("UPDATE facts SET stored = ? WHERE seq = 2", (changed,))
        database.commit()
    with pytest.raises(SnapshotError, match="Fact 2"):
        subject.check_snapshot(target)
    (tmp_path / "letter.txt").write_text("no database")
    with pytest.raises(SnapshotError, match="no backup"):
        subject.check_snapshot(tmp_path / "letter.txt")
    with pytest.raises(SnapshotError, match="no file"):
        subject.check_snapshot(tmp_path / "nowhere")


def test_a_backup_takes_the_place_of_what_was_there(log: Log, tmp_path: Path) -> None:
    """It should put the old state back and keep what was there beside it, both whole."""
    log.grow(3)
    target = tmp_path / "copy.sqlite3"
    subject.take_snapshot(log.file, target, KEY)
    log.grow(4)
    log.store.close()
    assert subject.venue_key_of(target) == KEY
    aside = subject.restore_snapshot(target, log.file, "before.sqlite3")
    assert subject.venue_key_of(log.file) is None
    assert aside == tmp_path / "before.sqlite3"
    assert subject.check_snapshot(aside).facts == 7
    store = SqlStore(open_database(log.file))
    try:
        assert [line.seq for line in store.read_stream(STREAM)] == [1, 2, 3]
    finally:
        store.close()


def test_a_backup_restores_a_lost_folder(log: Log, tmp_path: Path) -> None:
    """It should make the database where there is none: a new card in the same Pi."""
    log.grow(2)
    target = tmp_path / "copy.sqlite3"
    subject.take_snapshot(log.file, target, KEY)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert subject.restore_snapshot(target, fresh / "paddock.sqlite3", "aside.sqlite3") is None
    assert subject.check_snapshot(fresh / "paddock.sqlite3").facts == 2


def test_only_its_own_files_are_listed_and_addressed(log: Log, tmp_path: Path) -> None:
    """It should give no way to any other file, by whatever name."""
    log.grow(1)
    folder = subject.SnapshotFolder(log.file, tmp_path / "backups")
    folder.take("20260501-100000-000-by-hand")
    (tmp_path / "backups" / "..secret.sqlite3").write_text("x")
    (tmp_path / "backups" / "notes.txt").write_text("x")
    assert [each.name for each in folder.all()] == ["20260501-100000-000-by-hand.sqlite3"]
    for name in ("../paddock.sqlite3", "..secret.sqlite3", "notes.txt", "/etc/passwd", ""):
        assert folder.path_of(name) is None
    assert folder.path_of("20260501-100000-000-by-hand.sqlite3") is not None


def test_what_cannot_be_written_is_said(log: Log, tmp_path: Path) -> None:
    """It should say in a sentence that there is no database, or no place for the copy."""
    with pytest.raises(SnapshotError, match="no database"):
        subject.take_snapshot(tmp_path / "nowhere.sqlite3", tmp_path / "copy.sqlite3", None)
    log.grow(1)
    with pytest.raises(SnapshotError, match="can't be written"):
        subject.take_snapshot(log.file, tmp_path / "nowhere" / "copy.sqlite3", None)


def test_what_cannot_be_deleted_is_said(log: Log, tmp_path: Path) -> None:
    """It should say so in a sentence, so that whoever takes the next backup goes on."""
    folder = subject.SnapshotFolder(log.file, tmp_path / "backups")
    (tmp_path / "backups" / "old.sqlite3").mkdir(parents=True)
    with pytest.raises(SnapshotError, match="can't be deleted"):
        folder.drop("old.sqlite3")
    folder.drop("gone.sqlite3")
