"""Time trial, as at an AWS DeepRacer Summit: the best lap of all runs ranks.

- An entry may run in several heats of the stage; the laps of all its runs count together.
- Laps rank truncated to the stage's resolution (default 1 ms), never rounded.
- Equal best laps are told apart by the second-best, and so on; having a further lap beats having
  none. Only entries whose valid laps are all equal tie: they share a rank and the next is skipped.
- Who has run without a valid lap stands last; who hasn't run yet isn't listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timing_server.formats.standings import Standing
from timing_server.rules.facts import HeatOptions
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.laps import score_heat
from timing_server.rules.passes.scores import Lap, RunScore
from timing_server.rules.state import EventState
from timing_server.rules.units import EntryId, HeatId, StageId

#: Stands behind every lap: longer than any, so that a missing lap loses against a driven one.
NO_LAP_NS = 2**63 - 1

_RAN = (HeatPhase.RUNNING, HeatPhase.FINISHED)
_TIE_BREAKS = {1: "second_best_lap", 2: "third_best_lap"}


@dataclass(frozen=True, slots=True)
class _Attempt:
    heat_id: HeatId
    run: RunScore


@dataclass(frozen=True, slots=True)
class _Result:
    """An entry with all it drove in the stage: the laps as they rank, and the best of them."""

    entry_id: EntryId
    attempts: tuple[_Attempt, ...]
    laps_ns: tuple[int, ...]
    key: tuple[int, ...]
    best: tuple[HeatId, Lap] | None


def rank(state: EventState, stage_id: StageId) -> tuple[Standing, ...]:
    """Return the standings of a stage, best first; nobody for a stage that isn't planned."""
    stage = state.stages.get(stage_id)
    if stage is None:
        return ()
    attempts: dict[EntryId, list[_Attempt]] = {}
    for heat in state.heats.values():
        if heat.stage_id == stage_id and heat.phase in _RAN:
            for run in score_heat(state, heat.heat_id).runs:
                attempts.setdefault(run.entry_id, []).append(_Attempt(heat.heat_id, run))
    results = [_result(each, tries, stage.options) for each, tries in attempts.items()]
    # Sorting is stable: entries that tie stand in the order in which they first ran.
    results.sort(key=lambda each: each.key)
    return tuple(_standings(results))


def truncated_ns(duration_ns: int, resolution_ns: int) -> int:
    """Return a duration as it ranks: cut, not rounded, to the resolution."""
    return duration_ns - duration_ns % resolution_ns


def _result(entry_id: EntryId, attempts: Sequence[_Attempt], options: HeatOptions) -> _Result:
    driven = [
        (truncated_ns(lap.duration_ns, options.resolution_ns), attempt.heat_id, lap)
        for attempt in attempts
        for lap in attempt.run.valid_laps
    ]
    laps_ns = tuple(duration_ns for duration_ns, _, _ in driven)
    best = min(driven, key=lambda each: (each[0], each[2].closed_race_ns), default=None)
    return _Result(
        entry_id=entry_id,
        attempts=tuple(attempts),
        laps_ns=laps_ns,
        key=(*sorted(laps_ns), NO_LAP_NS),
        best=None if best is None else best[1:],
    )


def _standings(results: Sequence[_Result]) -> Iterable[Standing]:
    rank_now = 0
    leader_ns = min(results[0].laps_ns, default=None) if results else None
    above: _Result | None = None
    for at, each in enumerate(results):
        if above is None or above.key != each.key:
            rank_now = at + 1
        below = results[at + 1] if at + 1 < len(results) else None
        best_ns = min(each.laps_ns, default=None)
        above_ns = best_ns if above is None else min(above.laps_ns, default=None)
        last_run = each.attempts[-1].run
        lap = None if each.best is None else each.best[1]
        yield Standing(
            rank=rank_now,
            entry_id=each.entry_id,
            best_lap_ns=best_ns,
            best_lap_bound_ns=lap.bound_ns if lap else None,
            best_lap_ref=lap.pass_ref if lap else None,
            best_lap_number=lap.number if lap else None,
            best_heat_id=None if each.best is None else each.best[0],
            laps_ns=each.laps_ns,
            heats_run=len(each.attempts),
            gap_ns=_difference(best_ns, leader_ns),
            interval_ns=_difference(best_ns, above_ns),
            decided_by=_tie_break(above, each) or _tie_break(each, below),
            best_car_id=lap.car_id if lap else last_run.car_id,
            best_model_sha256=lap.model_sha256 if lap else last_run.model_sha256,
            key=each.key,
        )
        above = each


def _difference(later_ns: int | None, earlier_ns: int | None) -> int | None:
    return None if later_ns is None or earlier_ns is None else later_ns - earlier_ns


def _tie_break(better: _Result | None, worse: _Result | None) -> str | None:
    """Name the lap that told two neighbours with an equal best lap apart, None where none did."""
    if better is None or worse is None or not better.laps_ns or better.key[0] != worse.key[0]:
        return None
    pairs = enumerate(zip(better.key, worse.key, strict=False))
    differing = next((at for at, (one, other) in pairs if one != other), None)
    return None if differing is None else _TIE_BREAKS.get(differing, "later_best_lap")
