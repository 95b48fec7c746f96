"""How a format that measures runs ranks heats, whole or by what changed since it last did.

Both give the same rows: heats are frozen, so what was made from a heat that is still the very same
object still holds. A pass changes one heat: only its entries are measured again, and only rows
whose neighbours changed are made anew. What is remembered is found by stream and stage, and is
checked heat by heat, so that a caller with other heats gets those ranked, never the remembered.

Who has run without a value stands behind who has one, then who was ruled a no-show of all heats so
far; who hasn't run yet isn't listed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from timing_server.formats.attempts import (
    NO_TIME_NS,
    Attempt,
    attempts_in,
    counted,
    has_run,
    make_attempts,
    missed_by,
)
from timing_server.formats.format import Format
from timing_server.formats.rows import Result, Row, in_order, rows_of
from timing_server.formats.standings import Standing
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Entry, Stage
from timing_server.rules.units import EntryId, HeatId, StageId, StreamId

#: How many rankings are remembered: stages, matches and rounds of what is on show.
_REMEMBERED = 256

#: Each entry's heats, in the order of their starts.
_HeatsOf = Mapping[EntryId, tuple[HeatId, ...]]
_AttemptsOf = Callable[[EventState, Heat, int], Mapping[EntryId, Attempt]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The results of a set of heats, with what they were made from.

    ``heats`` is the state's own map where all of a stage was ranked.
    """

    form: Format
    options: HeatOptions
    heats: Mapping[HeatId, Heat]
    entries: Mapping[EntryId, Entry] = field(default_factory=dict)
    heats_of: _HeatsOf = field(default_factory=dict)
    results: Mapping[EntryId, Result] = field(default_factory=dict)
    ordered: tuple[Result, ...] = ()
    rows: Mapping[EntryId, Row] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()


class _Memory:
    """Holds the newest ranking of one set of heats; it is replaced whole, never changed."""

    newest: Ranking | None = None


@lru_cache(_REMEMBERED)
def _memory(_stream: StreamId, _stage_id: StageId, _format_name: str, _part: str) -> _Memory:
    return _Memory()


def rank(form: Format, state: EventState, stage: Stage) -> tuple[Standing, ...]:
    """Return the standings of a stage under a format, best first."""
    if form.rank_stage is not None:
        return form.rank_stage(form, state, stage)
    return rank_part(form, state, stage).standings


def rank_part(
    form: Format,
    state: EventState,
    stage: Stage,
    heats: Mapping[HeatId, Heat] | None = None,
    part: str = "",
) -> Ranking:
    """Return the ranking of a stage, or of some of its heats (a match, a round) named ``part``."""
    memory = _memory(state.stream, stage.stage_id, form.name, part)
    wanted = state.heats if heats is None else heats
    newest, before = None, memory.newest
    if before is not None and before.form is form and before.options == stage.options:
        if before.heats is wanted and before.entries is state.entries:
            return before
        newest = _advanced(before, state, stage, wanted)
    memory.newest = newest or _advanced(Ranking(form, stage.options, {}), state, stage, wanted)
    return memory.newest


def rank_from_scratch(form: Format, state: EventState, stage: Stage) -> Ranking:
    """Return what ``rank_part`` returns of a whole stage, made without anything remembered."""
    made: dict[HeatId, Mapping[EntryId, Attempt]] = {}

    def attempts_of(state: EventState, heat: Heat, resolution_ns: int) -> Mapping[EntryId, Attempt]:
        if heat.heat_id not in made:
            made[heat.heat_id] = make_attempts(state, heat, resolution_ns)
        return made[heat.heat_id]

    blank = Ranking(form, stage.options, {})
    return _advanced(blank, state, stage, state.heats, attempts_of)


def _advanced(
    before: Ranking,
    state: EventState,
    stage: Stage,
    heats: Mapping[HeatId, Heat],
    attempts_of: _AttemptsOf = attempts_in,
) -> Ranking:
    """Return the ranking of heats, made from that of others as far as they are the same."""
    old, changed = _differing(before.heats, heats)
    is_seated = len(old) == len(changed) and all(map(_is_seated_alike, old, changed))
    heats_of = before.heats_of if is_seated else _heats_of(heats.values(), stage.stage_id)
    # In the order of the heats, as their laps lie in memory.
    touched = dict.fromkeys(
        entry_id
        for each in (*old, *changed)
        if each.stage_id == stage.stage_id
        for entry_id in each.entry_ids
    )
    if before.entries is not state.entries:
        # Who is disqualified has no laps in any heat; no heat changes by that.
        touched |= dict.fromkeys(
            entry_id
            for entry_id, each in state.entries.items()
            if before.entries.get(entry_id) is not each
        )
    if not touched:
        return replace(before, heats=heats, entries=state.entries)
    results = dict(before.results)
    for entry_id in touched:
        if entry_id in heats_of:
            driven = [heats[heat_id] for heat_id in heats_of[entry_id]]
            attempts = [
                attempts_of(state, each, stage.options.resolution_ns)[entry_id] for each in driven
            ]
            results[entry_id] = _result(before.form, stage.options, entry_id, driven, attempts)
        else:
            results.pop(entry_id, None)
    kept = [each for each in before.ordered if each.entry_id not in touched]
    ordered = in_order(kept, [results[each] for each in touched if each in results])
    rows = rows_of(before.form, ordered, before.rows)
    standings = tuple([each.standing for each in rows.values()])
    return Ranking(
        form=before.form,
        options=stage.options,
        heats=heats,
        entries=state.entries,
        heats_of=heats_of,
        results=results,
        ordered=tuple(ordered),
        rows=rows,
        standings=standings,
    )


def _differing(
    was: Mapping[HeatId, Heat], heats: Mapping[HeatId, Heat]
) -> tuple[list[Heat], list[Heat]]:
    """Return the heats that are in one map alone, or another object in the other, of each map."""
    if len(was) == len(heats):
        # Nearly always the maps hold the same heats in the same order, but for the one on track.
        pairs = [
            (one, other)
            for one, other in zip(was.values(), heats.values(), strict=True)
            if one is not other
        ]
        if all(one.heat_id == other.heat_id for one, other in pairs):
            return [one for one, _ in pairs], [other for _, other in pairs]
    return (
        [each for heat_id, each in was.items() if heats.get(heat_id) is not each],
        [each for heat_id, each in heats.items() if was.get(heat_id) is not each],
    )


def _is_seated_alike(one: Heat, other: Heat) -> bool:
    """Whether two states of a heat have the same place among the runs of the same entries."""
    return (
        one.heat_id == other.heat_id
        and one.entry_ids == other.entry_ids
        and one.started_race_ns == other.started_race_ns
        and has_run(one) == has_run(other)
        and missed_by(one) == missed_by(other)
    )


def _heats_of(heats: Iterable[Heat], stage_id: StageId) -> _HeatsOf:
    """Return each entry's heats that ran; for who has none, those that it didn't come to."""
    ran: list[Heat] = []
    missed: list[Heat] = []
    for each in heats:
        if each.stage_id == stage_id:
            (ran if has_run(each) else missed).append(each)
    ran.sort(key=lambda each: (each.started_race_ns or 0, each.number))
    heats_of: dict[EntryId, tuple[HeatId, ...]] = {}
    for each in ran:
        for entry_id in each.entry_ids:
            heats_of[entry_id] = (*heats_of.get(entry_id, ()), each.heat_id)
    have_run = frozenset(heats_of)
    for each in sorted(missed, key=lambda each: each.number):
        for entry_id in missed_by(each):
            if entry_id not in have_run:
                heats_of[entry_id] = (*heats_of.get(entry_id, ()), each.heat_id)
    return heats_of


def _result(
    form: Format,
    options: HeatOptions,
    entry_id: EntryId,
    driven: Sequence[Heat],
    attempts: Sequence[Attempt],
) -> Result:
    """Return what an entry drove in heats, one at least, in the order of their starts."""
    counting = counted(attempts, options)
    first = driven[0]
    started_ns = NO_TIME_NS if first.started_race_ns is None else first.started_race_ns
    return Result(
        entry_id=entry_id,
        attempts=counting,
        worth=form.measure(counting, options),
        heats_run=sum(each.has_begun for each in attempts),
        seat=(started_ns, first.number, first.entry_ids.index(entry_id)),
    )
