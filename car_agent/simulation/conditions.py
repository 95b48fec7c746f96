"""What differs from run to run: the hall's light, the camera's mount, how late commands come."""

from dataclasses import dataclass
from math import radians
from random import Random

import numpy as np

from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Scenery

#: Half of what a car's camera gives: the pictures are made small anyhow.
PICTURE_PX = (320, 240)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The hall's light, and how late commands reach the wheels.

    Each command is ``latency_s`` late, give or take ``jitter_s`` (evenly); a frame is lost with
    the probability ``loss_frac``.
    """

    light: Light
    latency_s: float
    jitter_s: float = 0.0
    loss_frac: float = 0.0


#: A well-lit hall, a camera of some noise and a car that is as quick as a Raspberry Pi.
PLAIN = Conditions(Light(noise=2.0), latency_s=0.03, jitter_s=0.005)


def random_conditions(chance: Random) -> Conditions:
    """Return conditions between a dim hall and glaring lamps, a quick computer and a busy one."""
    return Conditions(
        light=Light(
            gain=chance.uniform(0.4, 1.35),
            lift=chance.uniform(0, 35),
            slant=chance.uniform(-0.35, 0.35),
            noise=chance.choice((0.0, 2.0, 2.0, 4.0, 7.0)),
            wall_turn_rad=chance.uniform(0, 6.283),
        ),
        latency_s=chance.uniform(0.005, 0.09),
        jitter_s=chance.uniform(0, 0.03),
        loss_frac=chance.choice((0.0, 0.0, 0.02, 0.05)),
    )


class CameraPool:
    """Cameras mounted by different hands: a few poses around the right one, taken in turn."""

    def __init__(
        self,
        scenery: Scenery,
        chance: Random,
        count: int = 8,
        size_px: tuple[int, int] = PICTURE_PX,
    ) -> None:
        self._cameras = [
            Renderer(
                scenery,
                *size_px,
                pose=CameraPose(
                    pitch_rad=radians(15 + chance.uniform(-1.5, 1.5)),
                    height_m=0.13 + chance.uniform(-0.005, 0.005),
                ),
                chance=np.random.default_rng(chance.getrandbits(32)),
            )
            for _ in range(count)
        ]

    def pick(self, chance: Random) -> Renderer:
        """Return one of them."""
        return chance.choice(self._cameras)
