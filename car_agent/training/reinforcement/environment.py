"""The virtual venue as a Gymnasium environment: one car, its camera's picture, a driver's reward.

15 steps in a second. An episode begins somewhere on the track, under conditions of its own (light,
noise, latency, ground, motor and tyres, how the camera is mounted), and ends by AWS's rules: after
a lap's length, off the track, running into something, standing still or going backwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import gymnasium
import numpy as np
from gymnasium import spaces

from car_agent.simulation.car import SimulatedCar, start_anywhere
from car_agent.simulation.conditions import CameraPool
from car_agent.simulation.parameters import ParameterTeller, PassingParameters
from car_agent.simulation.patience import Patience
from car_agent.simulation.practice import Practice
from car_agent.training.classroom import seen_by
from car_agent.training.networks.shapes import SMALL, NetworkShape
from car_agent.training.reinforcement.actions import Actions, Chosen, Output
from hardware.cameras.frames import Pixels

Reward = Callable[[PassingParameters], float]
Ending = Literal["lap", "crashed", "off_track", "immobilized", "reversed", "too_long"]

#: By this name Gymnasium makes it; the same arguments as the class's.
ENVIRONMENT_ID = "Paddock/Driving-v0"
#: A lap of two minutes is none that anybody waits for.
MAX_STEPS = 1800


@dataclass(frozen=True, slots=True)
class Episode:
    """What became of an episode; ``mean_offset_m`` from the centre line, positive to the left."""

    steps: int
    reward: float
    progress: float
    mean_offset_m: float
    ending: Ending


class DrivingEnvironment(gymnasium.Env[Pixels, Chosen]):
    """A car on a track that learns; the action is as ``output`` says.

    The picture is 1×height×width luma in the network's size (1×60×80 for the small one),
    ``picture`` what the camera saw last, twice as fine. Deterministic by the seed of ``reset``.
    ``practice`` says where, and draws each episode's light, ground, delays and what else is on the
    road; ``episodes`` collects what became of those that ended, for whoever takes them out.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own shape

    def __init__(
        self,
        practice: Practice,
        output: Output,
        reward: Reward,
        *,
        shape: NetworkShape = SMALL,
        cameras: CameraPool | None = None,
    ) -> None:
        self._practice = practice
        self._reward = reward
        self._shape = shape
        self._cameras = cameras or usual_cameras(practice, shape)
        self._actions = Actions(output)
        self.observation_space = pictures_of(shape)
        self.action_space = self._actions.space
        self.episodes: list[Episode] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Pixels, dict[str, Any]]:
        """Put the car somewhere, under new conditions."""
        super().reset(seed=seed, options=options)
        chance = Random(int(self.np_random.integers(2**62)))  # noqa: S311 - practice, not secrets
        self._car = self._practice.begin(start_anywhere, self._cameras, chance)
        self._teller = ParameterTeller(self._car)
        self._patience = Patience()
        self._steps, self._rewarded, self._offsets_m = 0, 0.0, 0.0
        return self._seen(), {}

    def step(self, action: Chosen) -> tuple[Pixels, float, bool, bool, dict[str, Any]]:
        """Drive for a fifteenth of a second; ``info`` of the last step says how it ended.

        Raises RewardError where the driver's function doesn't answer with a number.
        """
        command = self._actions.command(action)
        self._car.act(command.steering_frac, command.throttle_frac)
        before_m = self._teller.travelled_m
        told = self._teller.tell(command.steering_deg, command.speed_mps)
        reward = self._reward(told)
        self._steps += 1
        self._rewarded += reward
        self._offsets_m += told["distance_from_center"] * (1 if told["is_left_of_center"] else -1)
        ending = self._ending(self._car, self._teller.travelled_m - before_m)
        info: dict[str, Any] = {}
        if ending is not None:
            info["ending"] = ending
            self.episodes.append(
                Episode(
                    self._steps,
                    self._rewarded,
                    told["progress"],
                    self._offsets_m / self._steps,
                    ending,
                )
            )
        # A lap's end is where we stop watching, not where driving ends: nothing that follows is
        # lost by it, and the picture doesn't show that it is near.
        is_cut = ending in {"lap", "too_long"}
        return self._seen(), reward, ending is not None and not is_cut, is_cut, info

    def _seen(self) -> Pixels:
        self.picture = self._car.observe()
        return seen_by(self._shape, self.picture)[None]

    def _ending(self, car: SimulatedCar, moved_m: float) -> Ending | None:
        lost = self._patience.look(moved_m)
        if car.has_crashed:
            return "crashed"
        if car.is_off:
            return "off_track"
        if self._teller.travelled_m >= car.track.length_m:
            return "lap"
        if lost is None and self._steps >= MAX_STEPS:
            return "too_long"
        return lost


def pictures_of(shape: NetworkShape) -> spaces.Box:
    """Return the space of what a network sees."""
    return spaces.Box(0, 255, (1, shape.height_px, shape.width_px), np.uint8)


def usual_cameras(practice: Practice, shape: NetworkShape) -> CameraPool:
    """Return cameras of several mounts, twice as fine as the picture that is learnt from."""
    mounts = Random(0)  # noqa: S311 - practice, not secrets
    return practice.cameras(mounts, (2 * shape.width_px, 2 * shape.height_px))


gymnasium.register(id=ENVIRONMENT_ID, entry_point=DrivingEnvironment)
