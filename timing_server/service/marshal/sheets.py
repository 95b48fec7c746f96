"""A heat as a marshal corrects it: each pass and lap with the rulings that would be taken now."""

from collections.abc import Sequence

from timing_server.contract.race.rulings import (
    HeatSheet,
    LapOffer,
    PassOffer,
    SheetLap,
    SheetPass,
    SheetRun,
)
from timing_server.rules.answers.rulings.laps import can_restore_lap, can_split
from timing_server.rules.answers.rulings.passes import can_restore_pass
from timing_server.rules.protests import protest_closes_ns
from timing_server.rules.scoring.controls import controls_by_lap
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, RunScore, ScoredPass
from timing_server.rules.state.driving import RunControl
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.service.live.heats.measures import Measures, measures_of
from timing_server.service.live.heats.runs import control_views, false_start_views
from timing_server.service.live.remembered import bound_us, maybe_us, us
from timing_server.service.marshal.preview import run_figures


def heat_sheet(state: EventState, heat: Heat) -> HeatSheet:
    """Return everything of a heat that can be ruled on."""
    score, measures = score_heat(state, heat.heat_id), measures_of(state, heat)
    return HeatSheet(
        heat_id=heat.heat_id,
        number=heat.number,
        stage_id=heat.stage_id,
        phase=heat.phase.value,
        started_us=maybe_us(heat.started_race_ns),
        ended_us=maybe_us(heat.ended_race_ns),
        protests_until_us=maybe_us(protest_closes_ns(heat)),
        runs=tuple(_run(heat, run, measures) for run in score.runs),
        passes=tuple(_pass(state, heat, each) for each in score.passes),
    )


def _pass(state: EventState, heat: Heat, scored: ScoredPass) -> SheetPass:
    known = heat.passes[scored.pass_ref]
    return SheetPass(
        pass_ref=scored.pass_ref,
        crossed_us=us(scored.crossed_race_ns),
        bound_us=us(scored.bound_ns),
        verdict=scored.verdict,
        source=scored.source,
        role=scored.role,
        entry_id=scored.entry_id,
        lane=known.lane,
        marks=known.marks,
        void_ruling_id=scored.void_ruling_id,
        offers=_pass_offers(state, scored),
    )


def _pass_offers(state: EventState, scored: ScoredPass) -> tuple[PassOffer, ...]:
    offers: list[PassOffer] = []
    if scored.pass_ref not in state.effects.pass_voids:
        offers.append("void")
    if can_restore_pass(state, scored):
        offers.append("restore")
    return tuple(offers)


def _run(heat: Heat, run: RunScore, measures: Measures) -> SheetRun:
    beside = controls_by_lap(heat, run)
    return SheetRun(
        **run_figures(run).model_dump(),
        entry_id=run.entry_id,
        laps=tuple(
            _lap(heat, run, lap, measures, beside.get(lap.pass_ref, ())) for lap in run.laps
        ),
        reaction_us=us(run.reaction.duration_ns) if run.reaction else None,
        reaction_bound_us=bound_us(run.reaction.bound_ns) if run.reaction else 0,
        false_starts=false_start_views(run),
    )


def _lap(
    heat: Heat, run: RunScore, lap: Lap, measures: Measures, controls: Sequence[RunControl]
) -> SheetLap:
    return SheetLap(
        number=lap.number,
        pass_ref=lap.pass_ref,
        duration_us=us(lap.duration_ns),
        penalty_us=us(lap.penalty_ns),
        bound_us=us(lap.bound_ns),
        invalid=lap.invalid,
        off_tracks=lap.off_tracks,
        resets=lap.resets,
        is_suspect=lap.is_suspect,
        is_credited=lap.is_credited,
        void_ruling_id=lap.void_ruling_id,
        offers=_lap_offers(heat, lap),
        sectors=measures.lap_sectors(run.entry_id, lap),
        top_speed=measures.lap_speed(run.entry_id, lap),
        controls=control_views(controls),
    )


def _lap_offers(heat: Heat, lap: Lap) -> tuple[LapOffer, ...]:
    """A lap that was credited has no pass to rule on: its credit is taken back."""
    offers: list[LapOffer] = []
    has_pass = lap.pass_ref in heat.passes
    if has_pass and lap.void_ruling_id is None:
        offers.append("void")
    if has_pass and can_restore_lap(lap):
        offers.append("restore")
    if has_pass and can_split(heat, lap, lap.duration_ns // 2):
        offers.append("split")
    return (*offers, "penalise")
