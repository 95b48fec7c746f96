"""What differs from run to run: light, ground, the camera's mount, motor and tyres, delays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import radians
from random import Random

import numpy as np

from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks, random_looks
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Scenery, paint
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import DEEPRACER, VehicleTraits

#: Half of what a car's camera gives: the pictures are made small anyhow.
PICTURE_PX = (320, 240)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The hall's light, how late commands reach the wheels, and what wheels and motor can do.

    Each command is ``latency_s`` late, give or take ``jitter_s`` (evenly); a frame is lost with
    the probability ``loss_frac``.
    """

    light: Light
    latency_s: float
    jitter_s: float = 0.0
    loss_frac: float = 0.0
    traits: VehicleTraits = DEEPRACER


#: A well-lit hall, a camera of some noise and a car that is as quick as a Raspberry Pi.
PLAIN = Conditions(Light(noise=2.0), latency_s=0.03, jitter_s=0.005)


def random_conditions(chance: Random) -> Conditions:
    """Return conditions between a dim hall and glaring lamps, a quick computer and a busy one.

    No two cars are alike either: charge and wear of motor and battery, play and dust.
    """
    return Conditions(
        light=random_light(chance),
        latency_s=chance.uniform(0.005, 0.09),
        jitter_s=chance.uniform(0, 0.03),
        loss_frac=chance.choice((0.0, 0.0, 0.02, 0.05)),
        traits=random_traits(chance),
    )


def random_light(chance: Random) -> Light:
    """Return any light that a hall may have, and a sensor of some noise."""
    return Light(
        gain=chance.uniform(0.4, 1.35),
        lift=chance.uniform(0, 35),
        slant=chance.uniform(-0.35, 0.35),
        noise=chance.choice((0.0, 2.0, 2.0, 4.0, 7.0)),
        wall_turn_rad=chance.uniform(0, 6.283),
    )


def random_traits(chance: Random) -> VehicleTraits:
    """Return a car of another charge, on another floor: motor, brakes, servo and grip."""
    usual = DEEPRACER
    return replace(
        usual,
        top_speed_mps=usual.top_speed_mps * chance.uniform(0.88, 1.1),
        motor_lag_s=usual.motor_lag_s * chance.uniform(0.8, 1.5),
        max_acceleration_mps2=usual.max_acceleration_mps2 * chance.uniform(0.75, 1.15),
        coasting_mps2=usual.coasting_mps2 * chance.uniform(0.7, 1.3),
        servo_lag_s=usual.servo_lag_s * chance.uniform(0.8, 1.5),
        grip_mps2=usual.grip_mps2 * chance.uniform(0.75, 1.1),
    )


def random_mount(chance: Random) -> CameraPose:
    """Return a camera as another hand mounts it: turned, lower or higher, with another lens."""
    usual = CameraPose()
    return CameraPose(
        field_of_view_rad=usual.field_of_view_rad * chance.uniform(0.93, 1.07),
        pitch_rad=usual.pitch_rad + radians(chance.uniform(-2.5, 2.5)),
        height_m=usual.height_m + chance.uniform(-0.012, 0.012),
        ahead_m=usual.ahead_m + chance.uniform(-0.015, 0.015),
        left_m=chance.uniform(-0.01, 0.01),
        yaw_rad=radians(chance.uniform(-1.5, 1.5)),
    )


class CameraPool:
    """Cameras mounted by different hands over different grounds, taken at random."""

    def __init__(
        self,
        sceneries: Sequence[Scenery],
        chance: Random,
        count: int = 8,
        size_px: tuple[int, int] = PICTURE_PX,
        mount: Callable[[Random], CameraPose] = random_mount,
    ) -> None:
        """Make ``count`` cameras; the sceneries are dealt out to them in turn."""
        self._cameras = [
            Renderer(
                sceneries[number % len(sceneries)],
                *size_px,
                pose=mount(chance),
                chance=np.random.default_rng(chance.getrandbits(32)),
            )
            for number in range(count)
        ]

    def pick(self, chance: Random) -> Renderer:
        """Return one of them."""
        return chance.choice(self._cameras)


def random_sceneries(
    track: Track, chance: Random, count: int, first: Looks = PLAIN_LOOKS
) -> list[Scenery]:
    """Return a track over several grounds, in luma; ``first`` is usually DeepRacer's own."""
    looks: list[Looks] = [first, *(random_looks(chance) for _ in range(count - 1))]
    return [paint(track, each).to_grey() for each in looks]
