"""What a ruling would change: it is decided and reduced on a copy, and nothing is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from timing_server.contract.race.rulings import (
    LapChange,
    LapFigures,
    PlaceMove,
    RulingPreview,
    RunChange,
    RunFigures,
)
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.commands.rulings import RulingCommand
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, Lap, RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, PassRef
from timing_server.service.errors import RefusedError
from timing_server.service.live.remembered import maybe_us, us

PREVIEW_ACTOR = "preview"

_Laps = Mapping[tuple[EntryId, PassRef], Lap]


@dataclass(frozen=True, slots=True)
class Tried:
    """A ruling that was tried: the facts that it would add, and what they would change."""

    recorded: tuple[Recorded, ...]
    preview: RulingPreview


def try_ruling(state: EventState, command: RulingCommand, at_race_ns: int) -> Tried:
    """Return what a ruling would change if it were made now.

    ``state`` stays as it is, as every state does. Raises RefusedError where the ruling would be
    refused.
    """
    at_race_ns = max(at_race_ns, state.race_ns)
    answer = decide(state, command, at_race_ns)
    if isinstance(answer, RuleViolation):
        raise RefusedError(answer)
    recorded = tuple(
        Recorded(state.stream, state.seq + number, at_race_ns, "", PREVIEW_ACTOR, None, fact)
        for number, fact in enumerate(answer, start=1)
    )
    after = state
    for each in recorded:
        after = reduce(after, each)
    return Tried(recorded, compare(state, after))


def compare(before: EventState, after: EventState) -> RulingPreview:
    """Return which places, laps and runs differ between two states of one event."""
    pairs = [
        (heat, old, new)
        for heat in after.heats.values()
        if (old := score_heat(before, heat.heat_id)) != (new := score_heat(after, heat.heat_id))
    ]
    return RulingPreview(
        places=tuple(_moves(before, after)),
        laps=tuple(each for pair in pairs for each in _lap_changes(*pair)),
        runs=tuple(each for pair in pairs for each in _run_changes(*pair)),
    )


# --- places ------------------------------------------------------------------------------------


def _moves(before: EventState, after: EventState) -> Iterator[PlaceMove]:
    for stage_id, stage in after.stages.items():
        old = {each.entry_id: each for each in rank_stage(before, stage_id)}
        new = {each.entry_id: each for each in rank_stage(after, stage_id)}
        moves = [
            _move(stage, entry_id, old.get(entry_id), new.get(entry_id))
            for entry_id in (*new, *(each for each in old if each not in new))
        ]
        changed = [each for each in moves if each is not None]
        yield from sorted(changed, key=lambda each: each.rank_before == each.rank_after)


def _move(
    stage: Stage, entry_id: EntryId, old: Standing | None, new: Standing | None
) -> PlaceMove | None:
    move = PlaceMove(
        stage_id=stage.stage_id,
        stage_title=stage.title,
        entry_id=entry_id,
        rank_before=old and old.rank,
        rank_after=new and new.rank,
        value_before_us=None if old is None else maybe_us(old.value_ns),
        value_after_us=None if new is None else maybe_us(new.value_ns),
    )
    is_same = (move.rank_before, move.value_before_us) == (move.rank_after, move.value_after_us)
    return None if is_same else move


# --- laps --------------------------------------------------------------------------------------


def _lap_changes(heat: Heat, old: HeatScore, new: HeatScore) -> Iterator[LapChange]:
    laps_before, laps_after = _laps(old), _laps(new)
    closed = {**laps_before, **laps_after}
    for entry_id, ref in sorted(closed, key=lambda key: (key[0], closed[key].closed_race_ns)):
        before = _figures(laps_before.get((entry_id, ref)))
        after = _figures(laps_after.get((entry_id, ref)))
        if not _is_worth_the_same(before, after):
            yield LapChange(
                heat_id=heat.heat_id,
                heat_number=heat.number,
                entry_id=entry_id,
                pass_ref=ref,
                before=before,
                after=after,
            )


def _laps(score: HeatScore) -> _Laps:
    return {(run.entry_id, lap.pass_ref): lap for run in score.runs for lap in run.laps}


def _figures(lap: Lap | None) -> LapFigures | None:
    if lap is None:
        return None
    return LapFigures(
        number=lap.number,
        duration_us=us(lap.duration_ns),
        penalty_us=us(lap.penalty_ns),
        bound_us=us(lap.bound_ns),
        invalid=lap.invalid,
    )


def _is_worth_the_same(before: LapFigures | None, after: LapFigures | None) -> bool:
    """Whether a lap only has another number, or none at all."""
    if before is None or after is None:
        return before is after
    return before == after.model_copy(update={"number": before.number})


# --- runs --------------------------------------------------------------------------------------


def _run_changes(heat: Heat, old: HeatScore, new: HeatScore) -> Iterator[RunChange]:
    runs_before = {run.entry_id: run for run in old.runs}
    for run in new.runs:
        if run.entry_id not in runs_before:
            continue
        before, after = run_figures(runs_before[run.entry_id]), run_figures(run)
        if before != after:
            yield RunChange(
                heat_id=heat.heat_id,
                heat_number=heat.number,
                entry_id=run.entry_id,
                before=before,
                after=after,
            )


def run_figures(run: RunScore) -> RunFigures:
    """Return what is said of a run as a whole."""
    return RunFigures(
        status=run.status,
        penalty_us=us(run.penalty_ns),
        off_tracks=run.off_tracks,
        resets=run.resets,
        window_closes_us=maybe_us(run.window_closes_ns),
    )
