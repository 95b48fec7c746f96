"""What the facts about who takes part do to the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.entries import (
    DriversSubstituted,
    EntryAdded,
    EntryCarDeclared,
    EntryCheckedIn,
    EntryCheckedOut,
    EntryGrouped,
    EntryReinstated,
    EntryWithdrawn,
    ModelBound,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import NUMBERS, Entry
from timing_server.rules.units import EntryId


def _entry_added(state: EventState, _: Recorded, fact: EntryAdded) -> Change:
    if fact.entry_id in state.entries:
        return NOTHING
    entry = Entry(
        entry_id=fact.entry_id,
        driver_ids=fact.driver_ids,
        number=fact.number,
        region=fact.region,
        class_name=fact.class_name,
        team_id=fact.team_id,
    )
    taken = 1 << fact.number if fact.number in NUMBERS else 0
    return {
        "entries": {**state.entries, fact.entry_id: entry},
        "taken_numbers": state.taken_numbers | taken,
    }


def _entry_grouped(state: EventState, _: Recorded, fact: EntryGrouped) -> Change:
    return _changed(
        state,
        fact.entry_id,
        lambda entry: replace(
            entry, region=fact.region, class_name=fact.class_name, team_id=fact.team_id
        ),
    )


def _entry_checked_in(state: EventState, _: Recorded, fact: EntryCheckedIn) -> Change:
    return _changed(state, fact.entry_id, lambda entry: replace(entry, is_checked_in=True))


def _entry_checked_out(state: EventState, _: Recorded, fact: EntryCheckedOut) -> Change:
    return _changed(state, fact.entry_id, lambda entry: replace(entry, is_checked_in=False))


def _entry_withdrawn(state: EventState, _: Recorded, fact: EntryWithdrawn) -> Change:
    return _changed(state, fact.entry_id, lambda entry: replace(entry, is_withdrawn=True))


def _entry_reinstated(state: EventState, _: Recorded, fact: EntryReinstated) -> Change:
    return _changed(state, fact.entry_id, lambda entry: replace(entry, is_withdrawn=False))


def _model_bound(state: EventState, _: Recorded, fact: ModelBound) -> Change:
    return _changed(
        state, fact.entry_id, lambda entry: replace(entry, model_sha256=fact.model_sha256)
    )


def _entry_car_declared(state: EventState, _: Recorded, fact: EntryCarDeclared) -> Change:
    return _changed(
        state, fact.entry_id, lambda entry: replace(entry, is_timed_only=fact.is_timed_only)
    )


def _drivers_substituted(state: EventState, _: Recorded, fact: DriversSubstituted) -> Change:
    def substituted(entry: Entry) -> Entry:
        gone = [each for each in entry.driver_ids if each not in fact.driver_ids]
        former = (*(each for each in entry.former_driver_ids if each not in gone), *gone)
        still_former = tuple(each for each in former if each not in fact.driver_ids)
        return replace(entry, driver_ids=fact.driver_ids, former_driver_ids=still_former)

    return _changed(state, fact.entry_id, substituted)


def _changed(state: EventState, entry_id: EntryId, change: Callable[[Entry], Entry]) -> Change:
    """Return the change of one entry; nothing where the event doesn't have it."""
    entry = state.entries.get(entry_id)
    if entry is None:
        return NOTHING
    return {"entries": {**state.entries, entry_id: change(entry)}}


EFFECTS: Mapping[type, Effect] = {
    EntryAdded: _entry_added,
    EntryGrouped: _entry_grouped,
    EntryCheckedIn: _entry_checked_in,
    EntryCheckedOut: _entry_checked_out,
    EntryWithdrawn: _entry_withdrawn,
    EntryReinstated: _entry_reinstated,
    DriversSubstituted: _drivers_substituted,
    ModelBound: _model_bound,
    EntryCarDeclared: _entry_car_declared,
}
