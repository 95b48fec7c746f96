"""Logs of runs in the columns of DeepRacer's SimTrace files, which the community's tools load.

Columns and statuses as AWS's simulation application wrote them, a line for each picture. An
episode is a lap that was tried; metres, degrees, m/s and simulated seconds.
"""

import csv
from collections.abc import Callable
from math import degrees, pi
from typing import Any, TextIO

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.parameters import (
    ParameterTeller,
    PassingParameters,
    lasting_parameters,
)
from car_agent.simulation.watch import Status
from hardware.virtual.world.vehicle import DEEPRACER

COLUMNS = (
    "episode",
    "steps",
    "X",
    "Y",
    "yaw",
    "steer",
    "throttle",
    "action",
    "reward",
    "done",
    "all_wheels_on_track",
    "progress",
    "closest_waypoint",
    "track_len",
    "tstamp",
    "episode_status",
    "pause_duration",
    "obstacle_crash_counter",
    "wall_clock",
)


#: Gives the reward of a step.
Reward = Callable[[PassingParameters], float]


class SimTraceLog:
    """Writes what a car does, step by step; ``file`` is a text file opened with ``newline=""``.

    ``reward``: where it is known; the column has 0.0 where it isn't, since readers want a number.
    """

    def __init__(self, file: TextIO, reward: Reward | None = None) -> None:
        self._rows = csv.writer(file)
        self._reward = reward
        self._rows.writerow(COLUMNS)
        self._episode = -1
        self._teller: ParameterTeller | None = None
        self._length_m = 0.0
        self._crashes = 0

    def begin(self, car: SimulatedCar) -> None:
        """Begin an episode where the car is now."""
        self._episode += 1
        self._teller = ParameterTeller(car)
        self._crashes = 0
        self._length_m = lasting_parameters(car.track)["track_length"]

    def step(
        self, car: SimulatedCar, steering_frac: float, throttle_frac: float, status: Status
    ) -> None:
        """Write a line; a status other than ``in_progress`` ends the episode or resets the car.

        Raises what ``reward`` raises.
        """
        teller = self._teller
        if teller is None:
            return  # no episode has begun
        self._crashes += status == "crashed"
        # As commanded: what becomes of it is the car's affair.
        steering_deg = degrees(steering_frac * DEEPRACER.max_steering_rad)
        speed_mps = throttle_frac * DEEPRACER.top_speed_mps
        told = teller.tell(steering_deg, speed_mps)
        reward = 0.0 if self._reward is None else self._reward(told)
        yaw_deg = degrees((car.state.heading_rad + pi) % (2 * pi) - pi)
        row: tuple[Any, ...] = (
            *(self._episode, told["steps"]),
            *(f"{told['x']:.4f}", f"{told['y']:.4f}", f"{yaw_deg:.2f}"),
            *(f"{steering_deg:.2f}", f"{speed_mps:.2f}", "", reward),
            *(status != "in_progress", told["all_wheels_on_track"], f"{told['progress']:.4f}"),
            *(told["closest_waypoints"][0], f"{self._length_m:.2f}", f"{car.now_s:.3f}"),
            *(status, "0.0", self._crashes, f"{car.now_s:.3f}"),
        )
        self._rows.writerow(row)
