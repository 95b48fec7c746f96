"""The parts of the live document about heats: the one on track, the queue, the scene."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from timing_server.contract.control import HeatRow
from timing_server.contract.devices import HeatOrder, HeatPhase
from timing_server.contract.live import HeatView, LapView, PassView, QueueView, Scene
from timing_server.formats.standings import Standing, best_of_all
from timing_server.rules.heat_phases import HeatPhase as Phase
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, ScoredPass
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_US

JsonObject = dict[str, Any]
Source = TypeVar("Source")

_PHASES: dict[Phase, HeatPhase] = {
    Phase.SCHEDULED: "idle",
    Phase.CALLED: "called",
    Phase.RUNNING: "running",
    Phase.FINISHED: "finished",
}


def us(value_ns: int) -> int:
    """Return nanoseconds as whole microseconds, truncated as all times that are shown."""
    return value_ns // NS_PER_US


def maybe_us(value_ns: int | None) -> int | None:
    """Return ``us`` of a value that may be missing."""
    return None if value_ns is None else value_ns // NS_PER_US


def shown_heat(state: EventState) -> Heat | None:
    """Return the heat that is called or running, else the one that started last."""
    if state.active_heat is not None:
        return state.active_heat
    return state.heats[state.starts[-1][1]] if state.starts else None


def scene_of(state: EventState) -> Scene:
    """Say what the board is about now."""
    heat = shown_heat(state)
    if heat is None:
        return "idle"
    if heat.phase is Phase.CALLED:
        return "called"
    if heat.phase is Phase.RUNNING:
        return "running"
    more = any(each.stage_id == heat.stage_id for each in waiting_heats(state))
    return "result" if more else "podium"


def waiting_heats(state: EventState) -> list[Heat]:
    """Return the heats that can still be called, in order."""
    return [
        heat
        for heat in state.heats.values()
        if heat.phase is Phase.SCHEDULED
        and any(not state.entries[each].is_withdrawn for each in heat.entry_ids)
    ]


def queue_views(state: EventState) -> dict[str, QueueView]:
    """Return what is still to come."""
    views: dict[str, QueueView] = {}
    for heat in waiting_heats(state):
        run = heat.runs[heat.entry_ids[0]]
        views[heat.heat_id] = QueueView(
            heat_id=heat.heat_id,
            number=heat.number,
            entry_id=run.entry_id,
            car_id=run.equipment[-1].car_id if run.equipment else None,
        )
    return views


def heat_row(heat: Heat) -> HeatRow:
    """Return a heat as a line of the plan."""
    equipment = heat.runs[heat.entry_ids[0]].equipment
    newest = equipment[-1] if equipment else None
    return HeatRow(
        heat_id=heat.heat_id,
        number=heat.number,
        stage_id=heat.stage_id,
        phase=_PHASES[heat.phase],
        entry_ids=heat.entry_ids,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
        started_us=maybe_us(heat.started_race_ns),
        ended_us=maybe_us(heat.ended_race_ns),
        end_reason=heat.end_reason,
    )


def heat_order(state: EventState | None) -> HeatOrder:
    """Return what cars and crew are told about the open event's heat."""
    heat = None if state is None else shown_heat(state)
    if heat is None:
        return HeatOrder(phase="idle")
    run = heat.runs[heat.entry_ids[0]]
    newest = run.equipment[-1] if run.equipment else None
    return HeatOrder(
        phase=_PHASES[heat.phase],
        heat_id=heat.heat_id,
        entry_id=run.entry_id,
        car_id=newest and newest.car_id,
        model_sha256=newest and newest.model_sha256,
    )


class Remembered:
    """Parts of a document as JSON, made anew only where what they are made from has changed.

    A part that stays is the same object, so that comparing documents needs no look inside.
    """

    def __init__(self) -> None:
        self._parts: dict[str, tuple[Any, JsonObject]] = {}

    def parts(
        self, sources: Mapping[str, Source], build: Callable[[Source], BaseModel]
    ) -> dict[str, JsonObject]:
        """Return the part of each source; parts of other sources are forgotten."""
        before, self._parts = self._parts, {}
        for key, source in sources.items():
            known = before.get(key)
            if known is None or known[0] != source:
                known = source, to_json_object(build(source))
            self._parts[key] = known
        return {key: part for key, (_, part) in self._parts.items()}


def to_json_object(model: BaseModel) -> JsonObject:
    """Return a model as JSON without its None: a merge patch has no other way to say it."""
    return model.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True, slots=True)
class _LapSource:
    """All that a lap's view is made from."""

    lap: Lap
    is_provisional: bool
    is_personal_best: bool
    is_overall_best: bool

    def view(self) -> LapView:
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
        )


class HeatSection:
    """The heat that is shown, with its laps and passes; a pass makes one lap and one pass anew."""

    def __init__(self) -> None:
        self._laps = Remembered()
        self._passes = Remembered()

    def part(self, state: EventState, heat: Heat, standings: Sequence[Standing]) -> JsonObject:
        """Return the heat; ``standings`` say which laps are the best."""
        score = score_heat(state, heat.heat_id)
        run = score.runs[0]
        own = next((each.best_lap_ref for each in standings if each.entry_id == run.entry_id), None)
        best = best_of_all(standings)
        overall = None if best is None else best.best_lap_ref
        is_running = heat.phase is Phase.RUNNING
        laps: dict[str, _LapSource] = {
            lap.pass_ref: _LapSource(lap, is_running, lap.pass_ref == own, lap.pass_ref == overall)
            for lap in run.laps
        }
        passes: dict[str, ScoredPass] = {each.pass_ref: each for each in score.passes}
        view = HeatView(
            heat_id=heat.heat_id,
            number=heat.number,
            phase=_PHASES[heat.phase],
            entry_id=run.entry_id,
            car_id=run.car_id,
            model_sha256=run.model_sha256,
            started_us=maybe_us(heat.started_race_ns),
            window_opens_us=maybe_us(run.window_opens_ns),
            window_closes_us=maybe_us(run.window_closes_ns),
            lap_opened_us=maybe_us(run.lap_opened_ns) if is_running else None,
            ended_us=maybe_us(heat.ended_race_ns),
            end_reason=heat.end_reason,
            off_tracks=run.off_tracks,
            laps={},
            passes={},
        )
        return {
            **to_json_object(view),
            "laps": self._laps.parts(laps, _LapSource.view),
            "passes": self._passes.parts(passes, _pass_view),
        }


def _pass_view(scored: ScoredPass) -> PassView:
    return PassView(
        pass_ref=scored.pass_ref,
        crossed_us=us(scored.crossed_race_ns),
        bound_us=us(scored.bound_ns),
        verdict=scored.verdict,
        source=scored.source,
    )
