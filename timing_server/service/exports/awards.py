"""Prizes beside the places, computed from what was driven; and how the organiser's own are kept.

- Most improved: the largest gain, as a share, from the best lap of an entry's first run that has
  one to the best lap of its later runs on the same track, practice included: the venue's, or
  a virtual one.
- Cleanest run: of the runs with at least three laps, the one with the fewest off-tracks and
  resets; then the fewest laps that don't count, the most that do, the smallest mean.
- Best newcomer: the best place of an entry none of whose drivers was entered in an earlier event
  of this server. At a server's first event everybody is new, and nobody gets it.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from pydantic import TypeAdapter, ValidationError

from timing_server.contract.race.sheets import Award
from timing_server.formats.overall.classification import PRACTICE, classify
from timing_server.rules.facts.entries import EntryAdded
from timing_server.rules.facts.plan import EventCreated
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_US, DriverId, EntryId
from timing_server.service.entities import RegistryRows
from timing_server.service.exports.sheets import Teller
from timing_server.service.log.known import read_facts
from timing_server.service.ports import Store

LEAST_LAPS = 3
_OWN = TypeAdapter(tuple[Award, ...])


def computed_awards(
    state: EventState, registry: RegistryRows, veterans: Collection[DriverId] | None
) -> tuple[Award, ...]:
    """Return the awards that follow from the log.

    ``veterans`` are the drivers of earlier events; None where nobody knows of any.
    """
    teller = Teller(state, registry)
    found = [_most_improved(state, teller), _cleanest_run(state, teller)]
    if veterans:
        found.append(_best_newcomer(state, teller, veterans))
    return tuple(each for each in found if each is not None)


def veterans_before(store: Store, event_id: str) -> Collection[DriverId] | None:
    """Return who was entered in an earlier event, None where this is the first one.

    Demos don't count. Raises LogDamagedError where a line can't be read.
    """
    created = list(read_facts(store.read_types([EventCreated.__name__])))
    earlier: set[str] = set()
    for each in created:
        if each.stream == event_id:
            break
        if isinstance(each.fact, EventCreated) and not each.fact.is_demo:
            earlier.add(each.stream)
    if not earlier:
        return None
    entered = read_facts(store.read_types([EntryAdded.__name__]))
    return {
        driver_id
        for each in entered
        if each.stream in earlier and isinstance(each.fact, EntryAdded)
        for driver_id in each.fact.driver_ids
    }


def own_awards_blob(event_id: str) -> str:
    """Return the name under which an event's own awards are kept; they alter no result."""
    return f"awards:{event_id}"


def read_own_awards(content: bytes | None) -> tuple[Award, ...]:
    """Return the organiser's own awards from what is kept of them."""
    if content is None:
        return ()
    try:
        return _OWN.validate_json(content)
    except ValidationError:
        return ()


def write_own_awards(awards: Sequence[Award]) -> bytes:
    """Return the organiser's own awards as they are kept."""
    return json.dumps([each.model_dump(mode="json") for each in awards]).encode()


def named_anew(awards: Iterable[Award], state: EventState, registry: RegistryRows) -> list[Award]:
    """Return awards with the names of the moment: a person may have changed theirs."""
    teller = Teller(state, registry)
    known = [each for each in awards if each.entry_id in state.entries]
    return [
        each.model_copy(update={"driver": teller.name_of(state.entries[EntryId(each.entry_id)])})
        for each in known
    ]


def _runs(state: EventState) -> Iterable[tuple[Heat, RunScore]]:
    """Yield every run of the event that counts, in the order of driving."""
    heats = [each for each in state.heats.values() if each.phase is HeatPhase.FINISHED]
    for heat in sorted(heats, key=lambda each: each.started_race_ns or 0):
        for run in score_heat(state, heat.heat_id).runs:
            if run.status != "dsq" and state.entries[run.entry_id].disqualified_by is None:
                yield heat, run


def _award(state: EventState, teller: Teller, entry_id: EntryId, **fields: object) -> Award:
    entry = state.entries[entry_id]
    return Award.model_validate(
        {
            "award_id": fields["kind"],
            "entry_id": entry_id,
            "number": entry.number,
            "driver": teller.name_of(entry),
            **fields,
        }
    )


def _most_improved(state: EventState, teller: Teller) -> Award | None:
    first: dict[tuple[EntryId, str | None], int] = {}
    later: dict[tuple[EntryId, str | None], int] = {}
    for heat, run in _runs(state):
        best_ns = min((lap.ranked_ns for lap in run.valid_laps), default=None)
        if best_ns is None:
            continue
        virtual = state.stages[heat.stage_id].virtual
        on = run.entry_id, None if virtual is None else virtual.track_sha256
        if on not in first:
            first[on] = best_ns
        else:
            later[on] = min(best_ns, later.get(on, best_ns))
    gains = {
        on: Fraction(first[on] - to_ns, first[on])
        for on, to_ns in later.items()
        if to_ns < first[on]
    }
    if not gains:
        return None
    most = max(gains, key=lambda each: gains[each])
    entry_id, _ = most
    return _award(
        state,
        teller,
        entry_id,
        kind="most_improved",
        from_us=first[most] // NS_PER_US,
        to_us=later[most] // NS_PER_US,
    )


def _cleanest_run(state: EventState, teller: Teller) -> Award | None:
    def dirt(candidate: tuple[Heat, RunScore]) -> tuple[int, int, int, Fraction]:
        run = candidate[1]
        valid = run.valid_laps
        mean_ns = Fraction(sum(lap.ranked_ns for lap in valid), len(valid))
        return run.off_tracks + run.resets, len(run.laps) - len(valid), -len(valid), mean_ns

    candidates = [
        (heat, run)
        for heat, run in _runs(state)
        if state.stages[heat.stage_id].kind != PRACTICE and len(run.valid_laps) >= LEAST_LAPS
    ]
    if not candidates:
        return None
    heat, run = min(candidates, key=dirt)
    return _award(
        state,
        teller,
        run.entry_id,
        kind="cleanest_run",
        heat_number=heat.number,
        laps=len(run.valid_laps),
        incidents=run.off_tracks + run.resets,
    )


def _best_newcomer(
    state: EventState, teller: Teller, veterans: Collection[DriverId]
) -> Award | None:
    for each in classify(state):
        if not set(state.entries[each.entry_id].driver_ids) & set(veterans):
            return _award(state, teller, each.entry_id, kind="best_newcomer", place=each.place)
    return None
