import sqlite3
from pathlib import Path

import pytest

from hardware.node import pruning
from hardware.node.health import Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.pruning import Pruner
from tests.hardware.node.records import edge_draft, pass_draft


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def full_journal(path: Path, acked_seq: int) -> Journal:
    """Return a journal with 900 edges and 300 passes: edge, edge, pass, edge, pass, edge …"""
    made = Journal(path)
    drafts = [
        draft
        for n in range(300)
        for draft in (edge_draft(n), edge_draft(n, 0), pass_draft(n), edge_draft(n))
    ]
    made.append(drafts, acked_seq)
    return made


def kinds(path: Path) -> list[tuple[int, str]]:
    reader = JournalReader(path)
    found = [(record.seq, record.kind) for record in reader.ordered(0, 10_000)]
    reader.close()
    return found


def test_gives_up_acknowledged_edges_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should keep every pass, every edge above the mark and the newest, and shrink."""
    monkeypatch.setattr(pruning, "KEPT_SEQS", 100)
    journal = full_journal(path, acked_seq=800)
    before_bytes = journal.used_bytes
    subject, counters = Pruner(journal, 0, Counters()), Counters()
    subject = Pruner(journal, 0, counters)
    for _ in range(3):
        subject.after_commit()
    found = kinds(path)
    assert [seq for seq, kind in found if kind == "edge"] == [
        seq for seq in range(801, 1201) if seq % 4 != 3
    ]
    assert sum(kind == "pass" for _, kind in found) == 300
    assert journal.used_bytes < before_bytes
    assert counters.all["edges_given_up"] == 600
    journal.close()


def test_newest_stay_though_acknowledged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should leave a restart the edges that it needs."""
    monkeypatch.setattr(pruning, "KEPT_SEQS", 100)
    journal = full_journal(path, acked_seq=1200)
    Pruner(journal, 0, Counters()).after_commit()
    assert min(seq for seq, kind in kinds(path) if kind == "edge") == 1101
    journal.close()


def test_below_the_limit_nothing_goes(path: Path) -> None:
    """It should give nothing up while there is room."""
    journal = full_journal(path, acked_seq=1200)
    Pruner(journal, 10**9, Counters()).after_commit()
    assert len(kinds(path)) == 1200
    journal.close()


def test_a_sick_disk_is_borne(path: Path) -> None:
    """It should leave the journal alone where the disk won't have it, and not raise."""
    journal = full_journal(path, acked_seq=1200)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal._connection.execute("PRAGMA busy_timeout=1")
    Pruner(journal, 0, Counters()).after_commit()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        journal.give_up_edges(1200, 5)
    other.execute("ROLLBACK")
    other.close()
    assert len(kinds(path)) == 1200
    assert journal.give_up_edges(1200, 5) == 5
    journal.close()


def test_a_restart_goes_on_where_it_was(path: Path) -> None:
    """It should remember up to where it looked, so that kept passes aren't walked each time."""
    journal = full_journal(path, acked_seq=1200)
    assert journal.give_up_edges(600, 10_000) == 450
    journal.close()
    subject = Journal(path)
    assert subject.pruned_seq == 600
    assert subject.give_up_edges(600, 10_000) == 0
    subject.close()
