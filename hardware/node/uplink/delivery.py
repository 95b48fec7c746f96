"""Decides what is sent next and what an acknowledgement means: pure, the uplink's book-keeping.

The server acknowledges the highest seq below which it misses nothing. Records travel on two lanes,
since the contract allows any order and any repeats: the *ordered* lane carries everything in
sequence and so moves the mark; the *urgent* lane carries passes, clock relations and starts ahead
of a backlog of raw edges, so that a board is live at once after an outage. What went ahead is
simply sent again when the ordered lane comes to it.

- A mark that **falls** means that the server lost what it had: everything from its mark on is sent
  again.
- A mark that **stays** below what was sent means that the server doesn't confirm. The lane goes on
  to its end first, so that nothing newer is held up, and then begins again at the mark.
- A record that the server **refuses** is set aside and tried again later; its successors go on.
  The mark then hangs below it, which is no reason to send its successors for ever.
- A mark **beyond** the journal's end can't be true and is not believed; the lanes go on.
- **Holes** are raw edges that a server had acknowledged and the journal gave up. Another server, or
  one that lost its data, would wait for them for ever: a batch that crosses some says so.
- A **range** that is asked for goes up once more without moving either lane.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from hardware.node.journal import StoredRecord
from timing_server.contract.machines.journal import MAX_BATCH_RECORDS

#: The urgent lane leaves room for the ordered lane, which alone moves the mark.
URGENT_MAX = MAX_BATCH_RECORDS * 4 // 5


class RecordReader(Protocol):
    """What delivery needs of a journal."""

    def ordered(self, after_seq: int, limit: int) -> list[StoredRecord]:
        """Return records of every kind after ``after_seq``, in order."""
        ...

    def urgent(self, after_seq: int, limit: int) -> list[StoredRecord]:
        """Return records after ``after_seq`` that aren't raw edges, in order."""
        ...

    def between(self, first_seq: int, last_seq: int, limit: int) -> list[StoredRecord]:
        """Return the first ``limit`` records of a range, both ends included."""
        ...


class Verdict(Enum):
    """What an acknowledgement turned out to be."""

    CONFIRMED = auto()
    UNCONFIRMED = auto()
    FELL_BACK = auto()
    IMPOSSIBLE = auto()


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to send, and how far each lane will have come when they are delivered.

    ``complete`` as in JournalBatch: None where there are no holes to pass over.
    """

    records: tuple[StoredRecord, ...]
    ordered_upto: int
    urgent_upto: int
    complete: tuple[int, int] | None = None


@dataclass(slots=True)
class Delivery:
    """Where both lanes stand. ``acked_seq`` is the server's mark as last believed."""

    acked_seq: int = 0
    ordered_upto: int = 0
    urgent_upto: int = 0
    refused: set[int] = field(default_factory=set)
    ranges: deque[tuple[int, int]] = field(default_factory=deque)

    @classmethod
    def resume(cls, acked_seq: int) -> "Delivery":
        """Begin at the mark that was known at the last end."""
        return cls(acked_seq, ordered_upto=acked_seq, urgent_upto=acked_seq)

    def next_batch(self, reader: RecordReader) -> Batch | None:
        """Return what to send now, or None where all was sent once.

        A batch may be empty where all of its records are set aside; deliver it all the same, so
        that the lanes move on.
        """
        urgent_after = max(self.urgent_upto, self.ordered_upto)
        urgent = reader.urgent(urgent_after, URGENT_MAX)
        ordered = reader.ordered(self.ordered_upto, MAX_BATCH_RECORDS - len(urgent))
        if not urgent and not ordered:
            return None
        chosen = {record.seq: record for record in (*ordered, *urgent)}
        return Batch(
            records=tuple(chosen[seq] for seq in sorted(chosen) if seq not in self.refused),
            ordered_upto=_last_seq(ordered, self.ordered_upto),
            urgent_upto=_last_seq(urgent, urgent_after),
            complete=self._complete(ordered),
        )

    def _complete(self, ordered: Sequence[StoredRecord]) -> tuple[int, int] | None:
        """Return between which seqs nothing else will ever come, where something is missing."""
        if not ordered:
            return None
        first_seq, last_seq = self.ordered_upto + 1, ordered[-1].seq
        if len(ordered) == last_seq - self.ordered_upto:
            return None
        # A record that is set aside may be taken later: the mark must wait for it.
        held = [record.seq for record in ordered if record.seq in self.refused]
        last_seq = min(held, default=last_seq + 1) - 1
        return (first_seq, last_seq) if first_seq <= last_seq else None

    def ask_again(self, first_seq: int, last_seq: int) -> None:
        """Note a range that is to be sent once more."""
        self.ranges.append((first_seq, last_seq))

    def next_repeat(self, reader: RecordReader) -> Batch | None:
        """Return the next part of the ranges that were asked for, None where nothing is left.

        Once it is delivered, say so with ``delivered`` and ``repeated``.
        """
        while self.ranges:
            first_seq, last_seq = self.ranges[0]
            records = reader.between(first_seq, last_seq, MAX_BATCH_RECORDS)
            if records:
                return Batch(tuple(records), self.ordered_upto, self.urgent_upto)
            self.ranges.popleft()
        return None

    def repeated(self, batch: Batch) -> None:
        """Take note that a part of a range went up; the next begins behind it."""
        _, last_seq = self.ranges.popleft()
        if batch.records[-1].seq < last_seq:
            self.ranges.appendleft((batch.records[-1].seq + 1, last_seq))

    def refuse(self, seq: int) -> None:
        """Set a record aside: the server refuses it by itself."""
        self.refused.add(seq)

    def delivered(self, batch: Batch, acked_seq: int | None, journal_seq: int) -> Verdict:
        """Take note that the batch was answered; ``acked_seq`` None where all were set aside.

        ``journal_seq`` is the journal's last number, beyond which no mark can be.
        """
        self.ordered_upto = batch.ordered_upto
        self.urgent_upto = batch.urgent_upto
        if acked_seq is None:
            return Verdict.CONFIRMED
        if acked_seq > journal_seq:
            return Verdict.IMPOSSIBLE
        self.refused = {seq for seq in self.refused if seq > acked_seq}
        fell_back = acked_seq < self.acked_seq
        self.acked_seq = acked_seq
        if fell_back:
            self._begin_again()
            return Verdict.FELL_BACK
        return Verdict.UNCONFIRMED if self.is_unconfirmed else Verdict.CONFIRMED

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the server's mark hangs below a record that was sent and not refused."""
        return _first_missing(self.acked_seq, self.refused) <= self.ordered_upto

    def begin_again_at_mark(self) -> None:
        """Send everything above the mark again: all was sent and the server doesn't confirm."""
        self.ordered_upto = self.acked_seq

    def forgive(self) -> None:
        """Try the records again that were set aside."""
        self.refused.clear()
        self._begin_again()

    def _begin_again(self) -> None:
        self.ordered_upto = self.acked_seq
        self.urgent_upto = self.acked_seq


def _last_seq(records: Sequence[StoredRecord], otherwise: int) -> int:
    return records[-1].seq if records else otherwise


def _first_missing(acked_seq: int, refused: Collection[int]) -> int:
    """Return the seq that holds up the mark where refused ones are not waited for.

    Where a refused record hangs right above the mark, nothing can be said about its successors;
    they count as delivered, so the answer lies beyond every record.
    """
    return 2**63 if acked_seq + 1 in refused else acked_seq + 1


def halves(records: Sequence[StoredRecord]) -> Iterable[tuple[StoredRecord, ...]]:
    """Split a refused batch, to find the record that the server won't have."""
    middle = len(records) // 2
    return tuple(records[:middle]), tuple(records[middle:])
