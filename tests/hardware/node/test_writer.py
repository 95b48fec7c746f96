import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.node import writer as writer_module
from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.writer import ALARM, JournalWriter
from tests.hardware.node.records import edge_draft
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.journal import Record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()


@pytest.fixture
def subject(path: Path, alarms: Alarms) -> Iterator[JournalWriter]:
    made = JournalWriter(Journal(path), alarms, Counters())
    yield made
    if made._thread.is_alive():
        made.close()


def stored(path: Path) -> list[int]:
    reader = JournalReader(path)
    seqs = [record.seq for record in reader.ordered(0, 10_000)]
    reader.close()
    return seqs


def test_tells_only_what_is_on_disk(subject: JournalWriter, path: Path) -> None:
    """It should tell of records when another connection can already read them."""
    told: list[int] = []

    def check(records: object) -> None:
        assert isinstance(records, list)
        assert stored(path)[-1] == records[-1].seq == subject.committed_seq
        told.extend(record.seq for record in records)

    subject.start(check)
    for n in range(300):
        subject.submit(edge_draft(n))
    on_disk = threading.Event()
    subject.submit(edge_draft(300), on_disk)
    assert on_disk.wait(PATIENCE_S)
    assert subject.close() == 0
    assert told == stored(path) == list(range(1, 302))


def test_groups(subject: JournalWriter) -> None:
    """It should commit what waits as one group, not one by one."""
    groups: list[int] = []
    for n in range(1200):
        subject.submit(edge_draft(n))
    subject.start(lambda records: groups.append(len(records)))
    subject.close()
    assert groups == [500, 500, 200]


def test_full_disk(
    subject: JournalWriter, path: Path, alarms: Alarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should keep everything in memory with a red alarm, and write it when there is room."""
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    connection = subject._journal._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    is_full = threading.Event()
    real = alarms.set_alarm

    def noticed(name: str, sentence: str) -> None:
        real(name, sentence)
        is_full.set()

    monkeypatch.setattr(alarms, "set_alarm", noticed)
    for n in range(700):
        subject.submit(edge_draft(n))
    subject.start()
    assert is_full.wait(PATIENCE_S)
    assert "goes on in memory" in alarms.active[ALARM]
    assert stored(path) == []
    on_disk = threading.Event()
    subject.submit(edge_draft(700), on_disk)
    assert not on_disk.is_set()
    connection.execute("PRAGMA max_page_count=1000000")
    assert on_disk.wait(PATIENCE_S)
    assert stored(path) == list(range(1, 702))
    assert alarms.active == {}


def test_end_on_a_full_disk_counts_what_is_lost(
    subject: JournalWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say how many records could not be written, rather than hang or keep silent."""
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    connection = subject._journal._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    for n in range(700):
        subject.submit(edge_draft(n))
    subject.start()
    assert subject.close(patience_s=0.1) == 700


def test_flush(subject: JournalWriter, path: Path) -> None:
    """It should wait for what was submitted, and for nothing where nothing was."""
    subject.start()
    assert subject.flush(patience_s=10)
    for n in range(3):
        subject.submit(edge_draft(n))
    assert subject.flush(patience_s=10)
    assert stored(path) == [1, 2, 3]


def test_mark_rides_along(subject: JournalWriter, path: Path) -> None:
    """It should keep the server's mark by the end at the latest."""
    records: list[Record] = []
    subject.start(records.extend)
    subject.submit(edge_draft(1))
    subject.note_ack(1)
    subject.close()
    journal = Journal(path)
    assert journal.acked_seq == 1
    journal.close()
