"""The part of the live document about the heat on show: its runs, laps and passes."""

from collections.abc import Sequence

from timing_server.contract.live.heats import HeatView
from timing_server.contract.race.events import HeatRow
from timing_server.formats.standings import Standing, best_of_all
from timing_server.rules.answers.heats.practice import entries_on_track
from timing_server.rules.heat_phases import UNDER_WAY
from timing_server.rules.orders.driving import confirmation_of, run_driving
from timing_server.rules.scoring.controls import controls_by_lap
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore, ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.service.live.heats.measures import Measures, measures_of
from timing_server.service.live.heats.places import places_in
from timing_server.service.live.heats.runs import (
    LapSource,
    RunSource,
    interruption_views,
    offer_views,
    pass_view,
    pause_views,
)
from timing_server.service.live.heats.shown import PHASES, first_run
from timing_server.service.live.remembered import (
    JsonObject,
    Remembered,
    maybe_us,
    to_json_object,
)


def heat_row(heat: Heat) -> HeatRow:
    """Return a heat as a line of the plan."""
    first = first_run(heat)
    newest = first.equipment[-1] if first and first.equipment else None
    return HeatRow(
        heat_id=heat.heat_id,
        number=heat.number,
        stage_id=heat.stage_id,
        phase=PHASES[heat.phase],
        entry_ids=heat.entry_ids,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        started_us=maybe_us(heat.started_race_ns),
        ended_us=maybe_us(heat.ended_race_ns),
        end_reason=heat.end_reason,
    )


class HeatSection:
    """The heat that is shown, with its laps and passes; a pass makes one lap and one pass anew."""

    def __init__(self) -> None:
        self._runs = Remembered()
        self._laps = Remembered()
        self._passes = Remembered()

    def part(self, state: EventState, heat: Heat, standings: Sequence[Standing]) -> JsonObject:
        """Return the heat; ``standings`` say which laps are the best."""
        score = score_heat(state, heat.heat_id)
        measures = measures_of(state, heat)
        runs = _run_sources(state, heat, score, measures)
        laps = _lap_sources(heat, score, standings, measures)
        passes: dict[str, ScoredPass] = {each.pass_ref: each for each in score.passes}
        return {
            **to_json_object(_head(heat, score)),
            "runs": self._runs.parts(runs, RunSource.view),
            "laps": self._laps.parts(laps, LapSource.view),
            "passes": self._passes.parts(passes, pass_view),
        }


def _head(heat: Heat, score: HeatScore) -> HeatView:
    """Return the heat without what grows in it."""
    first = first_run(heat)
    run = next((each for each in score.runs if first and each.entry_id == first.entry_id), None)
    is_under_way = heat.phase in UNDER_WAY
    return HeatView(
        heat_id=heat.heat_id,
        number=heat.number,
        phase=PHASES[heat.phase],
        entry_id=run and run.entry_id,
        car_id=run and run.car_id,
        model_sha256=run and run.model_sha256,
        started_us=maybe_us(heat.started_race_ns),
        window_opens_us=maybe_us(run.window_opens_ns) if run else None,
        window_closes_us=maybe_us(run.window_closes_ns) if run else None,
        lap_opened_us=maybe_us(run.lap_opened_ns) if run and is_under_way else None,
        ended_us=maybe_us(heat.ended_race_ns),
        end_reason=heat.end_reason,
        off_tracks=run.off_tracks if run else 0,
        stage_id=heat.stage_id,
        round_number=heat.round_number,
        match_name=heat.match_name,
        rerun_of=heat.rerun_of,
        is_practice=heat.is_practice,
        is_virtual=heat.is_virtual,
        start_mode=heat.options.start_mode,
        timeouts_max=heat.options.timeouts_max,
        needs_agent=heat.options.needs_agent,
        armed_us=maybe_us(heat.armed_race_ns),
        lights_us=maybe_us(heat.lights_race_ns),
        flag=heat.flag,
        pauses=pause_views(heat),
        interruptions=interruption_views(heat),
        offers=offer_views(heat, score),
        laps={},
        passes={},
    )


def _run_sources(
    state: EventState, heat: Heat, score: HeatScore, measures: Measures
) -> dict[str, RunSource]:
    places = places_in(state, heat)
    out = entries_on_track(heat)
    return {
        run.entry_id: RunSource(
            run=run,
            lane=heat.runs[run.entry_id].lane,
            standing=places.get(run.entry_id),
            is_under_way=heat.phase in UNDER_WAY,
            is_on_track=not heat.is_practice or run.entry_id in out,
            sectors=measures.sectors_under_way(run),
            ideal_ns=measures.bests.ideal_of(run.entry_id),
            speed=measures.newest_speed(run.entry_id),
            top_speed=measures.run_speed(run.entry_id),
            driving=run_driving(state, heat, heat.runs[run.entry_id]),
            controls=controls_by_lap(heat, run).get(None, ()),
            is_confirmed=confirmation_of(heat, heat.runs[run.entry_id]) is not None,
        )
        for run in score.runs
    }


def _lap_sources(
    heat: Heat, score: HeatScore, standings: Sequence[Standing], measures: Measures
) -> dict[str, LapSource]:
    own = {each.entry_id: each.best_lap_ref for each in standings}
    best = best_of_all(standings)
    overall = None if best is None else best.best_lap_ref
    is_provisional = heat.phase in UNDER_WAY
    return {
        lap.pass_ref: LapSource(
            lap=lap,
            entry_id=run.entry_id,
            is_provisional=is_provisional,
            is_personal_best=lap.pass_ref == own_best,
            is_overall_best=lap.pass_ref == overall,
            sectors=measures.lap_sectors(run.entry_id, lap),
            top_speed=measures.lap_speed(run.entry_id, lap),
            controls=beside.get(lap.pass_ref, ()),
        )
        for run in score.runs
        for own_best in (own.get(run.entry_id),)
        for beside in (controls_by_lap(heat, run),)
        for lap in run.laps
    }
