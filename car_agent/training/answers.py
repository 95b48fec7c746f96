"""What a student may answer, and how the expert's advice becomes the answer to learn."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from car_agent.models.card import Action, ContinuousOutput, DiscreteOutput, ModelCard
from car_agent.training.networks.shapes import NetworkShape
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


def card_for(
    shape: Shape, network: NetworkShape, output: Output, name: str, origin: str
) -> ModelCard:
    """Return the card: what the network sees in our own shape, DeepRacer's 160×120 in the other."""
    if shape == "deepracer":
        return ModelCard(name=name, output=output, origin=origin)
    return ModelCard(
        name=name,
        layout="NCHW",
        height_px=network.height_px,
        width_px=network.width_px,
        output=output,
        origin=origin,
    )


def label_for(output: Output, steering_frac: float, speed_mps: float) -> Label:
    """Return what a student should answer: [steering, speed] in −1..1, or a weight per action.

    ``steering_frac`` is a fraction of full lock, which is the largest angle of the model's own. The
    weight goes to the actions around the advice, the more to each the nearer it is.
    """
    steering_deg = steering_frac * full_lock_deg(output)
    if isinstance(output, ContinuousOutput):
        steering = _squeezed(steering_deg, output.steering_low_deg, output.steering_high_deg)
        speed = _squeezed(speed_mps, output.speed_low_mps, output.speed_high_mps)
        return np.array([steering, speed], dtype=np.float32)
    weights = np.zeros(len(output.actions))
    by_steering = _shares([action.steering_deg for action in output.actions], steering_deg)
    for angle_deg, share in by_steering.items():
        members = [
            (place, action.speed_mps)
            for place, action in enumerate(output.actions)
            if action.steering_deg == angle_deg
        ]
        speeds = [speed for _, speed in members]
        by_speed = _shares(speeds, speed_mps)
        for place, speed in members:
            weights[place] = share * by_speed.get(speed, 0.0) / speeds.count(speed)
    return np.asarray(weights, dtype=np.float32)


def full_lock_deg(output: Output) -> float:
    """Return the model's largest angle, which a car takes as full lock."""
    if isinstance(output, ContinuousOutput):
        return max(abs(output.steering_low_deg), abs(output.steering_high_deg))
    return max(abs(action.steering_deg) for action in output.actions)


def _squeezed(value: float, low: float, high: float) -> float:
    """Map low..high to −1..1; outside values count as the nearest end."""
    if high <= low:
        return 0.0
    return 2.0 * min(1.0, max(0.0, (value - low) / (high - low))) - 1.0


def _shares(values: list[float], wanted: float) -> dict[float, float]:
    """Return how much of ``wanted`` each value takes on: linearly between its two neighbours."""
    steps = np.unique(values)
    if len(steps) == 1:
        return {float(steps[0]): 1.0}
    inside = float(np.clip(wanted, steps[0], steps[-1]))
    upper = int(np.clip(np.searchsorted(steps, inside), 1, len(steps) - 1))
    frac = (inside - steps[upper - 1]) / (steps[upper] - steps[upper - 1])
    return {float(steps[upper - 1]): 1.0 - frac, float(steps[upper]): frac}
