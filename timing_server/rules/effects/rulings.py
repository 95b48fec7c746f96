"""Which rulings stand, and what the standing ones do to passes, laps, heats and entries.

A ruling stands unless a standing ruling reverses it, so the reversal of a reversal restores the
first. A reversal can only take back what was ruled before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.recorded import Recorded, Ruling
from timing_server.rules.facts.rulings import (
    EntryDisqualified,
    FalseStartRuled,
    LapCredited,
    LapRestored,
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassReassigned,
    PassRestored,
    PassVoided,
    PenaltyGiven,
    ResetMarked,
    RulingReversed,
    RunRestarted,
    RunRuled,
    WindowExtended,
)
from timing_server.rules.passes.placing import find_pass, manual_pass, manual_ruling_id, place
from timing_server.rules.state.event import EventState, Reassignment, RulingEffects, RulingEntry
from timing_server.rules.state.heat import (
    Credit,
    Extension,
    Heat,
    HeatRulings,
    Incident,
    Penalty,
    Restart,
    RuledFalseStart,
    RuledStatus,
)
from timing_server.rules.state.plan import Entry
from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId

#: The rulings on a heat's runs.
_OnRuns = (
    OffTrackMarked,
    ResetMarked,
    PenaltyGiven,
    FalseStartRuled,
    LapCredited,
    WindowExtended,
    RunRestarted,
    RunRuled,
)
_Rulings = Mapping[RulingId, RulingEntry]
#: Where the first standing ruling on a pass or lap has the word, by the type of ruling.
_SAID_FIRST: Mapping[type, str] = {
    PassVoided: "pass_voids",
    PassRestored: "pass_restores",
    LapVoided: "lap_voids",
    LapRestored: "lap_restores",
}


def apply_ruling(state: EventState, recorded: Recorded, fact: Ruling) -> Change:
    """Return what a ruling changes; the same ruling twice changes nothing."""
    if fact.ruling_id in state.rulings:
        return NOTHING
    entry = RulingEntry(
        fact, recorded.seq, recorded.race_ns, recorded.wall_utc, recorded.actor, is_standing=True
    )
    new: RulingEntry | None
    rulings: _Rulings
    changed: list[Ruling]
    if isinstance(fact, RulingReversed):
        new = None
        rulings = standing({**state.rulings, fact.ruling_id: entry})
        changed = [e.fact for key, e in rulings.items() if e is not state.rulings.get(key)]
        effects = effects_of(rulings)
        struck = _struck(state.effects, effects)
    else:
        new = entry
        # A new ruling stands, and leaves all others as they were.
        rulings, changed = {**state.rulings, fact.ruling_id: entry}, [fact]
        effects, struck = _with_effect(state.effects, fact)
    change: dict[str, Any] = {"rulings": rulings}
    if struck:
        change["effects"] = effects
    change["entries"] = _with_disqualified(state, rulings, changed)
    after = replace(state, **change)
    change["heats"] = _with_runs_ruled(after, changed, new)
    after = replace(after, heats=change["heats"])
    manual = {each.ruling_id for each in changed if isinstance(each, PassInserted)}
    manual |= {ruling_id for ref in struck if (ruling_id := manual_ruling_id(ref)) is not None}
    change["heats"] = _with_manual_passes(after, manual)
    after = replace(after, heats=change["heats"])
    known = [each for ref in sorted(struck) if (each := find_pass(after, ref)) is not None]
    return {**change, **place(after, known)} if known else change


def standing(rulings: _Rulings) -> _Rulings:
    """Say of each ruling whether it stands; entries for which that didn't change are kept."""
    reversed_ids: set[RulingId] = set()
    said = dict(rulings)
    # Newest first: whether a ruling is reversed is known when it is reached, and a reversal of
    # something that was ruled later comes too late to have an effect.
    for ruling_id, entry in reversed(list(rulings.items())):
        is_standing = ruling_id not in reversed_ids
        if entry.is_standing != is_standing:
            said[ruling_id] = replace(entry, is_standing=is_standing)
        if is_standing and isinstance(entry.fact, RulingReversed):
            reversed_ids.add(entry.fact.reversed_ruling_id)
    return said


# --- passes and laps ---------------------------------------------------------------------------


def effects_of(rulings: _Rulings) -> RulingEffects:
    """Return what the standing rulings say of each pass and lap; the first ruling has the word."""
    voids: dict[PassRef, RulingId] = {}
    restores: dict[PassRef, RulingId] = {}
    moves: dict[PassRef, Reassignment] = {}
    lap_voids: dict[PassRef, RulingId] = {}
    lap_restores: dict[PassRef, RulingId] = {}
    for entry in rulings.values():
        fact = entry.fact
        if not entry.is_standing:
            continue
        if isinstance(fact, PassVoided):
            voids.setdefault(fact.pass_ref, fact.ruling_id)
        elif isinstance(fact, PassRestored):
            restores.setdefault(fact.pass_ref, fact.ruling_id)
        elif isinstance(fact, PassReassigned):
            # The newest says whose it was: a second reassignment corrects the first.
            moves[fact.pass_ref] = Reassignment(fact.ruling_id, fact.heat_id, fact.entry_id)
        elif isinstance(fact, LapVoided):
            lap_voids.setdefault(fact.pass_ref, fact.ruling_id)
        elif isinstance(fact, LapRestored):
            lap_restores.setdefault(fact.pass_ref, fact.ruling_id)
    return RulingEffects(voids, restores, moves, lap_voids, lap_restores)


def _with_effect(before: RulingEffects, fact: Ruling) -> tuple[RulingEffects, set[PassRef]]:
    """Return what is said of passes and laps with a new ruling, and of which it says more."""
    match fact:
        case PassReassigned():
            move = Reassignment(fact.ruling_id, fact.heat_id, fact.entry_id)
            moves = {**before.reassignments, fact.pass_ref: move}
            return replace(before, reassignments=moves), {fact.pass_ref}
        case PassVoided() | PassRestored() | LapVoided() | LapRestored():
            name = _SAID_FIRST[type(fact)]
            said: Mapping[PassRef, RulingId] = getattr(before, name)
            if fact.pass_ref not in said:
                more: dict[str, Any] = {name: {**said, fact.pass_ref: fact.ruling_id}}
                return replace(before, **more), {fact.pass_ref}
    return before, set()


def _struck(before: RulingEffects, after: RulingEffects) -> set[PassRef]:
    """Return the passes of which rulings now say something else."""
    pairs: Iterable[tuple[Mapping[PassRef, object], Mapping[PassRef, object]]] = (
        (before.pass_voids, after.pass_voids),
        (before.pass_restores, after.pass_restores),
        (before.reassignments, after.reassignments),
        (before.lap_voids, after.lap_voids),
        (before.lap_restores, after.lap_restores),
    )
    return {ref for old, new in pairs for ref, _ in old.items() ^ new.items()}


def _with_manual_passes(state: EventState, ruling_ids: set[RulingId]) -> Mapping[HeatId, Heat]:
    """Bring the passes that marshals entered up to date; a reassigned one moves with its heat."""
    heats = dict(state.heats)
    for ruling_id in sorted(ruling_ids):
        entry = state.rulings.get(ruling_id)
        if entry is None or not isinstance(entry.fact, PassInserted):
            continue
        placed = manual_pass(state, entry.fact, is_standing=entry.is_standing)
        move = state.effects.reassignments.get(placed.pass_ref)
        home_id = entry.fact.heat_id if move is None else move.heat_id
        for heat in list(heats.values()):
            if placed.pass_ref in heat.passes and heat.heat_id != home_id:
                rest = {key: each for key, each in heat.passes.items() if key != placed.pass_ref}
                heats[heat.heat_id] = replace(heat, passes=rest)
        if home_id in heats:
            heat = heats[home_id]
            heats[home_id] = replace(heat, passes={**heat.passes, placed.pass_ref: placed})
    return heats


# --- runs and entries --------------------------------------------------------------------------


def _with_runs_ruled(
    state: EventState, changed: Iterable[Ruling], new: RulingEntry | None
) -> Mapping[HeatId, Heat]:
    """Bring the rulings on runs up to date in the heats that the changed rulings name.

    ``new`` where nothing but that ruling came: it is added to what its heat has.
    """
    heat_ids = {each.heat_id for each in changed if isinstance(each, _OnRuns)}
    known = heat_ids & state.heats.keys()
    if not known:
        return state.heats
    ruled = {}
    for heat_id in known:
        heat = state.heats[heat_id]
        rulings = (
            rulings_on(state.rulings, heat_id) if new is None else _with_one(heat.rulings, new)
        )
        ruled[heat_id] = replace(heat, rulings=rulings)
    return {key: ruled.get(key, heat) for key, heat in state.heats.items()}


def rulings_on(rulings: _Rulings, heat_id: HeatId) -> HeatRulings:
    """Return the standing rulings on a heat's runs."""
    made: dict[str, list[Any]] = {}
    for entry in rulings.values():
        fact = entry.fact
        if not entry.is_standing or not isinstance(fact, _OnRuns) or fact.heat_id != heat_id:
            continue
        for name, value in _on_run(entry).items():
            made.setdefault(name, []).append(value)
    return HeatRulings(**{name: tuple(each) for name, each in made.items()})


def _with_one(before: HeatRulings, entry: RulingEntry) -> HeatRulings:
    """Add a new ruling to those that stand on a heat's runs."""
    added = {name: (*getattr(before, name), value) for name, value in _on_run(entry).items()}
    return replace(before, **added)


def _on_run(entry: RulingEntry) -> Mapping[str, Any]:
    """Return the kind of a heat's rulings that a ruling on a run adds to, and what it adds."""
    fact = entry.fact
    added: dict[str, Any] = {}
    match fact:
        case OffTrackMarked():
            added["incidents"] = Incident(fact.ruling_id, fact.entry_id, fact.left_race_ns)
        case ResetMarked(ruling_id, _, entry_id, race_ns):
            added["incidents"] = Incident(ruling_id, entry_id, race_ns, "reset")
        case PenaltyGiven(ruling_id, _, entry_id, ref, penalty_ns):
            added["penalties"] = Penalty(ruling_id, entry_id, ref, penalty_ns)
        case FalseStartRuled(ruling_id, _, entry_id, pass_ref, penalty_ns):
            added["false_starts"] = RuledFalseStart(ruling_id, entry_id, pass_ref, penalty_ns)
        case LapCredited(ruling_id, _, entry_id, lap_ns, bound_ns):
            added["credits"] = Credit(ruling_id, entry_id, lap_ns, bound_ns, entry.race_ns)
        case WindowExtended():
            added["extensions"] = Extension(fact.ruling_id, fact.entry_id, fact.extra_ns)
        case RunRestarted():
            added["restarts"] = Restart(fact.ruling_id, fact.entry_id, fact.restarted_race_ns)
        case RunRuled(status=("dnf" | "dns" | "dsq") as status):
            added["statuses"] = RuledStatus(fact.ruling_id, fact.entry_id, status)
    return added


def _with_disqualified(
    state: EventState, rulings: _Rulings, changed: Iterable[Ruling]
) -> Mapping[EntryId, Entry]:
    """Say of each entry whether a standing ruling disqualifies it."""
    if not any(isinstance(each, EntryDisqualified) for each in changed):
        return state.entries
    by: dict[EntryId, RulingId] = {}
    for each in rulings.values():
        if each.is_standing and isinstance(each.fact, EntryDisqualified):
            by.setdefault(each.fact.entry_id, each.fact.ruling_id)
    return {
        key: entry
        if entry.disqualified_by == by.get(key)
        else replace(entry, disqualified_by=by.get(key))
        for key, entry in state.entries.items()
    }


EFFECTS: Mapping[type, Effect] = dict.fromkeys(get_args(Ruling), apply_ruling)
