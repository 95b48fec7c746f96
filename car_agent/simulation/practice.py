"""Where cars practise: a track over several grounds, what is on it, and any conditions at all."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.conditions import (
    PICTURE_PX,
    CameraPool,
    Conditions,
    random_conditions,
    random_mount,
    random_sceneries,
)
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks
from hardware.virtual.world.objects.traffic import EMPTY, Plan, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.track import Track

_CAMERAS = 16
_GROUNDS = 8
#: A large hall's ground takes much memory: all of them together cover no more than this.
_MOST_GROUND_M2 = 2500.0


class Start(Protocol):
    """Puts a car somewhere: ``start_anywhere`` or ``start_on_grid``."""

    def __call__(
        self,
        track: Track,
        camera: Renderer,
        conditions: Conditions,
        chance: Random,
        traffic: Traffic | None = None,
    ) -> SimulatedCar:
        """Return the car."""


@dataclass(frozen=True, slots=True)
class Practice:
    """What practising cars meet. ``draw`` gives each run its conditions, ``mount`` each camera.

    ``looks`` is one of the grounds, the others are any.
    """

    track: Track
    plan: Plan = EMPTY
    draw: Callable[[Random], Conditions] = random_conditions
    mount: Callable[[Random], CameraPose] = random_mount
    looks: Looks = PLAIN_LOOKS

    def cameras(self, chance: Random, size_px: tuple[int, int] = PICTURE_PX) -> CameraPool:
        """Return cameras over grounds of many looks."""
        across_m, along_m = self.track.centre.max(axis=0) - self.track.centre.min(axis=0) + 5.0
        grounds = max(1, min(_GROUNDS, int(_MOST_GROUND_M2 / (across_m * along_m))))
        sceneries = random_sceneries(self.track, chance, grounds, self.looks)
        return CameraPool(sceneries, chance, _CAMERAS, size_px, self.mount)

    def begin(self, start: Start, cameras: CameraPool, chance: Random) -> SimulatedCar:
        """Return a car under conditions of its own, with others on the road where planned.

        Raises TrackShapeError where the track has no room for as many.
        """
        camera = cameras.pick(chance).apart(chance.getrandbits(32))
        traffic = Traffic(self.track, self.plan, chance) if self.plan.count else None
        return start(self.track, camera, self.draw(chance), chance, traffic=traffic)
