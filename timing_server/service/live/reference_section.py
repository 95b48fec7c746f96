"""The part of the live document about the laps that laps under way are held against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from timing_server.contract.live.references import ReferenceLapView, SplitView
from timing_server.formats.standings import Standing
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId
from timing_server.service.live.heats.measures import Measures, measures_of
from timing_server.service.live.remembered import JsonObject, Remembered, bound_us, us


@dataclass(frozen=True, slots=True)
class _ReferenceSource:
    """All that a reference is made from."""

    entry_id: EntryId
    lap: Lap
    splits: tuple[SplitView, ...]

    def view(self) -> ReferenceLapView:
        return ReferenceLapView(
            entry_id=self.entry_id,
            pass_ref=self.lap.pass_ref,
            duration_us=us(self.lap.duration_ns),
            splits=self.splits,
        )


class ReferenceSection:
    """The best laps of those on track and of the leader: as many as the heat has runs, and one."""

    def __init__(self) -> None:
        self._laps = Remembered()

    def parts(
        self, state: EventState, heat: Heat, standings: Sequence[Standing]
    ) -> dict[str, JsonObject]:
        """Return the references by entry."""
        measures = measures_of(state, heat)
        wanted = set(heat.entry_ids) | {each.entry_id for each in standings[:1]}
        rows = [each for each in standings if each.entry_id in wanted]
        return self._laps.parts(dict(_sources(state, rows, measures)), _ReferenceSource.view)


def _sources(
    state: EventState, rows: Sequence[Standing], measures: Measures
) -> Iterator[tuple[str, _ReferenceSource]]:
    for row in rows:
        lap = _best_lap(state, row)
        if lap is not None:
            yield row.entry_id, _ReferenceSource(row.entry_id, lap, _splits(lap, measures))


def _best_lap(state: EventState, row: Standing) -> Lap | None:
    if row.best_heat_id is None or row.best_lap_ref is None:
        return None
    runs = score_heat(state, row.best_heat_id).runs
    laps = (lap for run in runs if run.entry_id == row.entry_id for lap in run.laps)
    return next((lap for lap in laps if lap.pass_ref == row.best_lap_ref), None)


def _splits(lap: Lap, measures: Measures) -> tuple[SplitView, ...]:
    """Return when each gate but the line was passed."""
    splits = []
    at_ns = bound_ns = 0
    for part in lap.sectors[:-1]:
        at_ns += part.duration_ns
        bound_ns += part.bound_ns
        _, sector = measures.bests.sectors_of(part.between)
        splits.append(SplitView(sector=sector, at_us=us(at_ns), bound_us=bound_us(bound_ns)))
    return tuple(splits)
