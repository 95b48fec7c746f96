"""What happens where two cars touch: who ran into whom, or how they push each other apart.

Who is behind has run into the other, as AWS judges it, and is to be put back. Cars whose noses are
level race side by side: that is nobody's fault. They are pushed apart by the shortest way, each by
half of it, their speeds towards each other become one (equal masses, nothing springs back), and as
long as they scrape along each other both lose speed.
"""

from math import cos, hypot, sin

from car_agent.simulation.car import STEP_NS, SimulatedCar
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.vehicle import DEEPRACER

#: Noses that are less than half a car's length apart are level.
LEVEL_M = (DEEPRACER.nose_m - DEEPRACER.tail_m) / 2
#: What plastic and rubber take while they scrape along each other.
SCRAPING_MPS2 = 2.0
#: So much air is between two cars that were pushed apart.
_AIR_M = 0.0005


def meet(one: SimulatedCar, other: SimulatedCar) -> None:
    """Judge two cars that have just moved; ``has_crashed`` is set of the one that was behind."""
    if not body_of(one.state).touches(body_of(other.state)):
        return
    ahead_m = one.track.ahead_m(one.place.along_m, other.place.along_m)
    if ahead_m > LEVEL_M:
        one.has_crashed = True
    elif ahead_m < -LEVEL_M:
        other.has_crashed = True
    else:
        _push_apart(one, other)


def _push_apart(one: SimulatedCar, other: SimulatedCar) -> None:
    x_m, y_m = body_of(one.state).parting(body_of(other.state))
    depth_m = hypot(x_m, y_m)
    if depth_m > 0.0:
        normal = x_m / depth_m, y_m / depth_m
    else:
        # They touch at no more than a point: whoever stands to the left goes left.
        heading_rad = one.place.heading_rad
        side = 1.0 if other.place.offset_m > one.place.offset_m else -1.0
        normal = -sin(heading_rad) * side, cos(heading_rad) * side
    own_mps, its_mps = speeds_after(one, other, normal)
    half_m = (depth_m + _AIR_M) / 2
    one.shove(-normal[0] * half_m, -normal[1] * half_m, own_mps)
    other.shove(normal[0] * half_m, normal[1] * half_m, its_mps)


def speeds_after(
    one: SimulatedCar, other: SimulatedCar, normal: tuple[float, float]
) -> tuple[float, float]:
    """Return both speeds after a contact; ``normal`` points from one to the other.

    What they have towards each other is shared out evenly. A car keeps of that what lies along its
    own heading, since wheels hold the rest: together they never have more energy than before.
    """
    (own_x, own_y), (its_x, its_y) = _velocity(one), _velocity(other)
    x, y = normal
    half_mps = max(0.0, (own_x - its_x) * x + (own_y - its_y) * y) / 2
    push_x, push_y = half_mps * x, half_mps * y
    after = (own_x - push_x, own_y - push_y), (its_x + push_x, its_y + push_y)
    lost_mps = SCRAPING_MPS2 * STEP_NS / 1e9
    own_mps, its_mps = (
        max(0.0, _along(car, velocity) - lost_mps)
        for car, velocity in zip((one, other), after, strict=True)
    )
    return own_mps, its_mps


def _velocity(car: SimulatedCar) -> tuple[float, float]:
    state = car.state
    return state.speed_mps * cos(state.heading_rad), state.speed_mps * sin(state.heading_rad)


def _along(car: SimulatedCar, velocity: tuple[float, float]) -> float:
    heading_rad = car.state.heading_rad
    return velocity[0] * cos(heading_rad) + velocity[1] * sin(heading_rad)
