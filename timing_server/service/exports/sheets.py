"""Puts an event's results together for every export: places, stages, heats, laps, awards."""

from collections.abc import Sequence
from dataclasses import dataclass

from timing_server.contract.node_health import TimingLine
from timing_server.contract.race.sheets import (
    Award,
    DrivenView,
    EventResults,
    HeatSheet,
    LapSheet,
    PlaceSheet,
    RunSheet,
    SheetRow,
    StageSheet,
)
from timing_server.formats.overall.classification import classify
from timing_server.formats.registry import FORMATS, rank_stage
from timing_server.formats.sectors import SectorBests, stage_bests
from timing_server.formats.standings import Standing
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.driving import confirmation_of
from timing_server.rules.scoring.controls import controls_by_lap
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, RunScore
from timing_server.rules.state.driving import Driven, RunControl
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Entry, EventPhase, Stage
from timing_server.rules.units import NS_PER_US, CarId
from timing_server.service.entities import RegistryRows
from timing_server.service.live.heats.measures import Measures, measures_of
from timing_server.service.live.heats.runs import control_views
from timing_server.service.live.projection import UNKNOWN_COLOUR, car_name, entry_name
from timing_server.service.live.remembered import bound_us, maybe_us
from timing_server.service.results.bundle import Export

_NOT_DRIVEN = (HeatPhase.SCHEDULED, HeatPhase.CALLED)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells an event's results with the names of the moment."""

    state: EventState
    registry: RegistryRows

    def places(self) -> tuple[PlaceSheet, ...]:
        """Return who came where in the whole event."""
        return tuple(
            PlaceSheet(
                place=each.place,
                entry_id=each.entry_id,
                number=self.state.entries[each.entry_id].number,
                driver=self.name_of(self.state.entries[each.entry_id]),
                stage_title=self.state.stages[each.stage_id].title,
            )
            for each in classify(self.state)
        )

    def stages(self) -> tuple[StageSheet, ...]:
        """Return every stage's standings, in the order of planning."""
        return tuple(map(self._stage, self.state.stages.values()))

    def heats(self) -> tuple[HeatSheet, ...]:
        """Return every heat that went on track, in the order of planning."""
        driven = (each for each in self.state.heats.values() if each.phase not in _NOT_DRIVEN)
        return tuple(map(self._heat, driven))

    def name_of(self, entry: Entry) -> str:
        """Return what people call an entry."""
        return entry_name(entry, self.registry.drivers)

    def _stage(self, stage: Stage) -> StageSheet:
        form = FORMATS.get(stage.format_name)
        bests = stage_bests(self.state, stage.stage_id)
        return StageSheet(
            stage_id=stage.stage_id,
            title=stage.title,
            kind=stage.kind,
            format_name=stage.format_name,
            format_title=form.title if form else stage.format_name,
            format_description=form.description if form else "",
            resolution_us=stage.options.resolution_ns // NS_PER_US,
            tie_breaks=form.tie_breaks if form else (),
            rows=tuple(self._row(each, bests) for each in rank_stage(self.state, stage.stage_id)),
            field_n=len(stage.field or ()),
            is_virtual=stage.virtual is not None,
            track=stage.track and stage.track.name,
            track_sha256=stage.track and stage.track.sha256,
        )

    def _row(self, row: Standing, bests: SectorBests) -> SheetRow:
        entry = self.state.entries[row.entry_id]
        first = self.registry.drivers.get(entry.driver_ids[0]) if entry.driver_ids else None
        return SheetRow(
            rank=row.rank,
            is_ranked=row.is_ranked,
            entry_id=row.entry_id,
            number=entry.number,
            driver=self.name_of(entry),
            colour=first.colour if first else UNKNOWN_COLOUR,
            region=entry.region,
            class_name=entry.class_name,
            team=self._team(row.team_id or entry.team_id),
            car=self._car(row.best_car_id),
            model_sha256=row.best_model_sha256,
            value_us=maybe_us(row.value_ns),
            value_laps=row.value_laps,
            value_points=row.value_points,
            best_lap_us=maybe_us(row.best_lap_ns),
            gap_us=maybe_us(row.gap_ns),
            gap_laps=row.gap_laps,
            gap_points=row.gap_points,
            penalty_us=row.penalty_ns // NS_PER_US,
            laps=len(row.laps_ns),
            heats_run=row.heats_run,
            status=row.status,
            decided_by=row.decided_by,
            is_close=row.is_close,
            ideal_us=maybe_us(bests.ideal_of(row.entry_id)),
            bound_us=bound_us(row.value_bound_ns),
            best_lap_bound_us=bound_us(row.best_lap_bound_ns or 0),
            is_timed_only=entry.is_timed_only,
        )

    def _heat(self, heat: Heat) -> HeatSheet:
        score = score_heat(self.state, heat.heat_id)
        measures = measures_of(self.state, heat)
        return HeatSheet(
            heat_id=heat.heat_id,
            number=heat.number,
            stage_id=heat.stage_id,
            stage_title=self.state.stages[heat.stage_id].title,
            round_number=heat.round_number,
            match_name=heat.match_name,
            phase=heat.phase.value,
            end_reason=heat.end_reason,
            runs=tuple(self._run(heat, run, measures) for run in score.runs),
        )

    def _run(self, heat: Heat, run: RunScore, measures: Measures) -> RunSheet:
        beside = controls_by_lap(heat, run)
        entry = self.state.entries[run.entry_id]
        best = min(run.valid_laps, key=lambda lap: lap.ranked_ns, default=None)
        return RunSheet(
            entry_id=run.entry_id,
            number=entry.number,
            driver=self.name_of(entry),
            car=self._car(run.car_id),
            model_sha256=run.model_sha256,
            status=run.status,
            best_lap_us=best and best.ranked_ns // NS_PER_US,
            penalty_us=run.penalty_ns // NS_PER_US,
            off_tracks=run.off_tracks,
            resets=run.resets,
            laps=tuple(
                _lap(run, each, measures, beside.get(each.pass_ref, ()), is_best=each is best)
                for each in run.laps
            ),
            top_speed=measures.run_speed(run.entry_id),
            reaction_us=run.reaction and run.reaction.duration_ns // NS_PER_US,
            reaction_bound_us=bound_us(run.reaction.bound_ns) if run.reaction else 0,
            false_starts_n=sum(not each.is_dismissed for each in run.false_starts),
            is_confirmed=confirmation_of(heat, heat.runs[run.entry_id]) is not None,
            controls=control_views(beside.get(None, ())),
            driven=tuple(
                self._driven(each) for each in heat.driven if each.entry_id == run.entry_id
            ),
        )

    def _driven(self, driven: Driven) -> DrivenView:
        return DrivenView(
            car=car_name(driven.car_id, self.registry.cars),
            commands=driven.commands,
            latency_p50_us=maybe_us(driven.latency_p50_ns),
            latency_p95_us=maybe_us(driven.latency_p95_ns),
            frames=driven.frames,
            dropped_frames=driven.dropped_frames,
            stale_commands=driven.stale_commands,
            is_throttled=driven.is_throttled,
            is_undervolted=driven.is_undervolted,
        )

    def _car(self, car_id: CarId | None) -> str | None:
        return None if car_id is None else car_name(car_id, self.registry.cars)

    def _team(self, team_id: str | None) -> str | None:
        team = None if team_id is None else self.registry.teams.get(team_id)
        return team.name if team else None


def tell(
    export: Export,
    venue_key: str,
    awards: Sequence[Award] = (),
    timing: Sequence[TimingLine] = (),
) -> EventResults:
    """Return everything about an event's results; ``venue_key`` is the venue's fingerprint."""
    state = export.state
    teller = Teller(state, export.registry)
    event_id = state.event_id or state.stream
    return EventResults(
        event_id=event_id,
        name=export.registry.event_names.get(event_id, event_id),
        is_demo=state.is_demo,
        is_over=state.phase is EventPhase.CLOSED,
        time_zone=state.time_zone,
        exported_utc=export.exported_utc,
        facts=state.seq,
        head_hash=export.lines[-1].hash_hex,
        venue_key=venue_key,
        paddock_version=export.paddock_version,
        places=teller.places(),
        stages=teller.stages(),
        heats=teller.heats(),
        awards=tuple(awards),
        timing=tuple(timing),
    )


def _lap(
    run: RunScore,
    lap: Lap,
    measures: Measures,
    controls: Sequence[RunControl],
    *,
    is_best: bool,
) -> LapSheet:
    return LapSheet(
        number=lap.number,
        duration_us=lap.duration_ns // NS_PER_US,
        bound_us=bound_us(lap.bound_ns),
        penalty_us=lap.penalty_ns // NS_PER_US,
        off_tracks=lap.off_tracks,
        resets=lap.resets,
        invalid=lap.invalid,
        is_best=is_best,
        sectors=measures.lap_sectors(run.entry_id, lap),
        top_speed=measures.lap_speed(run.entry_id, lap),
        controls=control_views(controls),
    )
