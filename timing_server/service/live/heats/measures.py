"""Sectors and speeds as screens and sheets show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from timing_server.contract.race.measures import SectorView, SpeedView
from timing_server.formats.sectors import SectorBests, stage_bests
from timing_server.rules.scoring.scores import Lap, RunScore
from timing_server.rules.scoring.sectors import Sector
from timing_server.rules.scoring.speeds import HeatSpeeds, TrapSpeed, heat_speeds, top_speed
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId
from timing_server.service.live.remembered import us


@dataclass(frozen=True, slots=True)
class Measures:
    """All that was measured of a heat beside its laps."""

    bests: SectorBests
    speeds: HeatSpeeds

    def lap_sectors(self, entry_id: EntryId, lap: Lap) -> tuple[SectorView, ...]:
        """Return a lap's sectors; those of a lap that doesn't count are nobody's best."""
        if not lap.sectors:
            return ()
        return self._views(entry_id, lap.sectors, is_counted=lap.invalid is None)

    def sectors_under_way(self, run: RunScore) -> tuple[SectorView, ...]:
        """Return the sectors of the lap under way that have ended."""
        return self._views(run.entry_id, run.sectors, is_counted=True)

    def lap_speed(self, entry_id: EntryId, lap: Lap) -> SpeedView | None:
        """Return the top speed of a lap."""
        own = self.speeds.get(entry_id)
        if not own:
            return None
        return speed_view(top_speed(tuple(each for each in own if each.lap_ref == lap.pass_ref)))

    def run_speed(self, entry_id: EntryId) -> SpeedView | None:
        """Return the top speed of a run."""
        return speed_view(top_speed(self.speeds.get(entry_id, ())))

    def newest_speed(self, entry_id: EntryId) -> SpeedView | None:
        """Return the run's speed that was measured last."""
        own = self.speeds.get(entry_id, ())
        return speed_view(own[-1]) if own else None

    def _views(
        self, entry_id: EntryId, sectors: Sequence[Sector], *, is_counted: bool
    ) -> tuple[SectorView, ...]:
        bests, own = self.bests, self.bests.own.get(entry_id, {})
        views = []
        for each in sectors:
            first, last = bests.sectors_of(each.between)
            ns = each.duration_ns
            views.append(
                SectorView(
                    first=first,
                    last=last,
                    duration_us=us(ns),
                    bound_us=us(each.bound_ns),
                    is_personal_best=is_counted and ns <= own.get(each.between, ns),
                    is_overall_best=is_counted and ns <= bests.overall.get(each.between, ns),
                )
            )
        return tuple(views)


def measures_of(state: EventState, heat: Heat) -> Measures:
    """Return what was measured of a heat."""
    return Measures(stage_bests(state, heat.stage_id), heat_speeds(state, heat))


def speed_view(speed: TrapSpeed | None) -> SpeedView | None:
    """Return a speed as it is shown."""
    if speed is None:
        return None
    return SpeedView(gate=speed.to_gate, speed_mmps=speed.speed_mmps, bound_mmps=speed.bound_mmps)
