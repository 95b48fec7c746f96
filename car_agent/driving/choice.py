"""How one of a list of actions becomes a decision: the likeliest, their mean, or by chance."""

from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np
import numpy.typing as npt

from car_agent.errors import PolicyError

Choice = Literal["argmax", "mean", "sample"]

Answer = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]

#: So far may a softmax's sum be from one.
_SUM_ERROR = 1e-3


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """How to choose among the actions of a model that answers with one number for each.

    ``argmax``: the likeliest. ``mean``: steering and speed are the actions' means, weighed by their
    probabilities. ``sample``: drawn by them; ``seed`` makes the draws the same each time.
    ``entropy_limit_frac``: from this entropy of the probabilities on (0 = sure of one action, 1 =
    all equally likely) the speed is capped, down to the slowest action's at 1; None = never.
    """

    choice: Choice = "argmax"
    seed: int = 1
    entropy_limit_frac: float | None = None

    @property
    def is_plain(self) -> bool:
        """Say whether nothing but the likeliest action matters."""
        return self.choice == "argmax" and self.entropy_limit_frac is None

    def speed_cap_mps(self, weights: Weights, slowest_mps: float, fastest_mps: float) -> float:
        """Return the speed that a model as sure as this may drive."""
        limit = self.entropy_limit_frac
        if limit is None:
            return fastest_mps
        entropy = entropy_frac(weights)
        if entropy <= limit:
            return fastest_mps
        share = (1.0 - entropy) / (1.0 - limit)
        return slowest_mps + max(0.0, share) * (fastest_mps - slowest_mps)


def probabilities(answer: Answer) -> Weights:
    """Return an answer as probabilities: as it is where it is a softmax, else its softmax.

    Raises PolicyError where a number of it is none.
    """
    weights = answer.astype(np.float64)
    total = float(weights.sum())
    if not np.isfinite(total):
        raise PolicyError("The model's answer is not a number.")
    if weights.min() < 0 or abs(total - 1.0) > _SUM_ERROR:
        weights = np.exp(weights - weights.max())
        total = float(weights.sum())
    return np.asarray(weights / total)


def entropy_frac(weights: Weights) -> float:
    """Return the entropy of probabilities, as a fraction of the largest that so many can have."""
    if weights.size < 2:
        return 0.0
    some = weights[weights > 0]
    return min(1.0, max(0.0, float(-(some * np.log(some)).sum()) / log(weights.size)))
