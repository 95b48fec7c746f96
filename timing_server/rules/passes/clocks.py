"""The only arithmetic between different clocks; every result carries its uncertainty.

A node stamps passes on its own monotonic clock (``mono_ns`` within a ``boot_id``); heats live on
the server's race clock (``race_ns``). Relations measured by the node lead from one to the other.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from timing_server.rules.facts.judging import JudgePressed
from timing_server.rules.facts.sensors import ClockRelated, PassDetected, StopPressed
from timing_server.rules.state.heat import HeatPass
from timing_server.rules.state.passes import JournalRelations, Relation
from timing_server.rules.units import BootId, JournalId, NodeId


@dataclass(frozen=True, slots=True)
class Span:
    """A duration and how far it may be off; ``bound_ns`` 0 means exact."""

    duration_ns: int
    bound_ns: int


def _by_seq(relation: Relation) -> int:
    return relation.seq


def relation_for(relations: JournalRelations, journal_id: JournalId, seq: int) -> Relation | None:
    """Return the relation with which a record is read, None where its boot has none.

    It is the last one that the journal holds before the record, else the first one after it. A
    journal without any borrows the tightest of the same boot: the clock is the same.
    """
    own = relations.get(journal_id)
    if own:
        return own[max(bisect_left(own, seq, key=_by_seq) - 1, 0)]
    borrowed = (
        (relation.bound_ns, journal, relation.seq, relation)
        for journal, others in relations.items()
        for relation in others
    )
    tightest = min(borrowed, key=lambda each: each[:3], default=None)
    return None if tightest is None else tightest[3]


def race_instant(
    relations: Mapping[tuple[NodeId, BootId], JournalRelations],
    fact: PassDetected | StopPressed | JudgePressed,
) -> tuple[int, int] | None:
    """Return (race_ns, bound_ns) of a pass or a press, or None while no clock is related."""
    of_boot = relations.get((fact.node_id, fact.boot_id))
    relation = of_boot and relation_for(of_boot, fact.journal_id, fact.seq)
    if not relation:
        return None
    return fact.mono_ns + relation.race_offset_ns, relation.bound_ns


def with_relation(relations: JournalRelations, fact: ClockRelated) -> JournalRelations:
    """Return the relations with one more; the same (journal, seq) twice changes nothing."""
    own = relations.get(fact.journal_id, ())
    at = bisect_left(own, fact.seq, key=_by_seq)
    if at < len(own) and own[at].seq == fact.seq:
        return relations
    relation = Relation(fact.seq, fact.race_offset_ns, fact.bound_ns)
    return {**relations, fact.journal_id: (*own[:at], relation, *own[at:])}


def span_between(earlier: HeatPass, later: HeatPass) -> Span:
    """Return the time between two passes: exact within one node and boot, else by race clock.

    A button in a hand adds what its hand may be off by.
    """
    if (
        earlier.mono_ns is not None
        and later.mono_ns is not None
        and earlier.node_id == later.node_id
        and earlier.boot_id == later.boot_id
    ):
        hands_ns = earlier.hand_bound_ns + later.hand_bound_ns
        return Span(later.mono_ns - earlier.mono_ns, hands_ns)
    return Span(later.race_ns - earlier.race_ns, earlier.bound_ns + later.bound_ns)
