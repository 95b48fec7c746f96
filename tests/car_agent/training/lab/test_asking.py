import pytest

from car_agent.training.lab.asking import Fault
from car_agent.training.lab.ground import Drive, Pose
from car_agent.training.rewards.errors import RewardError
from tests.car_agent.training.lab.functions import asker
from tests.car_agent.training.rewards.sandboxed import needs_sandbox

pytestmark = needs_sandbox

KINDS = """
import os
def reward_function(params):
    steps = params["steps"]
    if steps == 1:
        return 1 / (steps - 1)
    if steps == 2:
        return float("nan")
    if steps == 3:
        return float("-inf")
    if steps == 4:
        return 10 ** 9
    if steps == 5:
        return "good"
    if steps == 6:
        return None
    if steps == 7:
        os._exit(1)
    if steps == 8:
        return bytearray(2 ** 33)
    if steps == 9:
        while True: pass
    return steps
"""


def pose(steps: int) -> Pose:
    return Pose(1.0, 0.0, 0.0, Drive(steps=steps))


def test_each_kind_of_fault_is_told_apart_and_does_not_end_the_others() -> None:
    """It should answer every pose in its turn, whatever happened at those before."""
    with asker(KINDS) as subject:
        answers = list(subject.answers([pose(steps) for steps in range(1, 12)]))
    kinds = [each.kind if isinstance(each, Fault) else each for each in answers]
    assert kinds == [
        *("exception", "nan", "infinite", "huge", "no_number", "no_number"),
        *("ended", "memory", "hang", 10.0, 11.0),
    ]
    first = answers[0]
    assert isinstance(first, Fault)
    assert (first.line, first.pose) == (6, pose(1))
    assert first.sentence.startswith("reward.py, line 6, raised ZeroDivisionError")


def test_one_that_hangs_again_and_again_is_given_up() -> None:
    """It should not make anybody wait for a thousand hangs."""
    with asker("def reward_function(params):\n    while True: pass\n") as subject:
        answers = list(subject.answers([pose(1)] * 1000))
    assert [isinstance(each, Fault) and each.kind for each in answers] == ["hang"] * 3


def test_what_is_no_function_is_refused_at_once() -> None:
    """It should say so with the line."""
    with pytest.raises(RewardError, match="is no Python") as caught:
        asker("def reward_function(params)\n    return 1\n")
    assert caught.value.line == 1
