"""Answers to the commands of a practice heat: who is on track now."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import heat_not_running, known_heat
from timing_server.rules.answers.refusals import heat_finished, unknown_entry
from timing_server.rules.commands.heats import BringIn, SendOut
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import EntryBroughtIn, EntrySentOut
from timing_server.rules.heat_phases import OVER, UNDER_WAY
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId


def send_out(state: EventState, command: SendOut, at_race_ns: int) -> Answer:
    """Let an entry onto the track; as many at once as the stage allows."""
    heat = _practice(state, command)
    if isinstance(heat, RuleViolation):
        return heat
    entry = state.entries.get(command.entry_id)
    if entry is None:
        return unknown_entry(command.entry_id)
    if not entry.may_race:
        return RuleViolation(
            "entry_out",
            f"Entry {entry.number} takes no part any more.",
            {"entry_id": entry.entry_id, "number": entry.number},
        )
    on_track = entries_on_track(heat)
    if command.entry_id in on_track:
        return RuleViolation(
            "entry_on_track",
            f"Entry {entry.number} is on track already.",
            {"entry_id": entry.entry_id, "number": entry.number},
        )
    if len(on_track) >= heat.options.cars_max:
        return RuleViolation(
            "track_full",
            f"Only {heat.options.cars_max} may be on track at once; bring somebody in first.",
            {"most": heat.options.cars_max},
        )
    return (EntrySentOut(heat.heat_id, command.entry_id, at_race_ns),)


def bring_in(state: EventState, command: BringIn, at_race_ns: int) -> Answer:
    """Note that an entry has left the track."""
    heat = _practice(state, command)
    if isinstance(heat, RuleViolation):
        return heat
    if command.entry_id not in entries_on_track(heat):
        return RuleViolation(
            "entry_not_on_track",
            "That entry isn't on track.",
            {"entry_id": command.entry_id},
        )
    return (EntryBroughtIn(heat.heat_id, command.entry_id, at_race_ns),)


def entries_on_track(heat: Heat) -> tuple[EntryId, ...]:
    """Return who is on a practice heat's track now, in the order of going out."""
    return tuple(each.entry_id for each in heat.outings if each.in_race_ns is None)


def _practice(state: EventState, command: SendOut | BringIn) -> Heat | RuleViolation:
    heat = known_heat(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if not heat.is_practice:
        return RuleViolation(
            "not_practice",
            f"Heat {heat.number} is no practice: its entries are all on track.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    if heat.phase in OVER:
        return heat_finished(heat)
    return heat if heat.phase in UNDER_WAY else heat_not_running(heat)
