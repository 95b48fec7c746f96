"""Answers to the commands that reach a run's car: hold, go, slower; and who vouches for it."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import known_heat
from timing_server.rules.answers.refusals import car_stopped, heat_finished, unknown_entry
from timing_server.rules.answers.rulings.runs import mark_off_track
from timing_server.rules.commands.driving import (
    ConfirmRun,
    HoldRun,
    LimitSpeed,
    NoteContactLost,
    ReleaseRun,
)
from timing_server.rules.commands.rulings import MarkOffTrack
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.driving import RunConfirmed, RunHeld, RunReleased, SpeedLimited
from timing_server.rules.heat_phases import AT_THE_LINE, OVER, UNDER_WAY
from timing_server.rules.orders.driving import confirmation_of, held_by, newest_equipment
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, HeatId

HOLD_CAUSES = frozenset({"stop", "off_track"})


def hold_run(state: EventState, command: HoldRun, at_race_ns: int) -> Answer:
    """Hold the car until somebody lets it go; one that left the track has that counted, once.

    A car that somebody stopped may be found off the track: then it is counted, and stays held.
    """
    heat = _live_run(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if command.cause not in HOLD_CAUSES:
        return RuleViolation(
            "unknown_cause",
            f"There is no cause '{command.cause}'; there are {', '.join(sorted(HOLD_CAUSES))}.",
            {"cause": command.cause},
        )
    held = held_by(heat, command.entry_id)
    if held is not None and (command.cause == "stop" or held == "off_track"):
        return RuleViolation(
            "run_held",
            "This car is held already; let it go first.",
            {"entry_id": command.entry_id},
        )
    hold = RunHeld(command.heat_id, command.entry_id, command.cause)
    if command.cause == "stop":
        return (hold,)
    mark = MarkOffTrack(command.ruling_id, command.heat_id, command.entry_id, None)
    marked = mark_off_track(state, mark, at_race_ns)
    return marked if isinstance(marked, RuleViolation) else (*marked, hold)


def release_run(state: EventState, command: ReleaseRun, _: int) -> Answer:
    """Let a held car go, once no emergency stop of its own is on."""
    heat = _live_run(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if held_by(heat, command.entry_id) is None:
        return RuleViolation("run_not_held", "This car isn't held.", {"entry_id": command.entry_id})
    equipment = newest_equipment(heat.runs[command.entry_id])
    if equipment is not None and state.car_stops(equipment.car_id):
        return car_stopped(equipment.car_id)
    return (RunReleased(command.heat_id, command.entry_id),)


def note_contact_lost(state: EventState, command: NoteContactLost, _: int) -> Answer:
    """Hold the car that ran out of leave to drive: whoever went to catch it has it in the hands."""
    heat = _live_run(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation) or held_by(heat, command.entry_id) is not None:
        return ()
    return (RunHeld(command.heat_id, command.entry_id, "contact_lost"),)


def limit_speed(state: EventState, command: LimitSpeed, _: int) -> Answer:
    """Limit the car's throttle, from 0 to 100 per cent of what its model asks for."""
    heat = _live_run(state, command.heat_id, command.entry_id)
    if isinstance(heat, RuleViolation):
        return heat
    if not 0 <= command.speed_pct <= 100:
        return RuleViolation(
            "option_out_of_range",
            f"The speed is 0 to 100 per cent, not {command.speed_pct}.",
            {"option": "speed_pct", "value": command.speed_pct, "least": 0, "most": 100},
        )
    return (SpeedLimited(command.heat_id, command.entry_id, command.speed_pct),)


def confirm_run(state: EventState, command: ConfirmRun, _: int) -> Answer:
    """Take a marshal's word for the run's car as it is now."""
    heat = known_heat(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id)
    if heat.phase in OVER:
        return heat_finished(heat)
    if confirmation_of(heat, heat.runs[command.entry_id]) is not None:
        return RuleViolation(
            "run_confirmed",
            "This run is confirmed already.",
            {"entry_id": command.entry_id},
        )
    return (RunConfirmed(command.heat_id, command.entry_id, command.reason),)


def _live_run(state: EventState, heat_id: HeatId, entry_id: EntryId) -> Heat | RuleViolation:
    """Return the heat between its call and its end in which the entry has a run."""
    heat = known_heat(state, heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if entry_id not in heat.runs:
        return unknown_entry(entry_id)
    if heat.phase in OVER:
        return heat_finished(heat)
    if heat.phase not in AT_THE_LINE | UNDER_WAY:
        return RuleViolation(
            "heat_not_called",
            f"Heat {heat.number} isn't at the line; call it first.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return heat
