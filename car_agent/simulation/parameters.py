"""What a DeepRacer reward function is told at each step, told of a simulated car.

Names, units and traps are those of AWS DeepRacer: angles in degrees, the commanded speed and
steering instead of the car's, and a place that lies ahead of the rear axle.
"""

from dataclasses import dataclass
from math import degrees, pi
from typing import TypedDict

from car_agent.simulation.car import SimulatedCar
from hardware.virtual.world.follower import Follower
from hardware.virtual.world.objects.bodies import BOX
from hardware.virtual.world.objects.traffic import Traffic
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState

#: ``x`` and ``y`` are this far ahead of the rear axle.
POINT_AHEAD_M = 0.14
#: About as far apart as the waypoints of the tracks that drivers know.
_WAYPOINT_M = 0.15


class LastingParameters(TypedDict):
    """What stays the same as long as the track does; metres.

    ``waypoints`` are points of the centre line in driving order, the first one not repeated at
    the end. The lists of objects are those of an empty road; a step's own take their place.
    """

    closest_objects: list[int]
    is_crashed: bool
    is_reversed: bool
    objects_distance: list[float]
    objects_heading: list[float]
    objects_left_of_center: list[bool]
    objects_location: list[tuple[float, float]]
    objects_speed: list[float]
    track_length: float
    track_width: float
    waypoints: list[tuple[float, float]]


class _ObjectParameters(TypedDict, total=False):
    """What is told of objects and bots where there are any: metres, degrees, m/s.

    ``closest_objects``: the number of the one behind and of the one ahead, along the track.
    ``objects_distance``: along the centre line from the finish line. ``objects_heading`` and
    ``objects_speed``: 0 for what stands.
    """

    closest_objects: list[int]
    is_crashed: bool
    objects_distance: list[float]
    objects_heading: list[float]
    objects_left_of_center: list[bool]
    objects_location: list[tuple[float, float]]
    objects_speed: list[float]


class PassingParameters(_ObjectParameters):
    """What changes from step to step: metres, degrees (counter-clockwise from +x), m/s, percent.

    ``closest_waypoints``: the number of the one behind and of the one ahead. ``progress``: the
    share of a lap since the episode began, 0–100. ``projection_distance``: along the centre line
    from its first point. ``steps`` counts from 1.
    """

    all_wheels_on_track: bool
    closest_waypoints: list[int]
    distance_from_center: float
    heading: float
    is_left_of_center: bool
    is_offtrack: bool
    progress: float
    projection_distance: float
    speed: float
    steering_angle: float
    steps: int
    x: float
    y: float


def lasting_parameters(track: Track) -> LastingParameters:
    """Return what a reward function is told of a track."""
    chosen = track.centre[_waypoint_indexes(track)]
    return LastingParameters(
        closest_objects=[0, 0],
        is_crashed=False,
        is_reversed=False,
        objects_distance=[],
        objects_heading=[],
        objects_left_of_center=[],
        objects_location=[],
        objects_speed=[],
        track_length=track.length_m,
        track_width=track.width_m,
        waypoints=[(float(x_m), float(y_m)) for x_m, y_m in chosen],
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What is told of a step beside where the car is: its command, and how far the episode came.

    Degrees, m/s, metres along the track since the episode began (backwards is negative).
    """

    steering_deg: float
    speed_mps: float
    travelled_m: float = 0.0
    number: int = 1


class PoseTeller:
    """Tells the parameters of a car that is somewhere on a track, however it came there."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._waypoints_m = [index * track.spacing_m for index in _waypoint_indexes(track)]

    def tell(self, state: VehicleState, follower: Follower, step: Step) -> PassingParameters:
        """Return the parameters; ``follower`` looks for the place near where it looked last."""
        x_m, y_m = state.point(POINT_AHEAD_M)
        here = follower.follow(x_m, y_m)
        wheels = [follower.is_on_road(*wheel) for wheel in state.wheels(DEEPRACER)]
        return PassingParameters(
            all_wheels_on_track=all(wheels),
            closest_waypoints=self._around(here.along_m),
            distance_from_center=abs(here.offset_m),
            heading=_turned_deg(state.heading_rad),
            is_left_of_center=here.offset_m > 0,
            is_offtrack=not any(wheels),
            progress=min(100.0, max(0.0, 100.0 * step.travelled_m / self._track.length_m)),
            projection_distance=here.along_m,
            speed=step.speed_mps,
            steering_angle=step.steering_deg,
            steps=step.number,
            x=x_m,
            y=y_m,
        )

    def _around(self, along_m: float) -> list[int]:
        count = len(self._waypoints_m)
        behind = int(along_m / self._track.length_m * count)
        # Not quite evenly apart: they are points of the finer line.
        while behind + 1 < count and self._waypoints_m[behind + 1] <= along_m:
            behind += 1
        while self._waypoints_m[behind % count] > along_m:
            behind -= 1
        return [behind % count, (behind + 1) % count]


class ParameterTeller:
    """Follows a car from where an episode begins, and tells its parameters once a step."""

    def __init__(self, car: SimulatedCar) -> None:
        """Begin an episode where the car is now."""
        self._car = car
        place = car.state.point(POINT_AHEAD_M)
        self._follower = Follower(car.track, *place)
        self._along_m = self._follower.follow(*place).along_m
        self._poses = PoseTeller(car.track)
        self._steps = 0
        #: How far along the track the car came since the episode began; backwards is negative.
        self.travelled_m = 0.0

    def tell(self, steering_deg: float, speed_mps: float) -> PassingParameters:
        """Return the parameters after a step that was driven with that command."""
        state, track = self._car.state, self._car.track
        along_m = self._follower.follow(*state.point(POINT_AHEAD_M)).along_m
        moved_m = along_m - self._along_m
        self.travelled_m += moved_m - track.length_m * round(moved_m / track.length_m)
        self._along_m = along_m
        self._steps += 1
        step = Step(steering_deg, speed_mps, self.travelled_m, self._steps)
        told = self._poses.tell(state, self._follower, step)
        if self._car.traffic is not None:
            tell_objects(told, track, self._car.traffic, has_crashed=self._car.has_crashed)
        return told


def tell_objects(
    told: PassingParameters, track: Track, traffic: Traffic, *, has_crashed: bool
) -> None:
    """Tell of the things on the road too, seen from the place that is told."""
    told.update(_objects(track, traffic, told["projection_distance"], has_crashed))  # type: ignore[typeddict-item] # some of its keys


def _objects(
    track: Track, traffic: Traffic, along_m: float, has_crashed: bool
) -> _ObjectParameters:
    """Return what is told of the things on the road, seen from a place on it."""
    spots, bodies, length_m = traffic.spots, traffic.bodies, track.length_m
    behind_m = [(along_m - spot.along_m) % length_m for spot in spots]
    ahead_m = [(spot.along_m - along_m) % length_m for spot in spots]
    return _ObjectParameters(
        closest_objects=[behind_m.index(min(behind_m)), ahead_m.index(min(ahead_m))],
        is_crashed=has_crashed,
        objects_distance=[spot.along_m for spot in spots],
        objects_heading=[
            0.0 if body.kind is BOX else _turned_deg(body.heading_rad) for body in bodies
        ],
        objects_left_of_center=[spot.offset_m > 0 for spot in spots],
        objects_location=[(body.x_m, body.y_m) for body in bodies],
        objects_speed=[body.speed_mps for body in bodies],
    )


def _turned_deg(heading_rad: float) -> float:
    """Return a heading in degrees, −180 to 180."""
    return degrees((heading_rad + pi) % (2 * pi) - pi)


def _waypoint_indexes(track: Track) -> list[int]:
    count = max(8, round(track.length_m / _WAYPOINT_M))
    return [round(number * len(track.centre) / count) for number in range(count)]
