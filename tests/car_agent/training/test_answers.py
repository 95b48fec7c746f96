import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.driving.policy import make_policy
from car_agent.models.card import ContinuousOutput, DiscreteOutput
from car_agent.simulation.evaluation import THROTTLE
from car_agent.training.answers import (
    TOP_SPEED_MPS,
    card_for,
    label_for,
    output_for,
)
from car_agent.training.networks.shapes import CLASSIC, SMALL

PLAN = np.array([1.0, 1.5, 2.0])
CONTINUOUS, DISCRETE = output_for("paddock", PLAN), output_for("deepracer", PLAN)

steering = st.floats(-1, 1)
speed = st.floats(1.0, 2.0)


@given(steering_frac=steering, speed_mps=speed)
def test_policy_does_what_the_label_says(steering_frac: float, speed_mps: float) -> None:
    """It should come back from the car's own policy as the expert meant it."""
    decided = make_policy(CONTINUOUS, THROTTLE)(label_for(CONTINUOUS, steering_frac, speed_mps))
    assert decided.steering_frac == pytest.approx(steering_frac, abs=1e-5)
    assert decided.throttle_frac == pytest.approx(speed_mps / TOP_SPEED_MPS, abs=1e-5)


@given(steering_frac=steering, speed_mps=speed)
def test_choice_is_the_nearest_action(steering_frac: float, speed_mps: float) -> None:
    """It should weigh the actions around the advice, and prefer one within half a step."""
    label = label_for(DISCRETE, steering_frac, speed_mps)
    assert label.sum() == pytest.approx(1.0, abs=1e-5)
    decided = make_policy(DISCRETE, THROTTLE)(label)
    assert abs(decided.steering_frac - steering_frac) <= 5.01 / 30
    assert abs(decided.throttle_frac - speed_mps / TOP_SPEED_MPS) <= 0.26 / TOP_SPEED_MPS


def test_shapes_are_what_a_car_reads() -> None:
    """It should see 80×60 in the project's own shape and DeepRacer's 160×120 in the other."""
    assert isinstance(CONTINUOUS, ContinuousOutput)
    assert isinstance(DISCRETE, DiscreteOutput)
    assert card_for("paddock", SMALL, CONTINUOUS, "a", "b").input_shape == (1, 1, 60, 80)
    assert card_for("paddock", CLASSIC, CONTINUOUS, "a", "b").input_shape == (1, 1, 120, 160)
    assert card_for("deepracer", CLASSIC, DISCRETE, "a", "b").input_shape == (1, 120, 160, 1)
    assert DISCRETE.actions[0].steering_deg == -30.0
    assert {action.speed_mps for action in DISCRETE.actions} == {1.0, 1.5, 2.0}
