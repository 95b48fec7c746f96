"""From a model's answer to steering and throttle: pure, worked out beforehand where possible."""

from dataclasses import dataclass
from math import isfinite, tanh
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from car_agent.errors import PolicyError
from car_agent.models.card import (
    Action,
    ContinuousOutput,
    DirectOutput,
    DiscreteOutput,
    Output,
)

ThrottleCurve = Literal["linear", "deepracer"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the model wants: fractions of full lock and full throttle, −1..1; left is positive.

    ``action`` is the number of a discrete model's choice.
    """

    steering_frac: float
    throttle_frac: float
    action: int | None = None


NEUTRAL = Decision(0.0, 0.0)


Answer = npt.NDArray[np.float32]


class Policy(Protocol):
    """Decides from a flat answer of the size that the model's card promises."""

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision. Raises PolicyError where the answer is not a number."""
        ...


@dataclass(frozen=True, slots=True)
class ThrottleMap:
    """How a speed that the model asks for becomes throttle.

    ``linear``: throttle = speed / ``max_speed_mps``, where that is the car's speed at full
    throttle. ``deepracer``: a·v² + b·v with a = −1.2/vmax² and b = 2.2/vmax, vmax the model's own
    top speed, as DeepRacer's car does it: half speed gives 0.8 throttle. ``scale`` multiplies
    either: the operator's limit.
    """

    curve: ThrottleCurve
    max_speed_mps: float
    scale: float = 1.0

    def throttle_frac(self, speed_mps: float, top_speed_mps: float) -> float:
        """Return the throttle, 0..1, for a speed asked for by a model with that top speed."""
        if self.curve == "linear":
            throttle = speed_mps / self.max_speed_mps
        elif top_speed_mps <= 0:
            throttle = 0.0
        else:
            ratio = speed_mps / top_speed_mps
            throttle = (2.2 - 1.2 * ratio) * ratio
        # Clipped before it is scaled: DeepRacer's curve goes 0.8 % over full just below vmax.
        return min(1.0, max(0.0, throttle)) * self.scale


def make_policy(output: Output, throttle: ThrottleMap) -> Policy:
    """Return the policy for a model's output."""
    if isinstance(output, DiscreteOutput):
        return DiscretePolicy(output, throttle)
    if isinstance(output, DirectOutput):
        return DirectPolicy(output, throttle.scale)
    return ContinuousPolicy(output, throttle)


class DiscretePolicy:
    """The action with the largest number; ties go to the first. Steering = angle / max|angle|."""

    def __init__(self, output: DiscreteOutput, throttle: ThrottleMap) -> None:
        """Work out every action's decision once."""
        max_steering_deg = max(abs(action.steering_deg) for action in output.actions)
        top_speed_mps = max(action.speed_mps for action in output.actions)

        def decided(place: int, action: Action) -> Decision:
            return Decision(
                _steering_frac(action.steering_deg, max_steering_deg),
                throttle.throttle_frac(action.speed_mps, top_speed_mps),
                place,
            )

        self._decisions = tuple(decided(*choice) for choice in enumerate(output.actions))

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision of the action that the model prefers."""
        place = int(answer.argmax())
        if not isfinite(answer[place]):
            raise PolicyError("The model's answer is not a number.")
        return self._decisions[place]


class ContinuousPolicy:
    """[steering, speed], each −1..1, stretched linearly over its range; clipped when outside.

    Where the card says so each goes through a tanh first.
    """

    def __init__(self, output: ContinuousOutput, throttle: ThrottleMap) -> None:
        """Keep the ranges."""
        self._output = output
        self._throttle = throttle
        self._max_steering_deg = max(abs(output.steering_low_deg), abs(output.steering_high_deg))

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision for one answer."""
        steering, speed = _both(answer)
        output = self._output
        if output.squash == "tanh":
            steering, speed = tanh(steering), tanh(speed)
        steering_deg = _stretch(steering, output.steering_low_deg, output.steering_high_deg)
        speed_mps = _stretch(speed, output.speed_low_mps, output.speed_high_mps)
        return Decision(
            _steering_frac(steering_deg, self._max_steering_deg),
            self._throttle.throttle_frac(speed_mps, output.speed_high_mps),
        )


class DirectPolicy:
    """[angle, throttle] as fractions of full lock and full throttle, clipped; no reversing.

    The model's throttle is one already, so that no speed curve applies: only the operator's limit.
    """

    def __init__(self, output: DirectOutput, scale: float) -> None:
        """Keep the sign that turns left and the operator's limit."""
        self._left = -1.0 if output.left == "negative" else 1.0
        self._scale = scale

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision for one answer."""
        angle, throttle = _both(answer)
        steering_frac = min(1.0, max(-1.0, self._left * angle))
        return Decision(steering_frac, min(1.0, max(0.0, throttle)) * self._scale)


def _both(answer: Answer) -> tuple[float, float]:
    """Return the two numbers of an answer. Raises PolicyError where one isn't a number."""
    first, second = float(answer[0]), float(answer[1])
    if not (isfinite(first) and isfinite(second)):
        raise PolicyError("The model's answer is not a number.")
    return first, second


def _steering_frac(steering_deg: float, max_steering_deg: float) -> float:
    if max_steering_deg <= 0:
        return 0.0
    return min(1.0, max(-1.0, steering_deg / max_steering_deg))


def _stretch(value: float, low: float, high: float) -> float:
    """Map −1..1 to low..high, linearly; outside values count as the nearest end."""
    clipped = min(1.0, max(-1.0, value))
    return low + (clipped + 1.0) / 2.0 * (high - low)
