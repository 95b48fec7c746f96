"""Answers to the commands about who takes part: adding, grouping, presence, withdrawing."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.answers.refusals import (
    already_exists,
    entry_withdrawn,
    heat_running,
    refuse_unless_planning,
    unknown_entry,
)
from timing_server.rules.commands.plan import (
    AddEntry,
    CheckInEntry,
    CheckOutEntry,
    DeclareCar,
    GroupEntry,
    ReinstateEntry,
    SubstituteDrivers,
    WithdrawEntry,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.entries import (
    DriversSubstituted,
    EntryAdded,
    EntryCarDeclared,
    EntryCheckedIn,
    EntryCheckedOut,
    EntryGrouped,
    EntryReinstated,
    EntryWithdrawn,
)
from timing_server.rules.facts.heats import HeatStoodDown
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import AT_THE_LINE, UNDER_WAY
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import NUMBERS, Entry
from timing_server.rules.units import DriverId, EntryId


def add_entry(state: EventState, command: AddEntry, _: int) -> Answer:
    """Add an entry under a number of its own, the next one where none is asked for."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.entry_id in state.entries:
        return already_exists("entry", command.entry_id)
    if refusal := _check_drivers(command.driver_ids):
        return refusal
    number = command.number
    if number is None:
        number = max(state.taken_numbers.bit_length(), 1)
    if refusal := _check_number(number, state):
        return refusal
    groups = (command.region, command.class_name, command.team_id)
    return (EntryAdded(command.entry_id, command.driver_ids, number, *groups),)


def _check_drivers(driver_ids: tuple[DriverId, ...]) -> RuleViolation | None:
    if not driver_ids:
        return RuleViolation("no_driver", "An entry needs at least one driver.")
    if len(set(driver_ids)) < len(driver_ids):
        return RuleViolation("driver_repeated", "A driver is named twice in the entry.")
    return None


def _check_number(number: int, state: EventState) -> RuleViolation | None:
    if number in NUMBERS and state.taken_numbers >> number & 1:
        return RuleViolation(
            "number_taken", f"Number {number} is already taken.", {"number": number}
        )
    if number not in NUMBERS:
        return RuleViolation(
            "number_out_of_range",
            f"A number must be between 1 and 99999, not {number}.",
            {"number": number},
        )
    return None


def group_entry(state: EventState, command: GroupEntry, _: int) -> Answer:
    """Put an entry into its region, class and team, as if it had always been there."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    groups = (command.region, command.class_name, command.team_id)
    if groups == (entry.region, entry.class_name, entry.team_id):
        return RuleViolation(
            "entry_unchanged",
            f"Entry {entry.number} is in that region, class and team already.",
            {"number": entry.number},
        )
    return (EntryGrouped(command.entry_id, *groups),)


def declare_car(state: EventState, command: DeclareCar, _: int) -> Answer:
    """Note whether an entry's car is timed and nothing else; a heat asks for it when it arms."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if entry.is_timed_only == command.is_timed_only:
        kind = "timed only" if entry.is_timed_only else "a car like any other"
        return RuleViolation(
            "entry_unchanged",
            f"The car of entry {entry.number} is {kind} already.",
            {"number": entry.number},
        )
    return (EntryCarDeclared(entry.entry_id, command.is_timed_only),)


def check_in_entry(state: EventState, command: CheckInEntry, _: int) -> Answer:
    """Note that an entry is here, once."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if entry.is_withdrawn:
        return entry_withdrawn(entry.entry_id)
    if entry.is_checked_in:
        return RuleViolation(
            "entry_checked_in",
            f"Entry {entry.number} is checked in already.",
            {"number": entry.number},
        )
    return (EntryCheckedIn(command.entry_id),)


def check_out_entry(state: EventState, command: CheckOutEntry, _: int) -> Answer:
    """Note that an entry isn't here after all."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if not entry.is_checked_in:
        return RuleViolation(
            "entry_not_checked_in",
            f"Entry {entry.number} isn't checked in.",
            {"number": entry.number},
        )
    return (EntryCheckedOut(command.entry_id),)


def withdraw_entry(state: EventState, command: WithdrawEntry, _: int) -> Answer:
    """Take an entry out; if nobody else is at the line, its heat stands down.

    In a heat that others race too its run stays as it is, for a marshal to rule on.
    """
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if entry.is_withdrawn:
        return entry_withdrawn(command.entry_id)
    heat = state.active_heat
    if heat is not None and heat.phase in UNDER_WAY and _holds(heat, entry.entry_id):
        return heat_running(heat)
    return (*stood_down_without(state, entry.entry_id), EntryWithdrawn(command.entry_id))


def _holds(heat: Heat, entry_id: EntryId) -> bool:
    """Whether a heat under way can't go on without an entry, or has it on a practice's track."""
    if heat.is_practice:
        return entry_id in entries_on_track(heat)
    return heat.entry_ids == (entry_id,)


def stood_down_without(state: EventState, entry_id: EntryId) -> tuple[Fact, ...]:
    """Return how the heat at the line stands down where it has nobody left without an entry."""
    heat = state.active_heat
    is_at_line = heat is not None and heat.phase in AT_THE_LINE
    if heat is None or not is_at_line or entry_id not in heat.runs or heat.is_practice:
        return ()
    others = (each for each in heat.entry_ids if each != entry_id)
    if any(is_expected(state, heat, each) for each in others):
        return ()
    return (HeatStoodDown(heat.heat_id),)


def reinstate_entry(state: EventState, command: ReinstateEntry, _: int) -> Answer:
    """Let a withdrawn entry take part again."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if not entry.is_withdrawn:
        return RuleViolation(
            "entry_not_withdrawn",
            f"Entry {entry.number} isn't withdrawn.",
            {"number": entry.number},
        )
    return (EntryReinstated(command.entry_id),)


def substitute_drivers(state: EventState, command: SubstituteDrivers, _: int) -> Answer:
    """Let other drivers race for an entry; what was driven until now stands."""
    entry = _entry_of(state, command.entry_id)
    if isinstance(entry, RuleViolation):
        return entry
    if entry.is_withdrawn:
        return entry_withdrawn(entry.entry_id)
    if refusal := _check_drivers(command.driver_ids):
        return refusal
    if command.driver_ids == entry.driver_ids:
        return RuleViolation(
            "entry_unchanged",
            f"Entry {entry.number} has these drivers already.",
            {"number": entry.number},
        )
    return (DriversSubstituted(command.entry_id, command.driver_ids, command.reason),)


def _entry_of(state: EventState, entry_id: EntryId) -> Entry | RuleViolation:
    """Return an entry of an event that can be changed, else why it can't."""
    if refusal := refuse_unless_planning(state):
        return refusal
    entry = state.entries.get(entry_id)
    return unknown_entry(entry_id) if entry is None else entry
