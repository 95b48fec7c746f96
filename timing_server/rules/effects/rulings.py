"""Which rulings stand, and what the standing ones do to passes, laps and heats.

A ruling stands unless a standing ruling reverses it, so the reversal of a reversal restores the
first. A reversal can only take back what was ruled before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from timing_server.rules.facts.recorded import Recorded, Ruling
from timing_server.rules.facts.rulings import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.passes.placing import (
    Placement,
    find_pass,
    manual_pass,
    manual_ruling_id,
    place,
)
from timing_server.rules.state import EventState, Heat, KnownPass, OffTrack, RulingEntry
from timing_server.rules.units import HeatId, PassRef, RulingId


@dataclass(frozen=True, slots=True)
class Effects:
    """The passes and laps that standing rulings strike, each with the first ruling that did."""

    pass_voids: Mapping[PassRef, RulingId]
    lap_voids: Mapping[PassRef, RulingId]


class RulingChange(Placement, total=False):
    """The fields of the state that a ruling replaces."""

    rulings: Mapping[RulingId, RulingEntry]
    pass_voids: Mapping[PassRef, RulingId]
    lap_voids: Mapping[PassRef, RulingId]


def apply_ruling(state: EventState, recorded: Recorded, fact: Ruling) -> RulingChange:
    """Return what a ruling changes; the same ruling twice changes nothing."""
    if fact.ruling_id in state.rulings:
        return RulingChange()
    entry = RulingEntry(
        fact, recorded.seq, recorded.race_ns, recorded.wall_utc, recorded.actor, is_standing=True
    )
    before = state.rulings
    rulings = _with_standing({**before, fact.ruling_id: entry})
    effects = _effects(rulings)
    after = replace(
        state, rulings=rulings, pass_voids=effects.pass_voids, lap_voids=effects.lap_voids
    )
    struck = {
        ref
        for old, new in (
            (state.pass_voids, effects.pass_voids),
            (state.lap_voids, effects.lap_voids),
        )
        for ref, _ in old.items() ^ new.items()
    }
    changed = {
        each for each in rulings if each not in before or rulings[each] is not before[each]
    } | {ruling_id for ref in struck if (ruling_id := manual_ruling_id(ref)) is not None}
    known = (find_pass(state, ref) for ref in sorted(struck))
    return RulingChange(
        rulings=rulings,
        pass_voids=effects.pass_voids,
        lap_voids=effects.lap_voids,
        **_placed(after, [each for each in known if each is not None], changed),
    )


def _placed(after: EventState, struck: list[KnownPass], changed: set[RulingId]) -> Placement:
    """Bring sensors' passes, manual passes and off-track marks of the heats up to date."""
    placement = place(after, struck) if struck else Placement()
    heats: dict[HeatId, Heat] = dict(placement.get("heats", after.heats))
    for ruling_id in changed:
        entry = after.rulings.get(ruling_id)
        if entry is None:
            continue
        fact = entry.fact
        if isinstance(fact, PassInserted) and fact.heat_id in heats:
            heat = heats[fact.heat_id]
            placed = manual_pass(after, fact, is_standing=entry.is_standing)
            heats[fact.heat_id] = replace(heat, passes={**heat.passes, placed.pass_ref: placed})
        elif isinstance(fact, OffTrackMarked) and fact.heat_id in heats:
            heat = heats[fact.heat_id]
            heats[fact.heat_id] = replace(heat, off_tracks=_marks(after, fact.heat_id))
    placement["heats"] = heats
    return placement


def _marks(state: EventState, heat_id: HeatId) -> tuple[OffTrack, ...]:
    return tuple(
        OffTrack(fact.ruling_id, fact.entry_id, fact.left_race_ns)
        for entry in state.rulings.values()
        if entry.is_standing
        and isinstance(fact := entry.fact, OffTrackMarked)
        and fact.heat_id == heat_id
    )


def _with_standing(rulings: dict[RulingId, RulingEntry]) -> dict[RulingId, RulingEntry]:
    """Say of each ruling whether it stands; entries for which that didn't change are kept."""
    reversed_ids: set[RulingId] = set()
    standing = dict(rulings)
    # Newest first: whether a ruling is reversed is known when it is reached, and a reversal of
    # something that was ruled later comes too late to have an effect.
    for ruling_id, entry in reversed(rulings.items()):
        is_standing = ruling_id not in reversed_ids
        if entry.is_standing != is_standing:
            standing[ruling_id] = replace(entry, is_standing=is_standing)
        if is_standing and isinstance(entry.fact, RulingReversed):
            reversed_ids.add(entry.fact.reversed_ruling_id)
    return standing


def _effects(rulings: Mapping[RulingId, RulingEntry]) -> Effects:
    pass_voids: dict[PassRef, RulingId] = {}
    lap_voids: dict[PassRef, RulingId] = {}
    for entry in rulings.values():
        fact = entry.fact
        if not entry.is_standing:
            continue
        if isinstance(fact, PassVoided):
            pass_voids.setdefault(fact.pass_ref, fact.ruling_id)
        elif isinstance(fact, LapVoided):
            lap_voids.setdefault(fact.pass_ref, fact.ruling_id)
    return Effects(pass_voids, lap_voids)


EFFECTS = dict.fromkeys(get_args(Ruling), apply_ruling)
