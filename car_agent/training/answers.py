"""What a student may answer, and how the expert's advice becomes the answer to learn."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from car_agent.models.card import Action, ContinuousOutput, DiscreteOutput, ModelCard
from hardware.virtual.world.track import Points
from hardware.virtual.world.vehicle import DEEPRACER

#: ``paddock``: two numbers, card inside. ``deepracer``: a list of actions, and its usual input.
Shape = Literal["paddock", "deepracer"]
SHAPES: tuple[Shape, ...] = ("paddock", "deepracer")

MAX_STEERING_DEG = 30.0
TOP_SPEED_MPS = DEEPRACER.top_speed_mps

_STEERING_CHOICES_DEG = (-30.0, -20.0, -10.0, -5.0, 0.0, 5.0, 10.0, 20.0, 30.0)
_SPEED_CHOICES = 3

Label = npt.NDArray[np.float32]
Output = ContinuousOutput | DiscreteOutput


def output_for(shape: Shape, plan_mps: Points) -> Output:
    """Return what a model of this shape may answer, for an expert with that speed plan."""
    if shape == "paddock":
        return ContinuousOutput(
            steering_low_deg=-MAX_STEERING_DEG,
            steering_high_deg=MAX_STEERING_DEG,
            speed_low_mps=0.0,
            speed_high_mps=TOP_SPEED_MPS,
        )
    speeds_mps = np.linspace(plan_mps.min(), plan_mps.max(), _SPEED_CHOICES)
    return DiscreteOutput(
        actions=tuple(
            Action(steering_deg=steering_deg, speed_mps=round(float(speed_mps), 2))
            for steering_deg in _STEERING_CHOICES_DEG
            for speed_mps in speeds_mps
        )
    )


def card_for(shape: Shape, output: Output, name: str, origin: str) -> ModelCard:
    """Return the card: 80×60 in the project's own shape, DeepRacer's 160×120 in the other."""
    if shape == "paddock":
        return ModelCard(
            name=name, layout="NCHW", height_px=60, width_px=80, output=output, origin=origin
        )
    return ModelCard(name=name, output=output, origin=origin)


def label_for(output: Output, steering_frac: float, speed_mps: float) -> Label:
    """Return what a student should answer: [steering, speed] in −1..1, or a weight per action.

    The weight goes to the actions around the advice, the more to each the nearer it is.
    """
    steering_deg = steering_frac * MAX_STEERING_DEG
    if isinstance(output, ContinuousOutput):
        speed_frac = 2 * min(1.0, max(0.0, speed_mps / TOP_SPEED_MPS)) - 1
        return np.array([steering_frac, speed_frac], dtype=np.float32)
    by_steering = _shares([action.steering_deg for action in output.actions], steering_deg)
    by_speed = _shares([action.speed_mps for action in output.actions], speed_mps)
    return np.asarray(by_steering * by_speed, dtype=np.float32)


def _shares(values: list[float], wanted: float) -> npt.NDArray[np.float64]:
    """Return how much of ``wanted`` each value takes on: linearly between its two neighbours."""
    steps = np.unique(values)
    inside = float(np.clip(wanted, steps[0], steps[-1]))
    upper = int(np.clip(np.searchsorted(steps, inside), 1, len(steps) - 1))
    frac = (inside - steps[upper - 1]) / (steps[upper] - steps[upper - 1])
    share = {float(steps[upper - 1]): 1.0 - frac, float(steps[upper]): frac}
    return np.array([share.get(value, 0.0) for value in values])
