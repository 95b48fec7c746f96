"""A journal of a whole season, a million passes by 'make faults': nothing in it takes longer."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.node.health import Counters
from hardware.node.journal import JOURNAL_FILE, Draft, Journal, JournalReader
from hardware.node.pruning import AT_ONCE, KEPT_SEQS, Pruner
from hardware.node.uplink.delivery import URGENT_MAX, Delivery
from tests.hardware.node.records import edge_draft, pass_draft
from timing_server.contract.machines.journal import MAX_BATCH_RECORDS

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

PASSES = 1_000_000 if int(os.environ.get("PADDOCK_FAULT_CYCLES", "0")) >= 100 else 10_000
APART_NS = 3_000_000_000
#: What SQLite may do for one question, in its own steps; a walk over all records takes far more.
STEPS_MAX = 60_000
_STEPS_AT_ONCE = 100


def drafts_of(n: int) -> list[Draft]:
    at_ns = n * APART_NS
    return [edge_draft(at_ns), edge_draft(at_ns + 5_000_000, 0), pass_draft(at_ns)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("season") / JOURNAL_FILE
    journal = Journal(made)
    group: list[Draft] = []
    for n in range(PASSES):
        group += drafts_of(n)
        if len(group) >= 3_000 or n == PASSES - 1:
            journal.append(group, acked_seq=journal.last_seq)
            group = []
    journal.close()
    return made


class Steps:
    """Counts what SQLite does while it is asked."""

    def __init__(self, reader: JournalReader) -> None:
        self.steps = 0
        reader._connection.set_progress_handler(self._count, _STEPS_AT_ONCE)

    def _count(self) -> int:
        self.steps += _STEPS_AT_ONCE
        return 0


@pytest.fixture
def reader(path: Path) -> Iterator[JournalReader]:
    made = JournalReader(path)
    yield made
    made.close()


def test_a_restart_reads_the_end_alone(reader: JournalReader) -> None:
    """It should find a gate's last edges without reading the season."""
    counted = Steps(reader)
    assert reader.gates() == ["finish"]
    _, known_ns, edges = reader.passes_and_edges_at_the_end("finish")
    assert known_ns == {(PASSES - 1) * APART_NS}
    assert len(edges) == 2
    assert reader.last_seq() == 3 * PASSES
    assert counted.steps < STEPS_MAX


def test_any_part_is_sent_as_quickly(reader: JournalReader) -> None:
    """It should read a batch, a range or what is urgent without reading what lies before."""
    counted = Steps(reader)
    late = Delivery.resume(3 * PASSES - 2_000).next_batch(reader)
    assert late is not None
    # The two lanes overlap: what is urgent and next is sent once.
    assert URGENT_MAX <= len(late.records) <= MAX_BATCH_RECORDS
    middle = 3 * (PASSES // 2)
    assert [each.seq for each in reader.between(middle, middle + 9)] == list(
        range(middle, middle + 10)
    )
    assert counted.steps < STEPS_MAX


def test_the_oldest_edges_go_and_every_pass_stays(path: Path) -> None:
    """It should come below its limit by a small part at a time, all passes kept."""
    journal = Journal(path)
    before_bytes = journal.used_bytes
    counters = Counters()
    subject = Pruner(journal, before_bytes // 2, counters)
    for _ in range(2 * PASSES // AT_ONCE + 1):
        subject.after_commit()
    upto_seq = min(journal.acked_seq, journal.last_seq - KEPT_SEQS)
    has_given_all = journal.give_up_edges(upto_seq, 1) == 0
    assert journal.used_bytes <= before_bytes // 2 or has_given_all
    assert counters.all["edges_given_up"] > 0
    (passes,) = journal._connection.execute(
        "SELECT count(*) FROM records WHERE kind = 'pass'"
    ).fetchone()
    assert passes == PASSES
    journal.close()
