"""The answer to a car's word of how its run was driven."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.commands.driving import NoteDriving
from timing_server.rules.facts.driving import DrivingMeasured
from timing_server.rules.heat_phases import OVER
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import CarId, EntryId, HeatId


def note_driving(state: EventState, command: NoteDriving, _: int) -> Answer:
    """Note it once, when the heat is over; a car's word on a heat that isn't its own is nothing."""
    entry_id = awaited_entry(state, command.heat_id, command.car_id)
    if entry_id is None:
        return ()
    measured = DrivingMeasured(
        command.heat_id,
        entry_id,
        command.car_id,
        command.commands,
        command.latency_p50_ns,
        command.latency_p95_ns,
        command.frames,
        command.dropped_frames,
        command.stale_commands,
        command.is_throttled,
        command.is_undervolted,
    )
    return (measured,)


def awaited_entry(state: EventState, heat_id: HeatId, car_id: CarId) -> EntryId | None:
    """Return whose run of a heat that is over a car drove and has not told of; None otherwise."""
    heat = state.heats.get(heat_id)
    if heat is None or heat.phase not in OVER:
        return None
    entry_id = driven_entry(heat, car_id)
    known = {(each.entry_id, each.car_id) for each in heat.driven}
    return None if entry_id is None or (entry_id, car_id) in known else entry_id


def driven_entry(heat: Heat, car_id: CarId) -> EntryId | None:
    """Return whose run a car drove in a heat, at any time of it."""
    for entry_id, run in heat.runs.items():
        if any(each.car_id == car_id for each in run.equipment):
            return entry_id
    return None
