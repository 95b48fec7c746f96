"""Whose a pass is: a ruling, the boot, an identification, the lane, or the only one on track.

The first of these that says anything has the word. A pass that none of them can bind waits for a
marshal: it is never guessed, since a lap in the wrong name costs two drivers theirs.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from timing_server.rules.state.heat import Equipment, Heat, HeatPass, Outing, Run
from timing_server.rules.units import CarId, EntryId

#: Why nobody owns a pass.
Unbound = Literal["unknown_entry", "double_identity", "other_lane"]
#: The owner and None, or None and why there is none.
Binding = tuple[EntryId, None] | tuple[None, Unbound]


def bind(heat: Heat, racing: Mapping[EntryId, Run], each: HeatPass) -> Binding:
    """Return whose pass it is among the runs that are racing: those of entries that showed up."""
    named = each.ruled_entry_id or _simulated(racing, each)
    if named is not None:
        return (named, None) if named in racing else (None, "unknown_entry")
    if len(each.marked_car_ids) > 1:
        return None, "double_identity"
    if each.marked_car_ids:
        return _only(_driving(each.marked_car_ids[0], racing, each.race_ns))
    if each.lane is not None and any(run.lane is not None for run in racing.values()):
        owners = [key for key, run in racing.items() if run.lane == each.lane]
        return _only(owners) if owners else (None, "other_lane")
    if heat.is_practice:
        return _only([key for key in racing if outing_at(heat, key, each.race_ns) is not None])
    return _only(tuple(racing))


def _simulated(racing: Mapping[EntryId, Run], each: HeatPass) -> EntryId | None:
    """Return whose run the pass's boot is, None for a pass that a gate saw."""
    if each.boot_id is None:
        return None
    boot = (each.node_id, each.boot_id)
    return next((key for key, run in racing.items() if run.boot == boot), None)


def _only(owners: Sequence[EntryId]) -> Binding:
    return (owners[0], None) if len(owners) == 1 else (None, "unknown_entry")


def _driving(car_id: CarId, racing: Mapping[EntryId, Run], race_ns: int) -> list[EntryId]:
    """Return the entries whose run that car drove at the instant."""
    in_force = ((key, equipment_at(run, race_ns)) for key, run in racing.items())
    return [key for key, equipment in in_force if equipment and equipment.car_id == car_id]


def equipment_at(run: Run, race_ns: int) -> Equipment | None:
    """Return what was in force at the instant, None where the run wasn't equipped yet.

    A simulated run has one car from its beginning, whenever that was recorded.
    """
    if run.boot is not None:
        return run.equipment[-1] if run.equipment else None
    in_force = (each for each in reversed(run.equipment) if each.from_race_ns <= race_ns)
    return next(in_force, None)


def outing_at(heat: Heat, entry_id: EntryId, race_ns: int) -> Outing | None:
    """Return the outing of a practice heat that the entry was on at the instant, if any."""
    outings = (each for each in reversed(heat.outings) if each.entry_id == entry_id)
    return next(
        (
            each
            for each in outings
            if each.out_race_ns <= race_ns
            and (each.in_race_ns is None or race_ns <= each.in_race_ns)
        ),
        None,
    )
