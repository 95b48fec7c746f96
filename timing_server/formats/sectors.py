"""The best sectors of a stage, of each entry and of all, and the laps that they would make.

Beside the ranking, which they never alter: every lap that counts of every run of the stage takes
part, practice included, as driven, without penalties.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from timing_server.formats.attempts import has_run
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.scoring.sectors import LINE, Between, best_parts, ideal_ns
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import SECTOR_ROLES
from timing_server.rules.units import EntryId, StageId

Parts = Mapping[Between, int]

#: The whole lap, as a part among others.
_WHOLE: Between = (LINE, LINE)


@dataclass(frozen=True, slots=True)
class SectorBests:
    """The shortest time of each part, by entry and of all; ``gates_n`` sector gates part a lap."""

    gates_n: int = 0
    own: Mapping[EntryId, Parts] = field(default_factory=dict)
    overall: Parts = field(default_factory=dict)

    def ideal_of(self, entry_id: EntryId) -> int | None:
        """Return the entry's theoretical best lap in nanoseconds, None where no part is known."""
        own = dict(self.own.get(entry_id, {}))
        best_lap_ns = own.pop(_WHOLE, None)
        return ideal_ns(own, best_lap_ns)

    def sectors_of(self, between: Between) -> tuple[int, int]:
        """Return the first and the last sector of a part: the same, unless a gate missed a car."""
        from_gate, to_gate = between
        return from_gate + 1, self.gates_n + 1 if to_gate == LINE else to_gate


#: Parts are remembered as long as the very heat that they were made from is alive.
_remembered: WeakKeyDictionary[Heat, tuple[HeatScore, Mapping[EntryId, Parts]]] = (
    WeakKeyDictionary()
)


def stage_bests(state: EventState, stage_id: StageId) -> SectorBests:
    """Return the best sectors of a stage as of now."""
    gates_n = _bound_gates(state)
    own: dict[EntryId, dict[Between, int]] = {}
    for heat in state.heats.values():
        if heat.stage_id == stage_id and has_run(heat):
            for entry_id, parts in _parts_in(state, heat).items():
                _take_best(own.setdefault(entry_id, {}), parts)
    overall: dict[Between, int] = {}
    for parts in own.values():
        _take_best(overall, parts)
    gates_n = max([gates_n, *(max(between) for between in overall)])
    return SectorBests(gates_n, own, overall) if gates_n else SectorBests()


def _bound_gates(state: EventState) -> int:
    numbers = (SECTOR_ROLES.get(roles[-1].role, 0) for roles in state.gates.values())
    return max(numbers, default=0)


def _parts_in(state: EventState, heat: Heat) -> Mapping[EntryId, Parts]:
    score = score_heat(state, heat.heat_id)
    known = _remembered.get(heat)
    if known is None or known[0] is not score:
        known = _remembered[heat] = score, dict(_made(score))
    return known[1]


def _made(score: HeatScore) -> Iterable[tuple[EntryId, Parts]]:
    for run in score.runs:
        laps = [lap for lap in run.laps if lap.invalid is None and not lap.is_credited]
        if laps:
            parts = best_parts(lap.sectors for lap in laps)
            parts[_WHOLE] = min(lap.duration_ns for lap in laps)
            yield run.entry_id, parts


def _take_best(best: dict[Between, int], parts: Parts) -> None:
    for between, duration_ns in parts.items():
        best[between] = min(duration_ns, best.get(between, duration_ns))
