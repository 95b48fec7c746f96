"""Stores what nodes send: every record once as evidence, passes and clock relations as facts.

A sensor's fact is never rejected (architecture rule 3). The one thing that can go wrong is a
record that comes under a key which is stored with other content (decision 7): that is an alarm.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from timing_server.rules.commands.heats import NoteInterruption, PressStop
from timing_server.rules.commands.judging import HearJudge
from timing_server.rules.facts.judging import JudgePressed
from timing_server.rules.facts.sensors import (
    ClockRelated,
    LightsWentOut,
    PassDetected,
    SpeedMeasured,
    StopPressed,
    StopReleased,
)
from timing_server.rules.judges import call_id_of
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.state.event import EventState
from timing_server.rules.units import JournalId, NodeId, StreamId
from timing_server.service.entities import Evidence, Uplink
from timing_server.service.log.draft import Draft
from timing_server.service.log.hearing import Hearing, finish_nodes
from timing_server.service.log.writer import Writer
from timing_server.service.ports import Transaction

_log = structlog.get_logger()

_SEQS_AT_ONCE = 1000

#: What a record of a journal may state.
SensorFact = (
    PassDetected
    | ClockRelated
    | SpeedMeasured
    | LightsWentOut
    | StopPressed
    | StopReleased
    | JudgePressed
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as it came, and the fact that it states where it states one."""

    evidence: Evidence
    fact: SensorFact | None


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything up to ``acked_seq`` is on the disk; ``conflicts`` are seqs with other content."""

    acked_seq: int
    conflicts: tuple[int, ...]


class Ingest:
    """Takes journals' batches to the log."""

    def __init__(self, writer: Writer, hearing: Hearing, now_race_ns: Callable[[], int]) -> None:
        self._writer = writer
        self._hearing = hearing
        self._now_race_ns = now_race_ns

    def store(
        self,
        node_id: NodeId,
        journal_id: JournalId,
        records: Sequence[Incoming],
        complete: tuple[int, int] | None = None,
    ) -> "Future[Stored]":
        """Store a batch, in any order and with any repeats; acknowledged after the commit.

        ``complete`` as in JournalBatch: nothing else will ever come between these two seqs.
        """
        self._hearing.note(node_id, self._now_race_ns())
        return self._writer.submit(
            lambda draft: _store(draft, node_id, journal_id, records, complete)
        )


def _store(
    draft: Draft,
    node_id: NodeId,
    journal_id: JournalId,
    records: Sequence[Incoming],
    complete: tuple[int, int] | None,
) -> Stored:
    seqs = [record.evidence.seq for record in records]
    known = dict(draft.rows.known_evidence(node_id, journal_id, seqs)) if seqs else {}
    fresh: list[Incoming] = []
    conflicts: list[int] = []
    for record in records:
        evidence = record.evidence
        if evidence.seq not in known:
            known[evidence.seq] = evidence.content_sha256
            fresh.append(record)
        elif known[evidence.seq] != evidence.content_sha256:
            conflicts.append(evidence.seq)
    if conflicts:
        _log.error("journal_conflict", node_id=node_id, journal_id=journal_id, seqs=conflicts)
    if fresh:
        draft.rows.add_evidence([record.evidence for record in fresh])
        fresh.sort(key=lambda each: each.evidence.seq)
        _log_facts(draft, node_id, [each.fact for each in fresh if each.fact is not None])
    return Stored(_advance(draft.rows, node_id, journal_id, complete), tuple(conflicts))


def _log_facts(draft: Draft, node_id: NodeId, facts: Sequence[SensorFact]) -> None:
    stream = draft.known.venue.gate_stream
    for fact in facts:
        is_restart = _is_restart(draft.head(stream).state, fact)
        draft.append(stream, fact, f"node:{node_id}")
        if is_restart:
            draft.decide(stream, NoteInterruption("node_restarted"), f"node:{node_id}")
    # Behind the whole batch, which knows whether a button was let go since.
    for fact in facts:
        if isinstance(fact, StopPressed):
            _stop(draft, stream, fact)
        elif isinstance(fact, JudgePressed):
            _hear(draft, stream, fact)


def _stop(draft: Draft, stream: StreamId, fact: StopPressed) -> None:
    """Stop what is under way, in the commit in which the press is stored."""
    state = draft.head(stream).state
    instant = race_instant(state.relations, fact)
    if state.is_open:
        command = PressStop(fact.node_id, fact.button, None if instant is None else instant[0])
        draft.decide(stream, command, f"node:{fact.node_id}")


def _hear(draft: Draft, stream: StreamId, fact: JudgePressed) -> None:
    """Mark what a judge called, in the commit in which the press is stored."""
    state = draft.head(stream).state
    instant = race_instant(state.relations, fact)
    if state.is_open:
        called_ns = None if instant is None else instant[0]
        command = HearJudge(
            call_id_of(fact), fact.node_id, fact.button, fact.call, fact.lane, called_ns
        )
        draft.decide(stream, command, f"node:{fact.node_id}/{fact.button}")


def _is_restart(state: EventState, fact: SensorFact) -> bool:
    """Whether the fact is the first word of another kernel boot of a node of the finish line.

    A node measures its clock as soon as it is up, and no pass has an instant before that.
    """
    if not isinstance(fact, ClockRelated) or (fact.node_id, fact.boot_id) in state.relations:
        return False
    has_other = any(node_id == fact.node_id for node_id, _ in state.relations)
    return has_other and fact.node_id in finish_nodes(state)


def _advance(
    rows: Transaction,
    node_id: NodeId,
    journal_id: JournalId,
    complete: tuple[int, int] | None,
) -> int:
    """Move the high-water mark over everything that is stored without a gap, and return it.

    Holes within ``complete`` are passed over where the mark has come to its beginning.
    """
    before = acked_seq = rows.acked_seq(node_id, journal_id)
    if complete is not None and complete[0] <= acked_seq + 1:
        acked_seq = max(acked_seq, complete[1])
    while True:
        following = rows.next_evidence_seqs(node_id, journal_id, acked_seq, _SEQS_AT_ONCE)
        for seq in following:
            if seq == acked_seq + 1:
                acked_seq = seq
        if len(following) < _SEQS_AT_ONCE or acked_seq < following[-1]:
            break
    if acked_seq > before:
        rows.put_uplink(Uplink(node_id, journal_id, acked_seq))
    return acked_seq
