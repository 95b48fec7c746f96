"""How any format makes standings: collect what was driven, measure, sort, explain.

- An entry may run in several heats of the stage; a format sees all of its runs.
- Laps rank truncated to the stage's resolution (default 1 ms), never rounded; sums add truncated
  laps.
- Only entries that are equal in value and in every tie-break share a rank; the next is skipped.
- Who has run without a value stands behind who has one; who hasn't run yet isn't listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timing_server.formats.format import (
    Attempt,
    Format,
    RankedLap,
    Worth,
    all_valid_ns,
    truncated_ns,
)
from timing_server.formats.standings import Standing
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, HeatId

_RAN = (HeatPhase.RUNNING, HeatPhase.FINISHED)


@dataclass(frozen=True, slots=True)
class _Result:
    """An entry with all that it drove in the stage, and what that is worth."""

    entry_id: EntryId
    attempts: tuple[Attempt, ...]
    worth: Worth


def rank(form: Format, state: EventState, stage: Stage) -> tuple[Standing, ...]:
    """Return the standings of a stage under a format, best first."""
    if form.rank_stage is not None:
        return form.rank_stage(form, state, stage)
    attempts: dict[EntryId, list[Attempt]] = {}
    for heat in state.heats.values():
        if heat.stage_id == stage.stage_id and heat.phase in _RAN:
            for run in score_heat(state, heat.heat_id).runs:
                attempt = _attempt(heat.heat_id, run, stage.options.resolution_ns)
                attempts.setdefault(run.entry_id, []).append(attempt)
    results = [
        _Result(entry_id, tuple(tries), form.measure(tries, stage.options))
        for entry_id, tries in attempts.items()
    ]
    # Sorting is stable: entries that tie stand in the order in which they first ran.
    results.sort(key=lambda each: each.worth.key)
    return tuple(_standings(form, results))


def _attempt(heat_id: HeatId, run: RunScore, resolution_ns: int) -> Attempt:
    laps = tuple(
        RankedLap(truncated_ns(lap.duration_ns, resolution_ns), heat_id, lap) for lap in run.laps
    )
    return Attempt(heat_id, run, laps)


def _standings(form: Format, results: Sequence[_Result]) -> Iterable[Standing]:
    rank_now = 0
    for at, each in enumerate(results):
        above = results[at - 1] if at > 0 else None
        below = results[at + 1] if at + 1 < len(results) else None
        if above is None or above.worth.key != each.worth.key:
            rank_now = at + 1
        gap_ns, gap_laps = _distance(each.worth, results[0].worth)
        interval_ns, interval_laps = _distance(each.worth, (above or each).worth)
        best = _best_lap(each)
        equipped = best.lap if best else each.attempts[-1].run
        yield Standing(
            rank=rank_now,
            entry_id=each.entry_id,
            value_ns=each.worth.value_ns,
            value_laps=each.worth.value_laps,
            best_lap_ns=best.duration_ns if best else None,
            best_lap_bound_ns=best.lap.bound_ns if best else None,
            best_lap_ref=best.lap.pass_ref if best else None,
            best_lap_number=best.lap.number if best else None,
            best_heat_id=best.heat_id if best else None,
            laps_ns=all_valid_ns(each.attempts),
            heats_run=len(each.attempts),
            gap_ns=gap_ns,
            gap_laps=gap_laps,
            interval_ns=interval_ns,
            interval_laps=interval_laps,
            decided_by=_tie_break(form, above, each) or _tie_break(form, each, below),
            best_car_id=equipped.car_id,
            best_model_sha256=equipped.model_sha256,
            key=each.worth.key,
        )


def _best_lap(result: _Result) -> RankedLap | None:
    """Return the entry's best lap, of equal ones the first."""
    laps = (lap for each in result.attempts for lap in each.valid_laps)
    return min(laps, key=lambda each: (each.duration_ns, each.lap.closed_race_ns), default=None)


def _distance(worth: Worth, better: Worth) -> tuple[int | None, int | None]:
    """Return how far a value is behind a better one: in time, or in laps where those differ."""
    if worth.value_ns is None or better.value_ns is None:
        return None, None
    if worth.value_laps is not None and better.value_laps is not None:
        missing_laps = better.value_laps - worth.value_laps
        if missing_laps:
            return None, missing_laps
    return worth.value_ns - better.value_ns, None


def _tie_break(form: Format, better: _Result | None, worse: _Result | None) -> str | None:
    """Name what told two neighbours with an equal value apart, None where nothing had to."""
    if better is None or worse is None:
        return None
    pairs = enumerate(zip(better.worth.key, worse.worth.key, strict=False))
    differing = next((at for at, (one, other) in pairs if one != other), None)
    if differing is None or differing < form.decisive:
        return None
    return form.tie_breaks[min(differing - form.decisive, len(form.tie_breaks) - 1)]
