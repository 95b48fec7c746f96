from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.node.detector import NS_PER_MS, PassDetector
from hardware.node.health import Alarms, Counters
from hardware.node.intake import STAMP_ALARM, EdgeIntake, recover
from hardware.node.journal import Journal, JournalReader
from hardware.node.sensing.sensing import Sensing
from hardware.node.writer import JournalWriter
from tests.hardware.node.records import BOOT_ID, OTHER_BOOT_ID, edge_draft, pass_draft
from tests.waiting import wait_until

NOW_NS = 10_000_000_000


class Desk:
    """A journal with its writer, and the clock that the test sets."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now_ns = NOW_NS
        self.alarms, self.counters = Alarms(), Counters()
        self.writer = JournalWriter(Journal(path), self.alarms, self.counters)
        self.writer.start()

    def intake(self, detector: PassDetector | None = None) -> EdgeIntake:
        made = EdgeIntake(
            Sensing(detector),
            self.writer,
            BOOT_ID,
            lambda: self.now_ns,
            self.alarms,
            self.counters,
        )
        made.start()
        return made

    def kinds(self) -> list[str]:
        """End writing and return the kinds of all records, in order."""
        self.writer.close()
        reader = JournalReader(self.path)
        kinds = [record.kind for record in reader.ordered(0, 1000)]
        reader.close()
        return kinds

    def passes(self) -> list[tuple[str, int]]:
        reader = JournalReader(self.path)
        passes = [(found.boot_id, found.mono_ns) for found in reader.passes()]
        reader.close()
        return passes


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal.sqlite3")
    yield made
    if made.writer._thread.is_alive():
        made.writer.close()


def test_edges_then_their_pass(desk: Desk) -> None:
    """It should journal both edges and, after them, the pass they make."""
    subject = desk.intake()
    subject.take(Edge("finish", "beam", NOW_NS, 1))
    subject.take(Edge("finish", "beam", NOW_NS + NS_PER_MS, 0))
    subject.close()
    assert desk.kinds() == ["edge", "edge", "pass"]
    assert desk.passes() == [(BOOT_ID, NOW_NS)]
    assert desk.alarms.active == {}


def test_long_pulse_is_told_when_its_hold_is_over(desk: Desk) -> None:
    """It should tell a pass of a beam that stays broken without another edge to wake it."""
    subject = desk.intake()
    subject.take(Edge("finish", "beam", NOW_NS, 1))
    wait_until(lambda: desk.writer.committed_seq == 1)
    desk.now_ns = NOW_NS + MERGE_NS
    wait_until(lambda: desk.writer.committed_seq == 2)
    subject.close()
    assert desk.kinds() == ["edge", "pass"]


def test_busy_gate_holds_no_other_up(desk: Desk) -> None:
    """It should tell a pass that is due even while another gate's edges never leave it idle."""
    subject = desk.intake()
    subject.take(Edge("finish", "beam", NOW_NS, 1))
    subject.take(Edge("sector", "beam", NOW_NS + MERGE_NS, 1))
    wait_until(lambda: desk.writer.committed_seq == 3)  # with the clock still where it was
    assert desk.passes() == [(BOOT_ID, NOW_NS)]
    subject.close()


def test_end_tells_what_is_gathering(desk: Desk) -> None:
    """It should leave no pass untold at a clean end."""
    subject = desk.intake()
    subject.take(Edge("finish", "beam", NOW_NS, 1))
    subject.close()
    assert desk.kinds() == ["edge", "pass"]


def test_take_to_disk(desk: Desk) -> None:
    """It should return when the edge can be read from the disk."""
    subject = desk.intake()
    subject.take_to_disk(Edge("finish", "beam", NOW_NS, 1))
    reader = JournalReader(desk.path)
    assert [record.kind for record in reader.ordered(0, 9)][:1] == ["edge"]
    reader.close()
    subject.close()


@pytest.mark.parametrize("mono_ns", [NOW_NS + 10 * NS_PER_MS, 1_700_000_000 * 10**9, 7])
def test_other_clock_is_an_alarm(desk: Desk, mono_ns: int) -> None:
    """It should alarm where stamps come from another clock, and keep the edge all the same."""
    desk.now_ns = 100 * NOW_NS if mono_ns == 7 else NOW_NS
    subject = desk.intake()
    subject.take(Edge("finish", "beam", mono_ns, 1))
    subject.close()
    assert STAMP_ALARM in desk.alarms.active
    assert desk.kinds() == ["edge", "pass"]


# --- after a restart ------------------------------------------------------------------------------


def restart(desk: Desk, now_ns: int = 2 * NOW_NS, boot_id: str = BOOT_ID) -> PassDetector:
    """Come up as a node does on a journal that another left behind."""
    wait_until(desk.writer._queue.empty)
    wait_until(lambda: desk.writer.committed_seq == desk.writer._journal.last_seq)
    detector, reader = PassDetector(), JournalReader(desk.path)
    recover(reader, detector, boot_id, now_ns, desk.writer)
    reader.close()
    return detector


def test_edges_without_their_pass(desk: Desk) -> None:
    """It should tell the pass that the killed node didn't come to tell."""
    for draft in (edge_draft(5), edge_draft(6, 0), pass_draft(5), edge_draft(NOW_NS)):
        desk.writer.submit(draft)
    wait_until(lambda: desk.writer.committed_seq == 4)
    restart(desk)
    desk.kinds()
    assert desk.passes() == [(BOOT_ID, 5), (BOOT_ID, NOW_NS)]


def test_nothing_is_told_twice(desk: Desk) -> None:
    """It should find nothing to tell where every pass is there, however often it restarts."""
    for draft in (edge_draft(5), pass_draft(5), edge_draft(NOW_NS), pass_draft(NOW_NS)):
        desk.writer.submit(draft)
    wait_until(lambda: desk.writer.committed_seq == 4)
    restart(desk)
    restart(desk)
    assert desk.kinds() == ["edge", "pass", "edge", "pass"]


def test_flicker_after_the_restart_joins(desk: Desk) -> None:
    """It should not make a second pass of an edge that belongs to one from before the restart."""
    desk.writer.submit(edge_draft(NOW_NS))
    desk.writer.submit(pass_draft(NOW_NS))
    wait_until(lambda: desk.writer.committed_seq == 2)
    desk.now_ns = NOW_NS + 300 * NS_PER_MS
    subject = desk.intake(restart(desk, now_ns=desk.now_ns))
    subject.take(Edge("finish", "beam", desk.now_ns, 1))
    subject.close()
    assert desk.kinds() == ["edge", "pass", "edge"]


def test_pass_of_the_boot_before(desk: Desk) -> None:
    """It should finish a pass that a power cut interrupted, under the boot in which it happened."""
    desk.writer.submit(edge_draft(NOW_NS, boot_id=OTHER_BOOT_ID))
    wait_until(lambda: desk.writer.committed_seq == 1)
    detector = restart(desk, now_ns=5)
    desk.kinds()
    assert desk.passes() == [(OTHER_BOOT_ID, NOW_NS)]
    assert detector.due_ns is None


def test_the_boot_before_has_another_clock(desk: Desk) -> None:
    """It should not hold this boot's edges against one from before, whose clock stood higher."""
    desk.writer.submit(edge_draft(100 * NOW_NS, boot_id=OTHER_BOOT_ID))
    wait_until(lambda: desk.writer.committed_seq == 1)
    subject = desk.intake(restart(desk, now_ns=NOW_NS))
    subject.take(Edge("finish", "beam", NOW_NS, 1))
    subject.take(Edge("finish", "beam", NOW_NS + NS_PER_MS, 0))
    subject.take(Edge("finish", "beam", NOW_NS + 2 * NS_PER_MS, 1))
    subject.close()
    desk.kinds()
    assert desk.passes() == [(OTHER_BOOT_ID, 100 * NOW_NS), (BOOT_ID, NOW_NS)]


def test_gates_recover_apart(desk: Desk) -> None:
    """It should finish each gate's pass."""
    desk.writer.submit(edge_draft(NOW_NS))
    desk.writer.submit(edge_draft(NOW_NS + 1, gate="sector"))
    wait_until(lambda: desk.writer.committed_seq == 2)
    restart(desk)
    desk.kinds()
    assert sorted(desk.passes()) == [(BOOT_ID, NOW_NS), (BOOT_ID, NOW_NS + 1)]
