"""The uplink's book-keeping against a model of the server, with misfortunes drawn by chance."""

import random
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from hardware.node.journal import StoredRecord
from hardware.node.uplink.delivery import URGENT_MAX, Batch, Delivery, Verdict, halves
from timing_server.contract.machines.journal import MAX_BATCH_RECORDS


@dataclass
class MemoryJournal:
    """A journal of kinds: 'e' edge, 'p' pass."""

    kinds: str = ""

    @property
    def last_seq(self) -> int:
        return len(self.kinds)

    def records(self, after_seq: int, kinds: str, limit: int) -> list[StoredRecord]:
        found = [
            StoredRecord(seq, "pass" if kind == "p" else "edge", "{}")
            for seq, kind in enumerate(self.kinds, start=1)
            if seq > after_seq and kind in kinds
        ]
        return found[:limit]

    def ordered(self, after_seq: int, limit: int) -> list[StoredRecord]:
        return self.records(after_seq, "ep", limit)

    def urgent(self, after_seq: int, limit: int) -> list[StoredRecord]:
        return self.records(after_seq, "p", limit)

    def between(self, first_seq: int, last_seq: int, limit: int) -> list[StoredRecord]:
        found = self.records(first_seq - 1, "ep", limit)
        return [record for record in found if record.seq <= last_seq]


@dataclass
class ModelServer:
    stored: set[int] = field(default_factory=set)

    def take(self, batch: Batch) -> int:
        self.stored |= {record.seq for record in batch.records}
        return self.mark()

    def mark(self) -> int:
        seq = 0
        while seq + 1 in self.stored:
            seq += 1
        return seq


def send_all(subject: Delivery, journal: MemoryJournal, server: ModelServer) -> list[list[int]]:
    """Send on a good day; return what each batch carried."""
    sent = []
    while (batch := subject.next_batch(journal)) is not None:
        subject.delivered(batch, server.take(batch), journal.last_seq)
        sent.append([record.seq for record in batch.records])
        assert len(sent) < 100
    return sent


def test_in_order_and_once() -> None:
    """It should send everything once, in order, while nothing goes wrong."""
    journal, server = MemoryJournal("epeepe"), ModelServer()
    assert send_all(Delivery(), journal, server) == [[1, 2, 3, 4, 5, 6]]


def test_passes_go_ahead_of_a_backlog() -> None:
    """It should put a new pass into the very next batch, however many edges wait."""
    journal = MemoryJournal("e" * 5000 + "p")
    batch = Delivery().next_batch(journal)
    assert batch is not None
    assert batch.records[-1].seq == 5001
    assert len(batch.records) == MAX_BATCH_RECORDS


def test_ordered_lane_never_starves() -> None:
    """It should keep room for the lane that moves the mark, however many passes wait."""
    journal = MemoryJournal("e" * 1000 + "p" * 5000)
    batch = Delivery().next_batch(journal)
    assert batch is not None
    assert batch.ordered_upto == MAX_BATCH_RECORDS - URGENT_MAX


def test_server_that_lost_its_records() -> None:
    """It should send everything from the server's mark on when that fell."""
    journal, server = MemoryJournal("epep"), ModelServer()
    subject = Delivery()
    send_all(subject, journal, server)
    server.stored = {1}
    journal.kinds += "e"
    batch = subject.next_batch(journal)
    assert batch is not None
    assert subject.delivered(batch, server.take(batch), journal.last_seq) is Verdict.FELL_BACK
    assert send_all(subject, journal, server) == [[2, 3, 4, 5]]
    assert server.mark() == 5


def test_resume_at_the_known_mark() -> None:
    """It should not send again after a restart what was acknowledged before it."""
    assert send_all(Delivery.resume(2), MemoryJournal("epe"), ModelServer({1, 2})) == [[3]]


def test_mark_that_does_not_move() -> None:
    """It should send on, say that nothing is confirmed, and begin again at the mark when told."""
    journal, subject = MemoryJournal("ep"), Delivery()
    batch = subject.next_batch(journal)
    assert batch is not None
    assert subject.delivered(batch, 0, journal.last_seq) is Verdict.UNCONFIRMED
    journal.kinds += "p"
    newer = subject.next_batch(journal)
    assert newer is not None
    assert [record.seq for record in newer.records] == [3]
    subject.delivered(newer, 0, journal.last_seq)
    assert subject.next_batch(journal) is None
    subject.begin_again_at_mark()
    assert send_all(subject, journal, ModelServer()) == [[1, 2, 3]]
    assert not subject.is_unconfirmed


def test_mark_beyond_the_end() -> None:
    """It should not believe a mark beyond the journal's end."""
    journal, subject = MemoryJournal("ep"), Delivery()
    batch = subject.next_batch(journal)
    assert batch is not None
    assert subject.delivered(batch, 3, journal.last_seq) is Verdict.IMPOSSIBLE
    assert subject.acked_seq == 0
    assert subject.is_unconfirmed


def test_refused_record_holds_nothing_up() -> None:
    """It should leave a refused record out, go on behind it, and try it again when forgiven."""
    journal, server, subject = MemoryJournal("epepep"), ModelServer(), Delivery()
    subject.refuse(2)
    assert send_all(subject, journal, server) == [[1, 3, 4, 5, 6]]
    assert not subject.is_unconfirmed
    subject.forgive()
    assert send_all(subject, journal, server) == [[2, 3, 4, 5, 6]]
    assert subject.acked_seq == 6


def test_refusal_that_was_settled_is_forgotten() -> None:
    """It should keep no record set aside that the server has after all."""
    journal, server, subject = MemoryJournal("epe"), ModelServer({2}), Delivery()
    subject.refuse(2)
    send_all(subject, journal, server)
    assert subject.acked_seq == 3
    assert subject.refused == set()


def test_batch_of_refused_records_alone() -> None:
    """It should move on where all of a batch is set aside."""
    journal, subject = MemoryJournal("p"), Delivery()
    subject.refuse(1)
    batch = subject.next_batch(journal)
    assert batch is not None
    assert batch.records == ()
    subject.delivered(batch, None, journal.last_seq)
    assert subject.next_batch(journal) is None


def test_halves() -> None:
    """It should split without losing any."""
    records = MemoryJournal("epe").ordered(0, 9)
    assert [len(half) for half in halves(records)] == [1, 2]


def answer(
    misfortune: str,
    batch: Batch,
    server: ModelServer,
    subject: Delivery,
    journal: MemoryJournal,
    chance: random.Random,
) -> None:
    mark = server.take(batch)
    if misfortune == "lie_low":
        mark = chance.randrange(mark + 1)
    if misfortune == "lie_high":
        mark = journal.last_seq + 1 + chance.randrange(9)
    if misfortune != "silence":  # stored, but the answer was lost
        subject.delivered(batch, mark, journal.last_seq)


@given(
    st.text("eeep", max_size=1500),
    st.lists(
        st.sampled_from(["grow", "answer", "silence", "lose", "lie_low", "lie_high", "restart"]),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_everything_arrives_whatever_happens(
    kinds: str, misfortunes: list[str], chance: random.Random
) -> None:
    """It should bring every record to the server once the misfortunes end."""
    journal, server, subject = MemoryJournal(), ModelServer(), Delivery()
    for misfortune in misfortunes:
        if misfortune == "grow":
            journal.kinds += kinds[: chance.randrange(len(kinds) + 1)]
        elif misfortune == "lose":
            server.stored = {seq for seq in server.stored if chance.random() < 0.5}
        elif misfortune == "restart":
            subject = Delivery.resume(subject.acked_seq)
        elif (batch := subject.next_batch(journal)) is not None:
            answer(misfortune, batch, server, subject, journal, chance)
    journal.kinds += "p"  # the next record tells the node what the server lost
    for _ in range(3):
        send_all(subject, journal, server)
        if subject.is_unconfirmed:
            subject.begin_again_at_mark()
    assert server.mark() == subject.acked_seq == journal.last_seq
