"""What PPO and SAC have in common: rounds that can be repeated, and the scale of rewards."""

import numpy as np
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from car_agent.training.reinforcement.learners.protocol import OnStep

Scaling = tuple[float, float, float]


def drive_round(algorithm: BaseAlgorithm, round_steps: int, seed: int, on_step: OnStep) -> None:
    """Drive so many steps and learn from them.

    Each round begins with new episodes and chances of its own: so one that goes on from a
    checkpoint does what it would have done without a break.
    """
    before = algorithm.num_timesteps
    algorithm.set_random_seed(seed + before)
    # Without a last picture the library begins new episodes.
    algorithm._last_obs = None  # noqa: SLF001 - it has no other way

    def hear(_locals: object, _globals: object) -> bool:
        on_step(algorithm.num_timesteps - before, round_steps)
        return True

    algorithm.learn(round_steps, hear, reset_num_timesteps=False, log_interval=None)


def scaling_of(scaled: VecNormalize) -> Scaling:
    """Return mean, variance and count of the returns by which rewards are scaled."""
    spread = scaled.ret_rms
    return float(spread.mean), float(spread.var), float(spread.count)


def go_on_scaling(scaled: VecNormalize, scaling: Scaling) -> None:
    """Scale on as before."""
    spread = scaled.ret_rms
    spread.mean, spread.var, spread.count = (np.float64(number) for number in scaling)
