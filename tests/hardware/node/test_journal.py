import sqlite3
from pathlib import Path

import pytest

from hardware.node.errors import JournalError
from hardware.node.journal import Journal, JournalReader
from tests.hardware.node.records import OTHER_BOOT_ID, edge_draft, pass_draft
from timing_server.contract.machines.journal import EdgeRecord


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def test_one_sequence_over_restarts(path: Path) -> None:
    """It should number on where it ended, under the same journal id."""
    first = Journal(path)
    assert [r.seq for r in first.append([edge_draft(1), pass_draft(1)])] == [1, 2]
    first.close()
    subject = Journal(path)
    assert subject.journal_id == first.journal_id
    assert subject.last_seq == 2
    assert [r.seq for r in subject.append([edge_draft(2)])] == [3]
    subject.close()


def test_new_file_is_another_journal(tmp_path: Path) -> None:
    """It should never let one number of one journal stand for two records."""
    journals = [Journal(tmp_path / name) for name in ("a", "b")]
    assert journals[0].journal_id != journals[1].journal_id
    for journal in journals:
        journal.close()


def test_is_durable_by_pragma(path: Path) -> None:
    """It should write ahead and wait for the disk."""
    subject = Journal(path)
    assert subject._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert subject._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    subject.close()


def test_what_is_read_is_what_is_sent(path: Path) -> None:
    """It should give back each record's JSON, in order, by lane and by range."""
    subject = Journal(path)
    written = subject.append([edge_draft(1), pass_draft(1), edge_draft(2, 0), pass_draft(9)])
    reader = JournalReader(path)
    assert [r.body for r in reader.ordered(0, 10)] == [r.model_dump_json() for r in written]
    assert [r.seq for r in reader.ordered(2, 1)] == [3]
    assert [r.seq for r in reader.urgent(0, 10)] == [2, 4]
    assert [r.seq for r in reader.between(2, 3)] == [2, 3]
    assert [r.seq for r in reader.passes()] == [2, 4]
    assert EdgeRecord.model_validate_json(reader.ordered(0, 1)[0].body) == written[0]
    reader.close()
    subject.close()


def test_full_disk_stores_nothing_and_can_be_tried_again(path: Path) -> None:
    """It should refuse a group whole, and take the same group with the same numbers later."""
    subject = Journal(path)
    subject.append([edge_draft(1)])
    (pages,) = subject._connection.execute("PRAGMA page_count").fetchone()
    subject._connection.execute(f"PRAGMA max_page_count={pages}")
    group = [edge_draft(n) for n in range(500)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        subject.append(group)
    assert subject.last_seq == 1
    subject._connection.execute("PRAGMA max_page_count=1000000")
    assert subject.append(group)[0].seq == 2
    subject.close()


def test_mark_is_kept(path: Path) -> None:
    """It should remember the server's mark, without a record of its own."""
    first = Journal(path)
    first.append([edge_draft(1)])
    assert first.append([], acked_seq=1) == []
    first.close()
    subject = Journal(path)
    assert (subject.acked_seq, subject.last_seq) == (1, 1)
    subject.close()


def test_damaged_file(path: Path) -> None:
    """It should say what to do with a file that is no journal."""
    path.write_bytes(b"this is no database, however long it may be" * 50)
    with pytest.raises(JournalError, match="move it to a safe place"):
        Journal(path)


def test_place_that_cannot_be_opened(tmp_path: Path) -> None:
    """It should say what to do where the file can't be opened at all."""
    with pytest.raises(JournalError, match="make room"):
        Journal(tmp_path / "no-such-folder" / "journal.sqlite3")


def test_later_release(path: Path) -> None:
    """It should leave alone what a later release wrote."""
    Journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=9")
    connection.close()
    with pytest.raises(JournalError, match="later release"):
        Journal(path)


def test_end_of_a_gate(path: Path) -> None:
    """It should give a restart the edges since the gate's last pass, of the last boot alone."""
    subject = Journal(path)
    subject.append([edge_draft(900, boot_id=OTHER_BOOT_ID), pass_draft(900, boot_id=OTHER_BOOT_ID)])
    subject.append([edge_draft(10), edge_draft(11, 0), pass_draft(10)])
    subject.append([edge_draft(500, gate="sector"), edge_draft(20), pass_draft(20)])
    subject.append([edge_draft(21, 0), edge_draft(30)])
    reader = JournalReader(path)
    assert reader.gates() == ["finish", "sector"]
    boot_id, known_mono_ns, edges = reader.passes_and_edges_at_the_end("finish")
    assert boot_id != OTHER_BOOT_ID
    assert known_mono_ns == {20}
    assert [edge.mono_ns for edge in edges] == [20, 21, 30]
    assert [edge.mono_ns for edge in reader.passes_and_edges_at_the_end("sector")[2]] == [500]
    reader.close()
    subject.close()
