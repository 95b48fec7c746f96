"""Protests as the rulings tell them: who protested against which heat, and what became of it."""

from collections.abc import Iterator

from timing_server.rules.facts.rulings import ProtestDecided, ProtestLodged
from timing_server.rules.state.event import EventState, RulingEntry
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import RulingId


def protest_closes_ns(heat: Heat) -> int | None:
    """Return until when protests against a heat are heard; None: no limit, or none runs yet."""
    limit_ns = heat.options.protest_limit_ns
    if heat.ended_race_ns is None or limit_ns == 0:
        return None
    return heat.ended_race_ns + limit_ns


def lodged_protests(state: EventState) -> Iterator[tuple[RulingEntry, ProtestLodged]]:
    """Yield every protest that was lodged, withdrawn ones too, oldest first."""
    for entry in state.rulings.values():
        if isinstance(entry.fact, ProtestLodged):
            yield entry, entry.fact


def decision_on(
    state: EventState, protest_id: RulingId
) -> tuple[RulingEntry, ProtestDecided] | None:
    """Return the standing decision on a protest, None where it waits for one."""
    for entry in state.rulings.values():
        fact = entry.fact
        if not isinstance(fact, ProtestDecided) or fact.protest_id != protest_id:
            continue
        if entry.is_standing:
            return entry, fact
    return None


def open_protests(state: EventState) -> Iterator[ProtestLodged]:
    """Yield the protests that stand and wait for their decision, oldest first."""
    for entry, fact in lodged_protests(state):
        if entry.is_standing and decision_on(state, fact.ruling_id) is None:
            yield fact
