"""A track on which a ghost car is put anywhere, and told the parameters of a reward function.

It is told by what training uses, so that a reward means here what it means there.
"""

from dataclasses import dataclass
from math import cos, degrees, radians, sin
from random import Random

from car_agent.simulation.parameters import (
    POINT_AHEAD_M,
    PassingParameters,
    PoseTeller,
    Step,
    lasting_parameters,
    tell_objects,
)
from hardware.virtual.world.follower import Follower
from hardware.virtual.world.objects.bodies import CAR, Body
from hardware.virtual.world.objects.traffic import Plan, Traffic
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import VehicleState

#: Boxes stand at the same places whenever there are as many.
_OBJECTS_SEED = 1


@dataclass(frozen=True, slots=True)
class Drive:
    """What a ghost does where it is: m/s, degrees (positive is left), percent of a lap, steps."""

    speed_mps: float = 1.0
    steering_deg: float = 0.0
    progress_percent: float = 10.0
    steps: int = 30


@dataclass(frozen=True, slots=True)
class Pose:
    """A ghost by the parameters of its place: ``x``, ``y`` in metres and ``heading`` in degrees."""

    x_m: float
    y_m: float
    heading_deg: float
    drive: Drive = Drive()


@dataclass(frozen=True, slots=True)
class RoadPose:
    """A ghost by its place along the road, metres, the left being positive.

    ``turn_deg`` is its heading relative to the road's, positive to the left.
    """

    along_m: float
    offset_m: float = 0.0
    turn_deg: float = 0.0
    drive: Drive = Drive()


class Ground:
    """One track's parameters at any pose, with so many boxes on it; for one thread at a time.

    Raises TrackShapeError where the track has no room for as many.
    """

    def __init__(self, track: Track, objects: int = 0) -> None:
        self.track = track
        chance = Random(_OBJECTS_SEED)  # noqa: S311 - boxes, not secrets
        self._traffic = Traffic(track, Plan(objects), chance) if objects else None
        self.lasting = lasting_parameters(track)
        self._teller = PoseTeller(track)
        self._follower = Follower(track, *track.centre[0])

    @property
    def objects_m(self) -> list[float]:
        """Where boxes stand, along the road."""
        return [] if self._traffic is None else [spot.along_m for spot in self._traffic.spots]

    def pose(self, place: RoadPose) -> Pose:
        """Return where on the map a place of the road is."""
        x_m, y_m, heading_rad = self.track.at(place.along_m, place.offset_m)
        heading_deg = degrees(heading_rad) + place.turn_deg
        return Pose(x_m, y_m, (heading_deg + 180) % 360 - 180, place.drive)

    def parameters(self, pose: Pose) -> PassingParameters:
        """Return what a reward function is told of a car there."""
        heading_rad = radians(pose.heading_deg)
        # Where a car is told to be lies ahead of its rear axle, by which it is put.
        state = VehicleState(
            pose.x_m - POINT_AHEAD_M * cos(heading_rad),
            pose.y_m - POINT_AHEAD_M * sin(heading_rad),
            heading_rad,
        )
        self._follower.look_anew(pose.x_m, pose.y_m)
        drive = pose.drive
        travelled_m = drive.progress_percent / 100 * self.track.length_m
        step = Step(drive.steering_deg, drive.speed_mps, travelled_m, drive.steps)
        told = self._teller.tell(state, self._follower, step)
        if self._traffic is not None:
            own = Body(CAR, state.x_m, state.y_m, heading_rad)
            tell_objects(
                told, self.track, self._traffic, has_crashed=not self._traffic.is_free(own)
            )
        return told
