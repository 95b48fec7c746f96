"""Reward functions as the tests give them, run in the real sandbox and without one."""

import textwrap

import pytest

from car_agent.simulation.parameters import PassingParameters, lasting_parameters
from car_agent.training.rewards.errors import RewardError
from car_agent.training.rewards.process import Limits, RewardFile, RewardProcess
from hardware.virtual.world.designs import track_named
from tests.car_agent.training.rewards.sandboxed import needs_sandbox

LASTING = lasting_parameters(track_named("oval"))
#: For what never ends, which has to be waited for; the answers of the others come at once.
SHORT = Limits(load_s=0.5, call_s=0.5, grace_s=2.0)


both = pytest.mark.parametrize(
    "is_trusted",
    [pytest.param(False, marks=needs_sandbox, id="sandbox"), pytest.param(True, id="trusted")],
)


def params(**changes: float) -> PassingParameters:
    told = PassingParameters(
        all_wheels_on_track=True,
        closest_waypoints=[3, 4],
        distance_from_center=0.1,
        heading=12.5,
        is_left_of_center=True,
        is_offtrack=False,
        progress=7.0,
        projection_distance=0.5,
        speed=1.5,
        steering_angle=-10.0,
        steps=4,
        x=1.25,
        y=-0.5,
    )
    told.update(changes)  # type: ignore[typeddict-item] # a test's own keys
    return told


def file_of(source: str) -> RewardFile:
    return RewardFile("reward.py", textwrap.dedent(source))


def said_of(source: str, *, is_trusted: bool, limits: Limits | None = None) -> str:
    """Load and call once; return the sentence that ended it."""
    with (
        pytest.raises(RewardError) as caught,
        RewardProcess(
            file_of(source), LASTING, is_trusted=is_trusted, limits=limits or Limits()
        ) as reward,
    ):
        reward(params())
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said
