"""The lap that drives along in the virtual venue: a pale car that cameras see, and no more."""

from bisect import bisect_right
from math import cos, pi, sin

from hardware.virtual.world.objects.bodies import Body, car_kind
from hardware.virtual.world.vehicle import DEEPRACER
from timing_server.contract.live.ghost import GhostLap, GhostReport

#: As light as a shell can be, which no car's own is.
_PALE = car_kind((236, 232, 226))
_NS_PER_US = 1_000
#: A lap's way is that of a car's middle, a body's place that of its rear axle.
_MIDDLE_M = DEEPRACER.wheelbase_m / 2


class VenueGhost:
    """Sets off with each lap of the car on track; deterministic by the world's instants."""

    def __init__(self, track_name: str) -> None:
        self._track_name = track_name
        self._lap: GhostLap | None = None
        self._began_ns: int | None = None

    def take(self, report: GhostReport) -> None:
        """Follow what race control lets drive along; it sets off with the next lap.

        A lap of another track has no place on this one.
        """
        lap = report.lap
        if lap is not None and lap.track_name not in (None, self._track_name):
            lap = None
        if lap != self._lap:
            self._lap, self._began_ns = lap, None

    def set_off(self, mono_ns: int) -> None:
        """A car on track began a lap at that instant of the world."""
        self._began_ns = mono_ns

    def bodies(self, now_ns: int) -> tuple[Body, ...]:
        """Return the ghost where it is now; nothing before it sets off and after its lap."""
        if self._lap is None or self._began_ns is None or not self._lap.at_us:
            return ()
        at_us = (now_ns - self._began_ns) / _NS_PER_US
        if not 0 <= at_us <= self._lap.duration_us:
            return ()
        return (_body(self._lap, at_us),)


def _body(lap: GhostLap, at_us: float) -> Body:
    """Return the body between the two places of the lap around an instant."""
    after = min(bisect_right(lap.at_us, at_us), len(lap.at_us) - 1)
    before = max(0, after - 1)
    width_us = lap.at_us[after] - lap.at_us[before]
    share = min(1.0, max(0.0, (at_us - lap.at_us[before]) / width_us)) if width_us else 1.0

    def between(values: tuple[float, ...]) -> float:
        return values[before] + (values[after] - values[before]) * share

    # By the shorter way round.
    turn_rad = (lap.heading_rad[after] - lap.heading_rad[before] + pi) % (2 * pi) - pi
    heading_rad = lap.heading_rad[before] + turn_rad * share
    x_m = between(lap.x_m) - _MIDDLE_M * cos(heading_rad)
    y_m = between(lap.y_m) - _MIDDLE_M * sin(heading_rad)
    return Body(_PALE, x_m, y_m, heading_rad)
