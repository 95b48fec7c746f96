"""Where passes lie: every one on its shelf, and those that a heat wants in that heat as well.

A pass belongs to the heat that had started at the pass's own instant and hadn't ended by then; one
of a boot that is a simulated run belongs to that run's heat, whatever its instant.
The instant may come late (its node's clock is related after the pass) or change, and so may the
heat's start and end: whatever moves them puts the passes concerned in their place again with
``place``, so the order in which facts came leaves no trace.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import TypedDict

from timing_server.rules.facts.rulings import PassInserted
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, HeatPass
from timing_server.rules.state.passes import KnownPass, ShelfKey, Shelves
from timing_server.rules.state.plan import FINISH_ROLE, PRIORITY_MAX, GateRole
from timing_server.rules.units import CarId, HeatId, JournalId, MarkId, NodeId, PassRef, RulingId

SHELF_SIZE = 64
MANUAL_PREFIX = "manual:"
#: What a camera says of a car whose mark it can't read or believe. No car wears it, so such a pass
#: is nobody's until a marshal says whose it was.
UNREAD_MARK = MarkId("unread")
UNREAD_CAR = CarId("unread")


class Placement(TypedDict, total=False):
    """The fields of the state that placing passes replaces."""

    heats: dict[HeatId, Heat]
    passes: Shelves
    newest_pass_race_ns: int | None


def pass_ref_of(fact: PassDetected) -> PassRef:
    """Return the address of a sensor's pass."""
    return PassRef(f"{fact.node_id}:{fact.journal_id}:{fact.seq}")


def manual_ref(ruling_id: RulingId) -> PassRef:
    """Return the address of the pass that a marshal entered with that ruling."""
    return PassRef(f"{MANUAL_PREFIX}{ruling_id}")


def manual_ruling_id(pass_ref: PassRef) -> RulingId | None:
    """Return the ruling that entered a manual pass, None for the address of a sensor's pass."""
    if not pass_ref.startswith(MANUAL_PREFIX):
        return None
    return RulingId(pass_ref.removeprefix(MANUAL_PREFIX))


def shelf_key_of(fact: PassDetected) -> ShelfKey:
    """Return the shelf on which a pass lies."""
    return fact.node_id, fact.journal_id, fact.seq // SHELF_SIZE


def find_pass(state: EventState, pass_ref: PassRef) -> KnownPass | None:
    """Return the sensor's pass with that address, None where the stream has none."""
    parts = pass_ref.rsplit(":", 2)
    if len(parts) != 3 or not (parts[2].isascii() and parts[2].isdigit()):
        return None
    seq = int(parts[2])
    shelf = state.passes.get((NodeId(parts[0]), JournalId(parts[1]), seq // SHELF_SIZE), {})
    known = shelf.get(seq)
    # Zeros before the number would make two addresses of one pass.
    return known if known is not None and pass_ref_of(known.fact) == pass_ref else None


def every_pass(state: EventState) -> Iterator[KnownPass]:
    """Yield every sensor's pass of the stream."""
    for shelf in state.passes.values():
        yield from shelf.values()


def role_at(state: EventState, node_id: NodeId, gate: str, race_ns: int) -> GateRole:
    """Return the job that a gate had at an instant; one that was never bound is its name's."""
    bound = (
        each
        for each in reversed(state.gates.get((node_id, gate), ()))
        if each.from_race_ns <= race_ns
    )
    return next(bound, GateRole(0, gate))


def car_wearing(state: EventState, mark: MarkId, race_ns: int) -> CarId | None:
    """Return the car that wore a mark at an instant, None where nobody said so."""
    if mark == UNREAD_MARK:
        return UNREAD_CAR
    worn = (
        each.car_id for each in reversed(state.marks.get(mark, ())) if each.from_race_ns <= race_ns
    )
    return next(worn, None)


def heat_at(state: EventState, race_ns: int, bound_ns: int) -> HeatId | None:
    """Return the heat to which a pass at that instant belongs: the first that hadn't ended.

    A pass that may have happened by the heat's end, within its bound, is part of it: the pass
    that ended a heat stays in it when a later relation moves it by less than its uncertainty.
    """
    home: HeatId | None = None
    for at in range(bisect_right(state.starts, race_ns, key=itemgetter(0)) - 1, -1, -1):
        heat = state.heats[state.starts[at][1]]
        if heat.ended_race_ns is not None and race_ns - bound_ns > heat.ended_race_ns:
            break
        home = heat.heat_id
    return home


def _home(state: EventState, fact: PassDetected, instant: tuple[int, int]) -> HeatId | None:
    """Return the heat of the boot's own run, whatever else was driven at that instant."""
    bound = state.boots.get((fact.node_id, fact.boot_id))
    if bound is None:
        return heat_at(state, *instant)
    return bound.heat_id if bound.heat_id in state.heats else None


def heat_pass(state: EventState, fact: PassDetected, instant: tuple[int, int]) -> HeatPass:
    """Return a sensor's pass at its instant (race_ns, bound_ns), with the rulings on it."""
    race_ns, bound_ns = instant
    ref, effects = pass_ref_of(fact), state.effects
    job = role_at(state, fact.node_id, fact.gate, race_ns)
    marks = state.seen_marks.get(ref, ())
    cars = [car_wearing(state, mark, race_ns) for mark in marks]
    move = effects.reassignments.get(ref)
    # All at once: this runs for every pass, and replace() takes several times as long.
    return HeatPass(
        pass_ref=ref,
        source="sensor",
        race_ns=race_ns,
        bound_ns=bound_ns + fact.bound_ns,
        role=job.role,
        node_id=fact.node_id,
        boot_id=fact.boot_id,
        mono_ns=fact.mono_ns,
        void_ruling_id=effects.pass_voids.get(ref),
        lap_void_ruling_id=effects.lap_voids.get(ref),
        lane=job.lane,
        marks=marks,
        marked_car_ids=tuple(dict.fromkeys(each for each in cars if each is not None)),
        ruled_entry_id=None if move is None else move.entry_id,
        restore_ruling_id=effects.pass_restores.get(ref),
        lap_restore_ruling_id=effects.lap_restores.get(ref),
        # A hand is every sensor's backup: it never beats a beam that saw the same crossing.
        priority=job.priority + (PRIORITY_MAX + 1 if fact.bound_ns else 0),
        hand_bound_ns=fact.bound_ns,
    )


def manual_pass(state: EventState, fact: PassInserted, *, is_standing: bool) -> HeatPass:
    """Return the pass that a marshal entered, with the rulings on it."""
    ref, effects = manual_ref(fact.ruling_id), state.effects
    move = effects.reassignments.get(ref)
    return HeatPass(
        pass_ref=ref,
        source="manual",
        race_ns=fact.crossed_race_ns,
        bound_ns=fact.bound_ns,
        role=FINISH_ROLE,
        void_ruling_id=effects.pass_voids.get(ref),
        lap_void_ruling_id=effects.lap_voids.get(ref),
        is_taken_back=not is_standing,
        ruled_entry_id=fact.entry_id if move is None else move.entry_id,
        restore_ruling_id=effects.pass_restores.get(ref),
        lap_restore_ruling_id=effects.lap_restores.get(ref),
        priority=1 if fact.is_backup else 0,
    )


def place(state: EventState, moved: Iterable[KnownPass]) -> Placement:
    """Put sensors' passes where they belong under the state as it is now.

    ``moved`` are new passes, or known ones whose instant, heat, role or rulings may have changed.
    Returns the state's fields that change.
    """
    shelves: dict[ShelfKey, dict[int, KnownPass]] = {}
    heat_passes: dict[HeatId, dict[PassRef, HeatPass]] = {}
    newest = state.newest_pass_race_ns
    for known in moved:
        fact = known.fact
        instant = race_instant(state.relations, fact)
        home_id = None
        if instant is not None:
            newest = instant[0] if newest is None else max(newest, instant[0])
            ruled = state.effects.reassignments.get(pass_ref_of(fact))
            is_ruled = ruled is not None and ruled.heat_id in state.heats
            home_id = ruled.heat_id if ruled and is_ruled else _home(state, fact, instant)
        if known.heat_id is not None and known.heat_id != home_id:
            _passes_of(state, heat_passes, known.heat_id).pop(pass_ref_of(fact), None)
        if home_id is not None and instant is not None:
            placed = heat_pass(state, fact, instant)
            _passes_of(state, heat_passes, home_id)[placed.pass_ref] = placed
        key = shelf_key_of(fact)
        if key not in shelves:
            shelves[key] = dict(state.passes.get(key, {}))
        shelves[key][fact.seq] = KnownPass(fact, home_id)
    placement = Placement(passes={**state.passes, **shelves}, newest_pass_race_ns=newest)
    if heat_passes:
        placement["heats"] = {
            **state.heats,
            **{
                heat_id: replace(state.heats[heat_id], passes=passes)
                for heat_id, passes in heat_passes.items()
            },
        }
    return placement


def _passes_of(
    state: EventState, heat_passes: dict[HeatId, dict[PassRef, HeatPass]], heat_id: HeatId
) -> dict[PassRef, HeatPass]:
    """Return the heat's passes as a map that this placement may write to."""
    if heat_id not in heat_passes:
        heat_passes[heat_id] = dict(state.heats[heat_id].passes)
    return heat_passes[heat_id]
