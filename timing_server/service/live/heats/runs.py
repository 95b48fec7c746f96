"""Each run of the heat as screens show it, with its place; what the clocks did meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from timing_server.contract.live.heats import InterruptionView, OfferView, PauseView, RunView
from timing_server.contract.live.laps import ControlView, FalseStartView, LapView, PassView
from timing_server.contract.race.measures import SectorView, SpeedView
from timing_server.formats.standings import Standing
from timing_server.rules.orders.driving import FULL_SPEED_PCT, RunDriving
from timing_server.rules.scoring.offers import window_offers
from timing_server.rules.scoring.scores import HeatScore, Lap, RunScore, ScoredPass
from timing_server.rules.state.driving import RunControl
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId
from timing_server.service.live.remembered import bound_us, maybe_us, us


class LapSource(NamedTuple):
    """All that a lap's view is made from; a tuple, since each pass compares those of every lap."""

    lap: Lap
    entry_id: EntryId
    is_provisional: bool
    is_personal_best: bool
    is_overall_best: bool
    sectors: tuple[SectorView, ...] = ()
    top_speed: SpeedView | None = None
    controls: tuple[RunControl, ...] = ()

    def view(self) -> LapView:
        """Return the lap as screens show it."""
        lap = self.lap
        return LapView(
            number=lap.number,
            pass_ref=lap.pass_ref,
            duration_us=us(lap.duration_ns),
            bound_us=us(lap.bound_ns),
            closed_us=us(lap.closed_race_ns),
            state="void" if lap.is_void else "valid",
            is_provisional=self.is_provisional,
            is_personal_best=self.is_personal_best,
            is_overall_best=self.is_overall_best,
            off_tracks=lap.off_tracks,
            car_id=lap.car_id,
            model_sha256=lap.model_sha256,
            void_ruling_id=lap.void_ruling_id,
            entry_id=self.entry_id,
            resets=lap.resets,
            penalty_us=us(lap.penalty_ns),
            invalid=lap.invalid,
            is_suspect=lap.is_suspect,
            is_credited=lap.is_credited,
            sectors=self.sectors,
            top_speed=self.top_speed,
            controls=control_views(self.controls),
        )


@dataclass(frozen=True, slots=True)
class RunSource:
    """All that a run's view is made from."""

    run: RunScore
    lane: int | None
    standing: Standing | None
    is_under_way: bool
    is_on_track: bool
    sectors: tuple[SectorView, ...] = ()
    ideal_ns: int | None = None
    speed: SpeedView | None = None
    top_speed: SpeedView | None = None
    driving: RunDriving | None = None
    controls: tuple[RunControl, ...] = ()
    is_confirmed: bool = False

    def view(self) -> RunView:
        """Return the run as screens show it."""
        run, standing = self.run, self.standing
        is_placed = standing is not None and standing.has_value
        valid = run.valid_laps
        return RunView(
            entry_id=run.entry_id,
            car_id=run.car_id,
            model_sha256=run.model_sha256,
            lane=self.lane,
            place=standing.rank if standing is not None and is_placed else None,
            gap_us=maybe_us(standing.gap_ns) if standing else None,
            gap_laps=standing.gap_laps if standing else None,
            interval_us=maybe_us(standing.interval_ns) if standing else None,
            interval_laps=standing.interval_laps if standing else None,
            laps=len(valid),
            best_us=us(min(lap.ranked_ns for lap in valid)) if valid else None,
            last_us=us(run.laps[-1].duration_ns) if run.laps else None,
            window_opens_us=maybe_us(run.window_opens_ns),
            window_closes_us=maybe_us(run.window_closes_ns),
            lap_opened_us=maybe_us(run.lap_opened_ns) if self.is_under_way else None,
            is_over=run.last_lap_closed_ns is not None,
            is_on_track=self.is_on_track,
            off_tracks=run.off_tracks,
            resets=run.resets,
            penalty_us=us(run.penalty_ns),
            status=run.status,
            timeouts=run.timeouts,
            sectors=self.sectors,
            ideal_us=maybe_us(self.ideal_ns),
            speed=self.speed,
            top_speed=self.top_speed,
            reaction_us=us(run.reaction.duration_ns) if run.reaction else None,
            reaction_bound_us=bound_us(run.reaction.bound_ns) if run.reaction else 0,
            false_starts=false_start_views(run),
            held=self.driving.held if self.driving else None,
            speed_pct=self.driving.speed_pct if self.driving else FULL_SPEED_PCT,
            controls=control_views(self.controls),
            is_confirmed=self.is_confirmed,
        )


def control_views(controls: Sequence[RunControl]) -> tuple[ControlView, ...]:
    """Return what was done to a run's car, in order."""
    return tuple(
        ControlView(kind=each.kind, at_us=us(each.race_ns), speed_pct=each.speed_pct)
        for each in controls
    )


def false_start_views(run: RunScore) -> tuple[FalseStartView, ...]:
    """Return what of a run a marshal should look at, ruled or not."""
    return tuple(
        FalseStartView(
            pass_ref=each.pass_ref,
            early_us=us(each.early_ns),
            bound_us=bound_us(each.bound_ns),
            ruling_id=each.ruling_id,
            penalty_us=us(each.penalty_ns),
            is_unfounded=each.is_unfounded,
        )
        for each in run.false_starts
    )


def pass_view(scored: ScoredPass) -> PassView:
    """Return a pass as screens show it."""
    return PassView(
        pass_ref=scored.pass_ref,
        crossed_us=us(scored.crossed_race_ns),
        bound_us=us(scored.bound_ns),
        verdict=scored.verdict,
        source=scored.source,
        entry_id=scored.entry_id,
    )


def pause_views(heat: Heat) -> tuple[PauseView, ...]:
    """Return when nobody's clock ran, in order."""
    return tuple(
        PauseView(
            cause=each.cause,
            from_us=us(each.from_race_ns),
            until_us=maybe_us(each.until_race_ns),
            due_us=maybe_us(each.due_race_ns),
            entry_id=each.entry_id,
        )
        for each in heat.pauses
    )


def interruption_views(heat: Heat) -> tuple[InterruptionView, ...]:
    """Return what interrupted the heat, in order."""
    return tuple(
        InterruptionView(cause=each.cause, at_us=us(each.race_ns), is_settled=each.is_settled)
        for each in heat.interruptions
    )


def offer_views(heat: Heat, score: HeatScore) -> tuple[OfferView, ...]:
    """Return the time that may be given back to runs, where it is a microsecond at least."""
    return tuple(
        OfferView(entry_id=each.entry_id, extra_us=us(each.extra_ns), reason=each.reason)
        for each in window_offers(heat, score)
        if us(each.extra_ns) > 0
    )
