"""Beside which lap each thing stands that was done to a run's car from outside."""

from collections.abc import Mapping

from timing_server.rules.orders.driving import controls_of
from timing_server.rules.scoring.scores import RunScore
from timing_server.rules.state.driving import RunControl
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import PassRef


def controls_by_lap(heat: Heat, run: RunScore) -> Mapping[PassRef | None, tuple[RunControl, ...]]:
    """Return a run's controls by the lap during which they came; None: behind its last lap.

    What came before the first crossing stands beside the first lap. Every control stands once. A
    lap that a marshal credited was not driven, so nothing stands beside it.
    """
    closed = [(lap.closed_race_ns, lap.pass_ref) for lap in run.laps if not lap.is_credited]
    beside: dict[PassRef | None, tuple[RunControl, ...]] = {}
    for each in controls_of(heat, run.entry_id):
        ref = next((ref for closed_ns, ref in closed if each.race_ns <= closed_ns), None)
        beside[ref] = (*beside.get(ref, ()), each)
    return beside
