"""Sees how a step of a simulated car ended: on the road, off it, in something, or nowhere."""

from typing import Literal

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.patience import Patience

#: How a step ended, in the words of AWS's simulation.
Status = Literal[
    "in_progress", "lap_complete", "crashed", "off_track", "immobilized", "reversed", "time_up"
]


class Watch:
    """Finds a car that ran into something, left the track, stands still or drives backwards."""

    def __init__(self, car: SimulatedCar) -> None:
        """Look from where the car is now."""
        self._car = car
        self._crossings = len(car.crossings_ns)
        self._before_m = car.place.along_m
        self._patience = Patience()

    def status(self, until_ns: int) -> Status:
        """Look once a picture; time is up at ``until_ns``."""
        along_m, length_m = self._car.place.along_m, self._car.track.length_m
        moved_m = along_m - self._before_m
        moved_m -= length_m * round(moved_m / length_m)
        self._before_m = along_m
        lost = self._patience.look(moved_m)
        if len(self._car.crossings_ns) > self._crossings:
            return "lap_complete"
        if self._car.now_ns > until_ns:
            return "time_up"
        if self._car.has_crashed:
            return "crashed"
        if self._car.is_off:
            return "off_track"
        return lost or "in_progress"
