"""The protests of an event as people read them: open ones wait, the others say what became."""

from timing_server.contract.race.rulings import ProtestState, ProtestView
from timing_server.rules.facts.rulings import ProtestDecided, ProtestLodged
from timing_server.rules.protests import decision_on, lodged_protests
from timing_server.rules.state.event import EventState, RulingEntry
from timing_server.service.live.remembered import us


def protest_views(state: EventState) -> list[ProtestView]:
    """Return every protest, oldest first."""
    return [_view(state, entry, fact) for entry, fact in lodged_protests(state)]


def _view(state: EventState, entry: RulingEntry, fact: ProtestLodged) -> ProtestView:
    decided = decision_on(state, fact.ruling_id)
    heat = state.heats.get(fact.heat_id)
    view = ProtestView(
        protest_id=fact.ruling_id,
        heat_id=fact.heat_id,
        heat_number=None if heat is None else heat.number,
        entry_id=fact.entry_id,
        reason=fact.reason,
        lodged_us=us(entry.race_ns),
        lodged_utc=entry.wall_utc,
        actor=entry.actor,
        state=_state(entry, decided),
    )
    if decided is None:
        return view
    by, decision = decided
    return view.model_copy(
        update={
            "decision_id": decision.ruling_id,
            "decided_utc": by.wall_utc,
            "decided_by": by.actor,
            "decision_reason": decision.reason,
        }
    )


def _state(entry: RulingEntry, decided: tuple[RulingEntry, ProtestDecided] | None) -> ProtestState:
    if not entry.is_standing:
        return "withdrawn"
    if decided is None:
        return "open"
    return "upheld" if decided[1].is_upheld else "rejected"
