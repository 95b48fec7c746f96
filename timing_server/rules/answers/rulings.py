"""Answers to the commands of a marshal: passes by hand, voids, marks and their reversal."""

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.refusals import already_exists, unknown_entry, unknown_heat
from timing_server.rules.commands.rulings import (
    InsertPass,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.passes.placing import find_pass, manual_ruling_id
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState, RulingEntry
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import HeatId, PassRef


def insert_pass(state: EventState, command: InsertPass, at_race_ns: int) -> Answer:
    """Enter a crossing of a heat that has started, during it or afterwards.

    It may lie after the end of a heat that ended by itself: where a false pass had closed the
    last lap, the true one came later. A heat that was stopped ended when somebody said so.
    """
    if command.ruling_id in state.rulings:
        return already_exists("ruling", command.ruling_id)
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.bound_ns < 0:
        return RuleViolation(
            "option_out_of_range",
            f"bound_ns can't be negative, as {command.bound_ns} is.",
            {"option": "bound_ns", "value": command.bound_ns},
        )
    crossed_race_ns = command.crossed_race_ns
    if crossed_race_ns is None and heat.ended_race_ns is not None:
        return _not_running(heat)
    may_be_late = heat.end_reason != "stopped"
    instant = _instant(heat, crossed_race_ns, at_race_ns, may_be_late=may_be_late)
    if isinstance(instant, RuleViolation):
        return instant
    return (
        PassInserted(command.ruling_id, command.heat_id, instant, command.bound_ns, command.reason),
    )


def mark_off_track(state: EventState, command: MarkOffTrack, at_race_ns: int) -> Answer:
    """Mark that a car left the track, at an instant of its heat."""
    if command.ruling_id in state.rulings:
        return already_exists("ruling", command.ruling_id)
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id)
    if command.left_race_ns is None and heat.ended_race_ns is not None:
        return _not_running(heat)
    instant = _instant(heat, command.left_race_ns, at_race_ns, may_be_late=False)
    if isinstance(instant, RuleViolation):
        return instant
    return (OffTrackMarked(command.ruling_id, command.heat_id, command.entry_id, instant),)


def _not_running(heat: Heat) -> RuleViolation:
    return RuleViolation(
        "heat_not_running",
        f"Heat {heat.number} isn't running; say at which instant it was.",
        {"heat_id": heat.heat_id, "number": heat.number},
    )


def _instant(
    heat: Heat, given_race_ns: int | None, at_race_ns: int, *, may_be_late: bool
) -> int | RuleViolation:
    """Return the instant that is meant, None being now, or why it can't be one of the heat."""
    params: dict[str, str | int] = {"heat_id": heat.heat_id, "number": heat.number}
    if heat.started_race_ns is None:
        return RuleViolation("heat_not_started", f"Heat {heat.number} hasn't started yet.", params)
    race_ns = at_race_ns if given_race_ns is None else given_race_ns
    if race_ns > at_race_ns:
        return RuleViolation(
            "instant_in_future", "The instant lies in the future.", params | {"race_ns": race_ns}
        )
    is_late = heat.ended_race_ns is not None and race_ns > heat.ended_race_ns
    if race_ns < heat.started_race_ns or (is_late and not may_be_late):
        return RuleViolation(
            "instant_outside_heat",
            f"The instant doesn't lie between start and end of heat {heat.number}.",
            params | {"race_ns": race_ns},
        )
    return race_ns


def void_pass(state: EventState, command: VoidPass, _: int) -> Answer:
    """Strike a pass that is known and not struck yet, wherever it is."""
    if command.ruling_id in state.rulings:
        return already_exists("ruling", command.ruling_id)
    ref = command.pass_ref
    if find_pass(state, ref) is None and _manual_heat(state, ref) is None:
        return _unknown_pass(ref)
    if ref in state.effects.pass_voids:
        return RuleViolation(
            "pass_already_voided",
            f"Pass {ref} is already void.",
            {"pass_ref": ref, "ruling_id": state.effects.pass_voids[ref]},
        )
    return (PassVoided(command.ruling_id, ref, command.reason),)


def void_lap(state: EventState, command: VoidLap, _: int) -> Answer:
    """Strike the lap that a pass closes, as long as it closes one that isn't void."""
    if command.ruling_id in state.rulings:
        return already_exists("ruling", command.ruling_id)
    ref = command.pass_ref
    known = find_pass(state, ref)
    heat_id = known.heat_id if known is not None else _manual_heat(state, ref)
    if known is None and heat_id is None:
        return _unknown_pass(ref)
    lap = None
    if heat_id is not None and heat_id in state.heats:
        lap = score_heat(state, heat_id).lap_closed_by(ref)
    if lap is None:
        return RuleViolation("lap_not_closed_here", f"Pass {ref} closes no lap.", {"pass_ref": ref})
    if lap.void_ruling_id is not None:
        return RuleViolation(
            "lap_already_voided",
            f"The lap that pass {ref} closes is already void.",
            {"pass_ref": ref, "ruling_id": lap.void_ruling_id},
        )
    return (LapVoided(command.ruling_id, ref, command.reason),)


def _unknown_pass(ref: PassRef) -> RuleViolation:
    return RuleViolation("unknown_pass", f"There is no pass {ref} here.", {"pass_ref": ref})


def _manual_heat(state: EventState, ref: PassRef) -> HeatId | None:
    """Return the heat of a standing manual pass, None where there is no such pass."""
    ruling_id = manual_ruling_id(ref)
    entry = None if ruling_id is None else state.rulings.get(ruling_id)
    if entry is None or not entry.is_standing or not isinstance(entry.fact, PassInserted):
        return None
    return entry.fact.heat_id


def reverse_ruling(state: EventState, command: ReverseRuling, _: int) -> Answer:
    """Take back a standing ruling; with none named, the newest that isn't a reversal itself.

    Reversing a reversal by its id restores what it took back.
    """
    if command.ruling_id in state.rulings:
        return already_exists("ruling", command.ruling_id)
    target = command.reversed_ruling_id
    if target is None:
        newest = next(filter(_can_be_undone, reversed(list(state.rulings.values()))), None)
        if newest is None:
            return RuleViolation("nothing_to_undo", "No ruling is left to undo.")
        target = newest.fact.ruling_id
    entry = state.rulings.get(target)
    if entry is None:
        return RuleViolation(
            "unknown_ruling", f"There is no ruling {target}.", {"ruling_id": target}
        )
    if not entry.is_standing:
        return RuleViolation(
            "ruling_already_reversed",
            f"Ruling {target} is already reversed.",
            {"ruling_id": target},
        )
    return (RulingReversed(command.ruling_id, target, command.reason),)


def _can_be_undone(entry: RulingEntry) -> bool:
    return entry.is_standing and not isinstance(entry.fact, RulingReversed)


ANSWERS: Answers = {
    InsertPass: insert_pass,
    VoidPass: void_pass,
    VoidLap: void_lap,
    MarkOffTrack: mark_off_track,
    ReverseRuling: reverse_ruling,
}
