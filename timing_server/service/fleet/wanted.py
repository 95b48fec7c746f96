"""Which models a car shall have: of the heat at the line and of the next ones it drives in."""

from collections.abc import Iterator
from dataclasses import dataclass

from timing_server.rules.heat_phases import OVER
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import CarId

#: How many heats ahead a car is told of; a model is a few megabytes.
RUNS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class WantedRun:
    """A run of a car that is still to be driven, or is being driven."""

    heat: Heat
    model_sha256: str | None


def wanted_runs(state: EventState | None, car_id: CarId) -> list[WantedRun]:
    """Return the car's runs to come, the soonest first; its run on the track is the first."""
    if state is None:
        return []
    runs = []
    for heat in _to_come(state):
        for run in heat.runs.values():
            newest = run.equipment[-1] if run.equipment else None
            if newest is not None and newest.car_id == car_id:
                runs.append(WantedRun(heat, newest.model_sha256))
    return runs[:RUNS_AHEAD]


def _to_come(state: EventState) -> Iterator[Heat]:
    active = state.active_heat
    if active is not None and active.phase not in OVER:
        yield active
    for heat_id in state.queue:
        if active is None or heat_id != active.heat_id:
            yield state.heats[heat_id]
