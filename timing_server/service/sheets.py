"""A heat as a marshal corrects it: each pass and lap with the rulings that would be taken now."""

from timing_server.contract.rulings import (
    HeatSheet,
    LapOffer,
    PassOffer,
    SheetLap,
    SheetPass,
    SheetRun,
)
from timing_server.rules.commands.rulings import (
    GivePenalty,
    RestoreLap,
    RestorePass,
    RulingCommand,
    SplitLap,
    VoidLap,
    VoidPass,
)
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.protests import protest_closes_ns
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, RunScore, ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import RulingId
from timing_server.service.live.heat_section import maybe_us, us
from timing_server.service.preview import run_figures

#: No ruling's id is empty: asking with it says what would be taken.
_TRIED = RulingId("")


def heat_sheet(state: EventState, heat: Heat) -> HeatSheet:
    """Return everything of a heat that can be ruled on."""
    score = score_heat(state, heat.heat_id)
    return HeatSheet(
        heat_id=heat.heat_id,
        number=heat.number,
        stage_id=heat.stage_id,
        phase=heat.phase.value,
        started_us=maybe_us(heat.started_race_ns),
        ended_us=maybe_us(heat.ended_race_ns),
        protests_until_us=maybe_us(protest_closes_ns(heat)),
        runs=tuple(_run(state, heat, run) for run in score.runs),
        passes=tuple(_pass(state, heat, each) for each in score.passes),
    )


def _pass(state: EventState, heat: Heat, scored: ScoredPass) -> SheetPass:
    ref = scored.pass_ref
    offers: dict[PassOffer, RulingCommand] = {
        "void": VoidPass(_TRIED, ref, ""),
        "restore": RestorePass(_TRIED, ref, ""),
    }
    known = heat.passes[ref]
    return SheetPass(
        pass_ref=ref,
        crossed_us=us(scored.crossed_race_ns),
        bound_us=us(scored.bound_ns),
        verdict=scored.verdict,
        source=scored.source,
        role=scored.role,
        entry_id=scored.entry_id,
        lane=known.lane,
        marks=known.marks,
        void_ruling_id=scored.void_ruling_id,
        offers=tuple(name for name, each in offers.items() if _is_taken(state, each)),
    )


def _run(state: EventState, heat: Heat, run: RunScore) -> SheetRun:
    return SheetRun(
        **run_figures(run).model_dump(),
        entry_id=run.entry_id,
        laps=tuple(_lap(state, heat, run, lap) for lap in run.laps),
    )


def _lap(state: EventState, heat: Heat, run: RunScore, lap: Lap) -> SheetLap:
    ref = lap.pass_ref
    penalty = GivePenalty(_TRIED, heat.heat_id, run.entry_id, 1, ref, "")
    offers: dict[LapOffer, RulingCommand] = {
        "void": VoidLap(_TRIED, ref, ""),
        "restore": RestoreLap(_TRIED, ref, ""),
        "split": SplitLap(_TRIED, ref, lap.duration_ns // 2, 0, ""),
        "penalise": penalty,
    }
    return SheetLap(
        number=lap.number,
        pass_ref=ref,
        duration_us=us(lap.duration_ns),
        penalty_us=us(lap.penalty_ns),
        bound_us=us(lap.bound_ns),
        invalid=lap.invalid,
        off_tracks=lap.off_tracks,
        resets=lap.resets,
        is_suspect=lap.is_suspect,
        is_credited=lap.is_credited,
        void_ruling_id=lap.void_ruling_id,
        offers=tuple(name for name, each in offers.items() if _is_taken(state, each)),
    )


def _is_taken(state: EventState, command: RulingCommand) -> bool:
    return not isinstance(decide(state, command, state.race_ns), RuleViolation)
