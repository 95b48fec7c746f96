"""Reward functions to try the lab with, and what asks them in the real sandbox."""

import textwrap
from pathlib import Path

from car_agent.training.lab.asking import Asker
from car_agent.training.lab.ground import Ground
from car_agent.training.rewards.process import Limits, RewardFile
from hardware.virtual.world.designs import track_named

GROUND = Ground(track_named("demo"))
#: For what never ends, which has to be waited for.
SHORT = Limits(load_s=2.0, call_s=0.5, grace_s=1.0)

CENTRE = """
def reward_function(params):
    return 1.0 - params["distance_from_center"] / params["track_width"]
"""
BORDER = """
def reward_function(params):
    return 50.0 * params["distance_from_center"] / params["track_width"]
"""
STANDING = """
def reward_function(params):
    reward = 1.0 - params["distance_from_center"]
    return reward / params["speed"]
"""


def asker(source: str, limits: Limits = SHORT) -> Asker:
    return Asker(RewardFile("reward.py", textwrap.dedent(source)), GROUND, limits=limits)


def written(folder: Path, source: str, name: str = "reward.py") -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(source))
    return path
