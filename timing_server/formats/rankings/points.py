"""Points: places in each heat or round are worth points, and the points of all of them add up.

Where several cars share a heat, each heat gives points; where drivers go one at a time, each round
does, over all heats with its number. Places are those of the stage's match format; equal places are
worth the same, and who has no value there gets nothing. Equal points are told apart by more first
places, then more second places and so on, then by the best laps.
"""

from collections.abc import Mapping, Sequence

from timing_server.formats.attempts import Attempt, all_valid_ns, has_run, missed_by
from timing_server.formats.format import BEST_LAPS, Format, Worth, best_first
from timing_server.formats.ranking import rank_part
from timing_server.formats.rankings import time_trial
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.rows import Result, standings_of
from timing_server.formats.standings import Standing
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, HeatId

#: What places are worth where the stage's own table is empty: the scheme that most drivers know,
#: Formula One's since 2010 (25 for a win, one for the tenth place).
DEFAULT_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
#: Stands behind every place: having a further place beats having none.
_NO_PLACE = 2**31


def rank_by_points(form: Format, state: EventState, stage: Stage) -> tuple[Standing, ...]:
    """Return everybody who ran, by the points of all heats or rounds; then the no-shows."""
    match_format = MEASURED.get(stage.options.match_format, time_trial.FORMAT)
    table = stage.options.points or DEFAULT_POINTS
    places: dict[EntryId, list[int]] = {}
    results: dict[EntryId, Result] = {}
    for part, heats in _parts(state, stage).items():
        ranking = rank_part(match_format, state, stage, heats, part)
        for row in ranking.standings:
            result = ranking.results[row.entry_id]
            results[row.entry_id] = _joined(results.get(row.entry_id), result)
            places.setdefault(row.entry_id, [])
            if row.has_value:
                places[row.entry_id].append(row.rank)
    missed = {each: heat for each, heat in state.heats.items() if missed_by(heat)}
    for entry_id, result in rank_part(match_format, state, stage, missed, "missed").results.items():
        if entry_id not in results:
            results[entry_id] = result
            places[entry_id] = []
    return standings_of(
        form,
        (_result(each, places[each.entry_id], table) for each in results.values()),
    )


def _parts(state: EventState, stage: Stage) -> Mapping[str, Mapping[HeatId, Heat]]:
    """Return what gives points: each heat of a stage whose heats are shared, else each round."""
    is_shared = stage.options.cars_max > 1
    parts: dict[str, dict[HeatId, Heat]] = {}
    for heat in state.heats.values():
        if heat.stage_id == stage.stage_id and has_run(heat):
            part = f"heat {heat.heat_id}" if is_shared else f"round {heat.round_number}"
            parts.setdefault(part, {})[heat.heat_id] = heat
    return parts


def _joined(before: Result | None, result: Result) -> Result:
    """Return an entry's results of two parts as one; ``_result`` says what they are worth."""
    if before is None:
        return result
    attempts = sorted((*before.attempts, *result.attempts), key=lambda each: each.started_race_ns)
    return Result(
        entry_id=result.entry_id,
        attempts=tuple(attempts),
        worth=result.worth,
        heats_run=before.heats_run + result.heats_run,
        seat=min(before.seat, result.seat),
    )


def _result(driven: Result, places: Sequence[int], table: Sequence[int]) -> Result:
    points = sum(table[place - 1] for place in places if place <= len(table))
    best_laps = best_first(all_valid_ns(driven.attempts))
    key = (0 if places else 1, -points, (*sorted(places), _NO_PLACE), *best_laps)
    worth = Worth(key=key, value_ns=None, value_points=points if places else None)
    return Result(driven.entry_id, driven.attempts, worth, driven.heats_run, driven.seat)


def measure(attempts: Sequence[Attempt], options: HeatOptions) -> Worth:
    """Return what runs are worth in the places of a part: its match format's measure."""
    return MEASURED.get(options.match_format, time_trial.FORMAT).measure(attempts, options)


FORMAT = Format(
    name="points",
    title="Points",
    description=(
        "Places are worth points, which add up: in each heat where several cars share it, else in "
        "each round. Equal points are told apart by more first places, then more second ones."
    ),
    measure=measure,
    decisive=2,
    tie_breaks=("better_places", *BEST_LAPS),
    rank_stage=rank_by_points,
)
