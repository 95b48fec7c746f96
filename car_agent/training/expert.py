"""The expert that models learn from: pure pursuit of a line at a speed that fits it.

Pure pursuit (R. C. Coulter, CMU-RI-TR-92-01, 1992): steer along the circle that leads from the
rear axle through a goal point further down the line. The expert knows where the car is; it drives
only in training, never in a race.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, cos, radians, sin
from types import MappingProxyType

import numpy as np

from car_agent.errors import CarSetupError
from hardware.virtual.world.objects.traffic import Spot
from hardware.virtual.world.track import Points, Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleTraits

#: What stands so far ahead is heeded, until the axle is so far past it.
_SEEN_M, _PASSED_M = 1.4, 0.35
#: Others are passed at this share of the width from the centre line, and no faster than this.
_PASSING_FRAC, _PASSING_MPS = 0.24, 1.3
#: Between two on either lane that are no further apart than this nobody gets through.
_WEAVE_M, _BESIDE_M, _WAITING_MPS = 0.95, 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Character:
    """How somebody drives.

    ``cornering_mps2`` is the sideways acceleration that sets the speed in a corner, ``braking`` and
    ``accelerating`` how early the speed falls before it and how soon it rises after. The goal point
    lies ``lookahead_m`` + speed × ``lookahead_s`` ahead.
    """

    name: str
    top_speed_mps: float
    cornering_mps2: float
    braking_mps2: float
    accelerating_mps2: float
    lookahead_m: float = 0.35
    lookahead_s: float = 0.20


CHARACTERS: Mapping[str, Character] = MappingProxyType(
    {
        character.name: character
        for character in (
            Character("cautious", 1.65, 2.75, 1.5, 1.5),
            Character("balanced", 1.9, 3.4, 2.0, 2.0),
            Character("fast", 2.3, 4.2, 2.5, 2.5),
            Character("wild", 3.2, 7.5, 4.0, 3.0),
        )
    }
)


def character_named(name: str) -> Character:
    """Return a character. Raises CarSetupError that lists those there are."""
    if name not in CHARACTERS:
        raise CarSetupError(
            f"There is no character '{name}'; choose one of {', '.join(CHARACTERS)}."
        )
    return CHARACTERS[name]


def plan_speed(track: Track, character: Character) -> Points:
    """Return the speed in m/s at each point of the centre line.

    Top speed, lowered to what the corner allows, then lowered so that it is reached by braking and
    left by accelerating no harder than the character does. Twice round, since a lap has no start.
    """
    bend = np.abs(track.curvature_per_m)
    # A corner is driven as a whole: its tightest part sets the speed of the 0.3 m around it.
    reach = max(1, round(0.15 / track.spacing_m))
    bend = np.max([np.roll(bend, shift) for shift in range(-reach, reach + 1)], axis=0)
    speed = np.minimum(
        character.top_speed_mps, np.sqrt(character.cornering_mps2 / np.maximum(bend, 1e-6))
    )
    count = len(speed)
    for index in range(2 * count - 1, -1, -1):
        after = speed[(index + 1) % count]
        reachable = (after**2 + 2 * character.braking_mps2 * track.spacing_m) ** 0.5
        speed[index % count] = min(speed[index % count], reachable)
    for index in range(2 * count):
        before = speed[(index - 1) % count]
        reachable = (before**2 + 2 * character.accelerating_mps2 * track.spacing_m) ** 0.5
        speed[index % count] = min(speed[index % count], reachable)
    return np.asarray(speed, dtype=np.float64)


class Expert:
    """Says what a character would do; its answer depends on the car's place alone.

    A single picture shows the place but neither the car's speed nor its wheels, so an expert that
    heeded those would teach what nobody can see. It keeps ``offset_m`` left of the centre line.
    """

    def __init__(
        self,
        track: Track,
        character: Character,
        traits: VehicleTraits = DEEPRACER,
        *,
        offset_m: float = 0.0,
    ) -> None:
        self._track = track
        self._character = character
        self._traits = traits
        self._offset_m = offset_m
        self._speed_mps = plan_speed(track, character)

    def advise(
        self, x_m: float, y_m: float, heading_rad: float, spots: Sequence[Spot] = ()
    ) -> tuple[float, float]:
        """Return steering_frac (−1..1, positive is left) and speed_mps for a rear axle's pose.

        ``spots`` are the things on the road, which it passes on the side where there is room.
        """
        here = self._track.project(x_m, y_m)
        index = int(here.along_m / self._track.spacing_m) % len(self._speed_mps)
        speed_mps = float(self._speed_mps[index])
        reach_m = self._character.lookahead_m + speed_mps * self._character.lookahead_s
        offset_m, most_mps = self._past(here.along_m, spots)
        if most_mps < speed_mps:
            speed_mps = most_mps
            reach_m = self._character.lookahead_m + speed_mps * self._character.lookahead_s
        goal_x_m, goal_y_m, _ = self._track.at(here.along_m + reach_m, offset_m)
        dx, dy = goal_x_m - x_m, goal_y_m - y_m
        distance_m = max(1e-6, (dx * dx + dy * dy) ** 0.5)
        aside_rad = atan2(dy, dx) - heading_rad
        if cos(aside_rad) < 0.0:
            # The goal lies behind: full lock towards it, slowly.
            return (1.0 if sin(aside_rad) > 0 else -1.0), 0.8
        steering_rad = atan2(2 * self._traits.wheelbase_m * sin(aside_rad), distance_m)
        frac = steering_rad / self._traits.max_steering_rad
        astray_rad = heading_rad - here.heading_rad
        lost_rad = abs(atan2(sin(astray_rad), cos(astray_rad)))
        # Far from the line or across it, a driver slows down.
        calm = 1.0 - 0.5 * min(1.0, max(0.0, lost_rad - radians(20)) / radians(40))
        return max(-1.0, min(1.0, frac)), speed_mps * calm

    def _past(self, along_m: float, spots: Sequence[Spot]) -> tuple[float, float]:
        """Return how far left of the centre line to drive, and how fast one may at most."""
        near = sorted(
            (ahead_m, spot.offset_m > 0)
            for spot in spots
            for ahead_m in [self._track.ahead_m(along_m, spot.along_m)]
            if -_PASSED_M < ahead_m < _SEEN_M
        )
        if not near:
            return self._offset_m, self._character.top_speed_mps
        first_m, is_left = near[0]
        room_m = _PASSING_FRAC * self._track.width_m
        offset_m = -room_m if is_left else room_m
        across_m = [ahead_m for ahead_m, is_other in near if is_other != is_left]
        if across_m and across_m[0] - first_m < _WEAVE_M:
            # No way between the two: wait until the one that moves has moved on.
            return offset_m, _WAITING_MPS if first_m > _BESIDE_M else _PASSING_MPS
        return offset_m, _PASSING_MPS
