"""The part of the live document about results: the standings, with the places that were won."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from timing_server.contract.live.standings import StandingView
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.heat_phases import UNDER_WAY
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, StageId
from timing_server.service.live.remembered import JsonObject, Remembered, bound_us, maybe_us, us


@dataclass(frozen=True, slots=True)
class _RowSource:
    """All that a row's view is made from."""

    standing: Standing
    moved: int
    is_provisional: bool

    def view(self) -> StandingView:
        row = self.standing
        return StandingView(
            rank=row.rank,
            entry_id=row.entry_id,
            best_lap_us=maybe_us(row.best_lap_ns),
            value_us=maybe_us(row.value_ns),
            value_laps=row.value_laps,
            gap_us=maybe_us(row.gap_ns),
            gap_laps=row.gap_laps,
            interval_us=maybe_us(row.interval_ns),
            interval_laps=row.interval_laps,
            laps=len(row.laps_ns),
            heats_run=row.heats_run,
            moved=self.moved,
            is_provisional=self.is_provisional,
            decided_by=row.decided_by,
            best_car_id=row.best_car_id,
            best_model_sha256=row.best_model_sha256,
            value_points=row.value_points,
            gap_points=row.gap_points,
            interval_points=row.interval_points,
            penalty_us=us(row.penalty_ns),
            is_close=row.is_close,
            status=row.status,
            team_id=row.team_id,
            member_entry_ids=row.member_entry_ids,
            is_ranked=row.is_ranked,
            bound_us=bound_us(row.value_bound_ns),
        )


class StandingsSection:
    """Remembers how the stage stood before the heat on track, which changes only with others."""

    def __init__(self) -> None:
        self._rows = Remembered()
        self._others: tuple[Heat, ...] = ()
        self._stage_id: StageId | None = None
        self._ranks_before: Mapping[EntryId, int] = {}

    def parts(
        self, state: EventState, stage_id: StageId, heat: Heat | None, standings: Sequence[Standing]
    ) -> dict[str, JsonObject]:
        """Return a stage's standings, with the places won since ``heat`` started."""
        before = {} if heat is None else self._before(state, stage_id, heat)
        running = heat.entry_ids if heat and heat.phase in UNDER_WAY else ()
        sources: dict[str, _RowSource] = {
            each.entry_id: _RowSource(
                standing=each,
                moved=before.get(each.entry_id, each.rank) - each.rank,
                is_provisional=each.entry_id in running,
            )
            for each in standings
        }
        return self._rows.parts(sources, _RowSource.view)

    def _before(self, state: EventState, stage_id: StageId, heat: Heat) -> Mapping[EntryId, int]:
        """Return the ranks as they would be without that heat."""
        others = tuple(each for each in state.heats.values() if each.heat_id != heat.heat_id)
        is_same = len(others) == len(self._others) and all(
            one is other for one, other in zip(others, self._others, strict=True)
        )
        if not is_same or self._stage_id != stage_id:
            self._others, self._stage_id = others, stage_id
            without = replace(state, heats={each.heat_id: each for each in others})
            self._ranks_before = {
                each.entry_id: each.rank for each in rank_stage(without, stage_id)
            }
        return self._ranks_before


def shown_stage_id(state: EventState, heat: Heat | None) -> StageId | None:
    """Return the stage of the heat that is shown, else the one that is next, else the last."""
    if heat is not None:
        return heat.stage_id
    if state.queue:
        return state.heats[state.queue[0]].stage_id
    last = list(state.stages)[-1] if state.stages else None
    return next(_played_next(state), last)


def _played_next(state: EventState) -> Iterator[StageId]:
    """Yield the stages of which models wait to be played before an audience."""
    waiting = {each.stage_id for each in state.submissions.values() if each.status == "waiting"}
    for stage in state.stages.values():
        if stage.virtual is not None and stage.virtual.is_played and stage.stage_id in waiting:
            yield stage.stage_id
