"""The cases that a reward function is tried with: where cars get to, and what is rare and trips."""

from dataclasses import replace
from random import Random
from typing import Literal

from car_agent.training.lab.ground import Drive, Ground, RoadPose
from hardware.virtual.world.vehicle import DEEPRACER

MAX_STEERING_DEG = 30.0
MAX_STEPS = 1800
#: As near as a car is hardly ever to a place, but a formula must stand it.
_HAIR_M = 1e-6

_SPEEDS_MPS = (0.0, 0.1, 1.0, DEEPRACER.top_speed_mps)
_ANGLES_DEG = (0.0, -MAX_STEERING_DEG, MAX_STEERING_DEG)
_TURNS_DEG = (0.0, 90.0, -90.0, 180.0)
_BEGUN = ((0.0, 1), (0.0, 2), (100.0, MAX_STEPS), (99.9, 100), (50.0, 1))
_OFFSETS = (0.0, -0.5, 0.5, -0.75, 0.75, -3.0, 3.0)

#: What a reward can look at, and what one case can differ in from another.
Matter = Literal["offset", "along", "heading", "speed", "steering", "progress", "steps"]
MATTERS: tuple[Matter, ...] = (
    *("offset", "along", "heading", "speed", "steering", "progress", "steps"),
)
#: A case with nothing special about it: not even straight, or quite in the middle.
USUAL = RoadPose(1.0, 0.05, 3.0, Drive(1.0, 2.0, 10.0, 30))


def swapped(case: RoadPose, matter: Matter, other: RoadPose) -> RoadPose:
    """Return a case with one thing as in another case."""
    field = _FIELDS[matter]
    if hasattr(case, field):
        return replace(case, **{field: getattr(other, field)})
    return replace(case, drive=replace(case.drive, **{field: getattr(other.drive, field)}))


_FIELDS: dict[Matter, str] = {
    "offset": "offset_m",
    "along": "along_m",
    "heading": "turn_deg",
    "speed": "speed_mps",
    "steering": "steering_deg",
    "progress": "progress_percent",
    "steps": "steps",
}


def usual_cases(ground: Ground, count: int, chance: Random) -> list[RoadPose]:
    """Return cars as they practise: mostly on the road, mostly along it, at any speed."""
    track = ground.track
    cases = []
    for _ in range(count):
        is_astray = chance.random() < 0.2
        reach = 0.9 if is_astray else 0.5
        turn_deg = chance.uniform(-180, 180) if is_astray else chance.gauss(0, 20)
        drive = Drive(
            speed_mps=chance.uniform(0.3, DEEPRACER.top_speed_mps),
            steering_deg=chance.uniform(-MAX_STEERING_DEG, MAX_STEERING_DEG),
            progress_percent=chance.uniform(0, 100),
            steps=chance.randint(1, MAX_STEPS),
        )
        cases.append(
            RoadPose(
                chance.uniform(0, track.length_m),
                chance.uniform(-reach, reach) * track.width_m,
                turn_deg,
                drive,
            )
        )
    return cases


def edge_cases(ground: Ground, chance: Random) -> list[RoadPose]:
    """Return what trips: standing, the first step, the finish line, the border, the wrong way.

    Each value of each kind is there with all else as usual, and once more with all else by chance.
    """
    along_m = USUAL.along_m
    singly: list[RoadPose] = []
    for speed_mps in _SPEEDS_MPS:
        for steering_deg in _ANGLES_DEG:
            for percent, steps in _BEGUN:
                drive = Drive(speed_mps, steering_deg, percent, steps)
                singly.append(RoadPose(along_m, 0.0, 0.0, drive))
    singly += [
        RoadPose(along_m, offset * ground.track.width_m, turn_deg, USUAL.drive)
        for offset in _OFFSETS
        for turn_deg in _TURNS_DEG
    ]
    telling_m = _telling_places_m(ground)
    singly += [RoadPose(each_m, 0.0, 0.0, USUAL.drive) for each_m in telling_m]
    mixed = [
        RoadPose(
            chance.choice(telling_m),
            chance.choice(_OFFSETS) * ground.track.width_m,
            chance.choice(_TURNS_DEG),
            chance.choice(singly).drive,
        )
        for _ in range(len(singly))
    ]
    return [*singly, *mixed]


def _telling_places_m(ground: Ground) -> list[float]:
    """Return places along the road where lists end, and where the road runs along an axis."""
    track = ground.track
    waypoints = ground.lasting["waypoints"]
    places = [0.0, _HAIR_M, track.length_m - _HAIR_M, track.length_m / 2]
    for x_m, y_m in (*waypoints[:2], *waypoints[-2:]):
        here_m = track.project(x_m, y_m).along_m
        places += [here_m, (here_m + 0.05) % track.length_m]
    # The lists of objects say which one is behind and which ahead: that changes there.
    places += ground.objects_m
    # Next to these two neighbouring waypoints have the same x, or the same y: a slope has no value.
    for axis in (0, 1):
        flat = int(abs(track.tangent[:, axis]).argmin())
        places.append(flat * track.spacing_m)
    return places
