"""From a model's answer to steering and throttle: pure, worked out beforehand where possible."""

from dataclasses import dataclass
from math import isfinite, tanh
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from car_agent.driving.choice import ChoiceRule, Weights, probabilities
from car_agent.errors import PolicyChoiceError, PolicyError
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


def make_policy(output: Output, throttle: ThrottleMap, rule: ChoiceRule | None = None) -> Policy:
    """Return the policy for a model's output.

    ``rule`` says how one of a list of actions is chosen, by default the likeliest. Raises
    PolicyChoiceError where it wants probabilities of a model that answers with none.
    """
    rule = rule or ChoiceRule()
    if isinstance(output, DiscreteOutput):
        likeliest = LikeliestPolicy(output, throttle)
        return likeliest if rule.is_plain else WeighingPolicy(output, throttle, rule, likeliest)
    if rule.choice == "sample" or rule.entropy_limit_frac is not None:
        raise PolicyChoiceError(
            "This model answers with steering and speed, not with probabilities of actions: "
            "nothing can be drawn by chance (choice) or be unsure (entropy_limit_frac)."
        )
    if isinstance(output, DirectOutput):
        return DirectPolicy(output, throttle.scale)
    return ContinuousPolicy(output, throttle)


class LikeliestPolicy:
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

        self.decisions = tuple(decided(*choice) for choice in enumerate(output.actions))

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision of the action that the model prefers."""
        place = int(answer.argmax())
        if not isfinite(answer[place]):
            raise PolicyError("The model's answer is not a number.")
        return self.decisions[place]


class WeighingPolicy:
    """Chooses by the actions' probabilities; an unsure model may be made to drive slower."""

    def __init__(
        self,
        output: DiscreteOutput,
        throttle: ThrottleMap,
        rule: ChoiceRule,
        likeliest: LikeliestPolicy,
    ) -> None:
        """Keep what the actions mean as arrays."""
        self._rule = rule
        self._throttle = throttle
        self._decisions = likeliest.decisions
        self._steering_frac = np.array([each.steering_frac for each in likeliest.decisions])
        self._speed_mps = np.array([action.speed_mps for action in output.actions])
        self._slowest_mps = float(self._speed_mps.min())
        self._fastest_mps = float(self._speed_mps.max())
        self._draws = np.random.default_rng(rule.seed)

    def __call__(self, answer: Answer, /) -> Decision:
        """Return the decision for one answer."""
        weights = probabilities(answer)
        cap_mps = self._rule.speed_cap_mps(weights, self._slowest_mps, self._fastest_mps)
        if self._rule.choice == "mean":
            steering_frac = float(weights @ self._steering_frac)
            return self._slowed(steering_frac, float(weights @ self._speed_mps), cap_mps, None)
        place = int(answer.argmax() if self._rule.choice == "argmax" else self._drawn(weights))
        chosen = self._decisions[place]
        return self._slowed(chosen.steering_frac, float(self._speed_mps[place]), cap_mps, place)

    def _drawn(self, weights: Weights) -> int:
        ladder = weights.cumsum()
        place = int(ladder.searchsorted(self._draws.random() * ladder[-1], side="right"))
        return min(place, len(self._decisions) - 1)

    def _slowed(
        self, steering_frac: float, speed_mps: float, cap_mps: float, place: int | None
    ) -> Decision:
        throttle_frac = self._throttle.throttle_frac(min(speed_mps, cap_mps), self._fastest_mps)
        return Decision(min(1.0, max(-1.0, steering_frac)), throttle_frac, place)


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
