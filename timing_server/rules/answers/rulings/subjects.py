"""What a ruling may be about: a heat, a run, a pass, a lap; or why there is no such thing."""

from timing_server.rules.answers.refusals import unknown_entry, unknown_heat
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import PassInserted
from timing_server.rules.passes.placing import find_pass, manual_ruling_id
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, ScoredPass
from timing_server.rules.scoring.terms import FIRST_CROSSING
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, HeatId, PassRef

#: No lap and no time that is given or taken lasts longer than a day.
MOST_NS = 86_400 * 10**9


def run_of(state: EventState, heat_id: HeatId, entry_id: EntryId) -> Heat | RuleViolation:
    """Return the heat in which the entry has a run, or why there is none."""
    heat = state.heats.get(heat_id)
    if heat is None:
        return unknown_heat(heat_id)
    return heat if entry_id in heat.runs else unknown_entry(entry_id)


def started_run_of(state: EventState, heat_id: HeatId, entry_id: EntryId) -> Heat | RuleViolation:
    """Return the heat in which the entry has a run that may have laps, or why there is none."""
    heat = run_of(state, heat_id, entry_id)
    if isinstance(heat, Heat) and heat.started_race_ns is None:
        return heat_not_started(heat)
    return heat


def place_of(state: EventState, pass_ref: PassRef) -> HeatId | RuleViolation | None:
    """Return the heat that a pass is part of, None where it lies outside any.

    A manual pass that was taken back isn't there any more.
    """
    known = find_pass(state, pass_ref)
    if known is not None:
        return known.heat_id
    ruling_id = manual_ruling_id(pass_ref)
    entry = None if ruling_id is None else state.rulings.get(ruling_id)
    if entry is None or not entry.is_standing or not isinstance(entry.fact, PassInserted):
        return RuleViolation(
            "unknown_pass", f"There is no pass {pass_ref} here.", {"pass_ref": pass_ref}
        )
    move = state.effects.reassignments.get(pass_ref)
    return entry.fact.heat_id if move is None else move.heat_id


def scored_pass_at(
    state: EventState, heat_id: HeatId | None, pass_ref: PassRef
) -> ScoredPass | None:
    """Return what a heat's score says of a pass, None where it lies outside any heat."""
    if heat_id is None or heat_id not in state.heats:
        return None
    passes = score_heat(state, heat_id).passes
    return next((each for each in passes if each.pass_ref == pass_ref), None)


def lap_of(state: EventState, pass_ref: PassRef) -> tuple[Heat, Lap] | RuleViolation:
    """Return the lap that a pass closed, with its heat."""
    heat_id = place_of(state, pass_ref)
    if isinstance(heat_id, RuleViolation):
        return heat_id
    heat = None if heat_id is None else state.heats.get(heat_id)
    lap = None if heat is None else score_heat(state, heat.heat_id).lap_closed_by(pass_ref)
    if heat is None or lap is None:
        return no_lap_closed(pass_ref)
    return heat, lap


def instant_in(
    heat: Heat,
    given_race_ns: int | None,
    at_race_ns: int,
    *,
    may_be_late: bool,
    may_start: bool = False,
) -> int | RuleViolation:
    """Return the instant that is meant, None being now, or why it can't be one of the heat.

    ``may_be_late``: behind the heat's end; ``may_start``: before its start, where the first
    crossing since it was armed should have been that.
    """
    if heat.started_race_ns is None:
        return heat_not_started(heat)
    if given_race_ns is None and heat.ended_race_ns is not None:
        return RuleViolation(
            "heat_not_running",
            f"Heat {heat.number} isn't running; say at which instant it was.",
            _named(heat),
        )
    race_ns = at_race_ns if given_race_ns is None else given_race_ns
    if race_ns > at_race_ns:
        return RuleViolation(
            "instant_in_future",
            "The instant lies in the future.",
            _named(heat) | {"race_ns": race_ns},
        )
    is_late = heat.ended_race_ns is not None and race_ns > heat.ended_race_ns
    least_ns = heat.started_race_ns
    if may_start and heat.options.start_mode == FIRST_CROSSING and heat.armed_race_ns is not None:
        least_ns = min(least_ns, heat.armed_race_ns)
    if race_ns < least_ns or (is_late and not may_be_late):
        return RuleViolation(
            "instant_outside_heat",
            f"The instant doesn't lie between start and end of heat {heat.number}.",
            _named(heat) | {"race_ns": race_ns},
        )
    return race_ns


def check_range(option: str, value_ns: int, *, least_ns: int) -> RuleViolation | None:
    """Refuse a duration that is smaller than the least, or longer than a day."""
    if least_ns <= value_ns <= MOST_NS:
        return None
    return RuleViolation(
        "option_out_of_range",
        f"{option} must be from {least_ns} to {MOST_NS}, not {value_ns}.",
        {"option": option, "value": value_ns},
    )


def heat_not_started(heat: Heat) -> RuleViolation:
    """Refuse because nothing has happened in that heat yet."""
    sentence = f"Heat {heat.number} hasn't started yet."
    return RuleViolation("heat_not_started", sentence, _named(heat))


def no_lap_closed(pass_ref: PassRef) -> RuleViolation:
    """Refuse because that pass closes no lap."""
    return RuleViolation(
        "lap_not_closed_here", f"Pass {pass_ref} closes no lap.", {"pass_ref": pass_ref}
    )


def _named(heat: Heat) -> dict[str, str | int]:
    return {"heat_id": heat.heat_id, "number": heat.number}
