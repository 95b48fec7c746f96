"""Speed from two gates a known distance apart, with the uncertainty that goes with it. Pure.

``v = d / t``, and the bound is the worst corner of what distance and duration may be: no assumption
about how errors are spread is needed. On one node the two instants come from one clock, and the
duration is uncertain only by what the sensors themselves are late by; across nodes it grows by the
bounds of their clock relations.
"""

from dataclasses import dataclass

_NS_PER_S = 1_000_000_000

#: A receiver answers a broken beam within this; what both share cancels out, this is the rest.
SENSOR_JITTER_NS = 50_000


@dataclass(frozen=True, slots=True)
class SpeedTrap:
    """Two gates of one line of travel, ``distance_mm`` apart and measured to ``± bound_mm``."""

    from_gate: str
    to_gate: str
    distance_mm: int
    bound_mm: int = 1
    #: A car that needs longer has stopped between the gates, or another one came.
    limit_ns: int = 5 * _NS_PER_S


@dataclass(frozen=True, slots=True)
class Speed:
    """A car's mean speed between two gates, in whole millimetres per second, ``± bound_mmps``.

    ``mono_ns`` is when it passed the second gate, ``duration_ns`` after the first.
    """

    mono_ns: int
    duration_ns: int
    speed_mmps: int
    bound_mmps: int


def speed_between(
    trap: SpeedTrap, from_ns: int, to_ns: int, clock_bound_ns: int = 0
) -> Speed | None:
    """Return the speed of a car that passed at ``from_ns`` and ``to_ns``, as of the latter.

    ``clock_bound_ns``: by how much the two instants may lie wrong to each other (0 on one node).
    None where the order is wrong, the car took too long, or the uncertainty swallows the speed.
    """
    duration_ns = to_ns - from_ns
    bound_ns = SENSOR_JITTER_NS + clock_bound_ns
    if not bound_ns < duration_ns <= trap.limit_ns or trap.bound_mm >= trap.distance_mm:
        return None
    scaled = trap.distance_mm * _NS_PER_S
    speed_mmps = round(scaled / duration_ns)
    fastest = (trap.distance_mm + trap.bound_mm) * _NS_PER_S / (duration_ns - bound_ns)
    slowest = (trap.distance_mm - trap.bound_mm) * _NS_PER_S / (duration_ns + bound_ns)
    bound_mmps = int(max(fastest - speed_mmps, speed_mmps - slowest)) + 1
    return Speed(to_ns, duration_ns, speed_mmps, bound_mmps)


class SpeedGun:
    """Pairs the passes of a trap's gates in the order in which they happened.

    A pass of the first gate waits for the next one of the second; a second pass of the first gate
    replaces it (the car before left the road), and one pass is never used twice.
    """

    def __init__(self, trap: SpeedTrap) -> None:
        self._trap = trap
        self._entered_ns: int | None = None

    def feed(self, gate: str, mono_ns: int) -> Speed | None:
        """Take a pass; return the speed that it completes, if any."""
        if gate == self._trap.from_gate:
            self._entered_ns = mono_ns
            return None
        if gate != self._trap.to_gate or self._entered_ns is None:
            return None
        entered_ns, self._entered_ns = self._entered_ns, None
        return speed_between(self._trap, entered_ns, mono_ns)
