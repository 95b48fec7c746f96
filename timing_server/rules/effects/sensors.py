"""What gates, clocks, passes and the marks that were seen in them do to the state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect, settled, with_heat
from timing_server.rules.facts.plan import GateBound, MarkBound
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import (
    ClockRelated,
    LightsWentOut,
    PassDetected,
    PassIdentified,
    SpeedMeasured,
)
from timing_server.rules.passes.clocks import relation_for, with_relation
from timing_server.rules.passes.placing import SHELF_SIZE, find_pass, place, shelf_key_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import ShownGo
from timing_server.rules.state.passes import JournalRelations, KnownPass, ShelfKey
from timing_server.rules.state.plan import GateRole, MarkWorn


def _gate_bound(state: EventState, recorded: Recorded, fact: GateBound) -> Change:
    key = (fact.node_id, fact.gate)
    roles = state.gates.get(key, ())
    role = GateRole(recorded.race_ns, fact.role, fact.lane, fact.priority)
    if role in roles:
        return NOTHING
    ordered = tuple(sorted((*roles, role), key=lambda each: each.from_race_ns))
    change = {"gates": {**state.gates, key: ordered}}
    return settled(state, change, from_race_ns=recorded.race_ns)


def _mark_bound(state: EventState, recorded: Recorded, fact: MarkBound) -> Change:
    worn = state.marks.get(fact.mark, ())
    one = MarkWorn(recorded.race_ns, fact.car_id)
    if one in worn:
        return NOTHING
    ordered = tuple(sorted((*worn, one), key=lambda each: each.from_race_ns))
    change = {"marks": {**state.marks, fact.mark: ordered}}
    return settled(state, change, from_race_ns=recorded.race_ns)


def _pass_identified(state: EventState, _: Recorded, fact: PassIdentified) -> Change:
    seen = state.seen_marks.get(fact.pass_ref, ())
    if fact.mark in seen:
        return NOTHING
    # In the order of their names: which of two cameras was heard first leaves no trace.
    marks = tuple(sorted((*seen, fact.mark)))
    change: Change = {"seen_marks": {**state.seen_marks, fact.pass_ref: marks}}
    # It may be heard before the pass itself is: then the pass finds its marks when it comes.
    known = find_pass(state, fact.pass_ref)
    return change if known is None else {**change, **place(replace(state, **change), (known,))}


def _clock_related(state: EventState, _: Recorded, fact: ClockRelated) -> Change:
    key = (fact.node_id, fact.boot_id)
    if key in state.boots:
        return NOTHING  # simulated time is related exactly, by what bound the boot
    before = state.relations.get(key, {})
    after = with_relation(before, fact)
    if after is before:
        return NOTHING
    change: Change = {"relations": {**state.relations, key: after}}
    moved = [
        known
        for shelf_key, shelf in state.passes.items()
        if _may_matter(before, fact, shelf_key)
        for known in shelf.values()
        if known.fact.boot_id == fact.boot_id
        and relation_for(before, known.fact.journal_id, known.fact.seq)
        is not relation_for(after, known.fact.journal_id, known.fact.seq)
    ]
    return {**change, **place(replace(state, **change), moved)} if moved else change


def _may_matter(before: JournalRelations, fact: ClockRelated, shelf_key: ShelfKey) -> bool:
    """Whether a new relation can be the one for passes on that shelf; nearly always it can't."""
    node_id, journal_id, shelf = shelf_key
    if node_id != fact.node_id:
        return False
    if journal_id not in before:
        return True
    is_newest = fact.seq > before[journal_id][-1].seq
    return journal_id == fact.journal_id and (not is_newest or (shelf + 1) * SHELF_SIZE > fact.seq)


def _pass_detected(state: EventState, _: Recorded, fact: PassDetected) -> Change:
    return passes_detected(state, (fact,))


def passes_detected(state: EventState, facts: Iterable[PassDetected]) -> Change:
    """Return what passes change, all at once as one after the other; known ones change nothing."""
    fresh: dict[tuple[ShelfKey, int], KnownPass] = {}
    for fact in facts:
        key = shelf_key_of(fact)
        if fact.seq not in state.passes.get(key, {}):
            fresh.setdefault((key, fact.seq), KnownPass(fact))
    return place(state, fresh.values()) if fresh else NOTHING


def _speed_measured(state: EventState, _: Recorded, fact: SpeedMeasured) -> Change:
    key: ShelfKey = (fact.node_id, fact.journal_id, fact.to_seq // SHELF_SIZE)
    shelf = state.speeds.get(key, {})
    known = shelf.get(fact.to_seq, ())
    if any(each.seq == fact.seq for each in known):
        return NOTHING
    ordered = tuple(sorted((*known, fact), key=lambda each: each.seq))
    return {"speeds": {**state.speeds, key: {**shelf, fact.to_seq: ordered}}}


def _lights_went_out(state: EventState, _: Recorded, fact: LightsWentOut) -> Change:
    heat = state.heats.get(fact.heat_id)
    planned_ns = fact.planned_mono_ns
    go = ShownGo(
        go_race_ns=fact.go_race_ns,
        node_id=fact.node_id,
        boot_id=fact.boot_id,
        mono_ns=fact.mono_ns,
        bound_ns=fact.bound_ns,
        late_ns=None if planned_ns is None else fact.mono_ns - planned_ns,
        clock_bound_ns=fact.clock_bound_ns or 0,
    )
    if heat is None or go in heat.gos:
        return NOTHING
    # In one order whoever was heard first.
    gos = sorted((*heat.gos, go), key=lambda each: (each.node_id, each.boot_id, each.mono_ns))
    return with_heat(state, replace(heat, gos=tuple(gos)))


EFFECTS: Mapping[type, Effect] = {
    GateBound: _gate_bound,
    MarkBound: _mark_bound,
    ClockRelated: _clock_related,
    PassDetected: _pass_detected,
    PassIdentified: _pass_identified,
    SpeedMeasured: _speed_measured,
    LightsWentOut: _lights_went_out,
}
