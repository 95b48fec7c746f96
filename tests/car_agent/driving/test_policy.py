"""From a model's answer to steering and throttle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.driving.choice import Choice, ChoiceRule, entropy_frac, probabilities
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.errors import PolicyChoiceError, PolicyError
from car_agent.models.card import Action, ContinuousOutput, DirectOutput, DiscreteOutput
from tests.car_agent.onnx_models import THREE_ACTIONS, WIDE_RANGE

LINEAR = ThrottleMap("linear", 4.0)
DEEPRACER = ThrottleMap("deepracer", 4.0)

angles = st.floats(-90, 90)
speeds = st.floats(0, 20)
actions = st.builds(Action, steering_deg=angles, speed_mps=speeds)
outputs = st.lists(actions, min_size=1, max_size=21).map(
    lambda chosen: DiscreteOutput(actions=tuple(chosen))
)
maps = st.builds(
    ThrottleMap,
    st.sampled_from(["linear", "deepracer"]),
    st.floats(0.1, 20),
    st.floats(0, 1),
)


def answer(*numbers: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(numbers, dtype=np.float32)


def test_the_largest_number_wins() -> None:
    """It should steer the share of the sharpest angle, at the share of the top speed."""
    subject = make_policy(THREE_ACTIONS, LINEAR)
    decision = subject(answer(0.1, 0.2, 0.7))
    assert (decision.steering_frac, decision.throttle_frac, decision.action) == (1.0, 0.25, 2)
    decision = subject(answer(0.2, 0.6, 0.2))
    assert (decision.steering_frac, decision.throttle_frac, decision.action) == (0.0, 0.5, 1)
    assert subject(answer(0.9, 0.1, 0.0)).steering_frac == -1.0


def test_deepracers_curve() -> None:
    """It should give 0.8 throttle at half the model's own top speed, as the stock car does."""
    assert DEEPRACER.throttle_frac(1.0, 2.0) == pytest.approx(0.8)
    assert DEEPRACER.throttle_frac(2.0, 2.0) == pytest.approx(1.0)
    assert DEEPRACER.throttle_frac(0.0, 2.0) == 0.0
    assert DEEPRACER.throttle_frac(0.0, 0.0) == 0.0


def test_the_operators_limit_scales_both_curves() -> None:
    """It should multiply whatever the curve gives."""
    assert ThrottleMap("linear", 4.0, 0.5).throttle_frac(2.0, 3.0) == 0.25
    assert ThrottleMap("deepracer", 4.0, 0.5).throttle_frac(2.0, 2.0) == pytest.approx(0.5)


def test_a_single_straight_action() -> None:
    """It should not divide by the largest angle where that is zero."""
    only = DiscreteOutput(actions=(Action(steering_deg=0, speed_mps=1),))
    assert make_policy(only, LINEAR)(answer(1.0)).steering_frac == 0.0


@pytest.mark.parametrize(
    ("numbers", "steering_frac", "throttle_frac"),
    [
        ((0.0, 0.0), 0.0, 0.375),
        ((1.0, 1.0), 1.0, 0.625),
        ((-1.0, -1.0), -1.0, 0.125),
        ((7.0, -9.0), 1.0, 0.125),
    ],
)
def test_continuous_answers_span_their_ranges(
    numbers: tuple[float, float], steering_frac: float, throttle_frac: float
) -> None:
    """It should stretch −1..1 over the range, and clip what lies outside."""
    decision = make_policy(WIDE_RANGE, LINEAR)(answer(*numbers))
    assert decision.steering_frac == pytest.approx(steering_frac)
    assert decision.throttle_frac == pytest.approx(throttle_frac)
    assert decision.action is None


def test_an_uneven_steering_range_keeps_straight_on_where_it_is() -> None:
    """It should divide by the larger of the two limits."""
    uneven = ContinuousOutput(
        steering_low_deg=-10, steering_high_deg=30, speed_low_mps=1, speed_high_mps=1
    )
    subject = make_policy(uneven, LINEAR)
    assert subject(answer(-1, 0)).steering_frac == pytest.approx(-1 / 3)
    assert subject(answer(-0.5, 0)).steering_frac == pytest.approx(0.0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("output", [THREE_ACTIONS, WIDE_RANGE])
def test_an_answer_that_is_no_number(bad: float, output: DiscreteOutput | ContinuousOutput) -> None:
    """It should raise instead of driving by chance."""
    with pytest.raises(PolicyError, match="not a number"):
        make_policy(output, LINEAR)(answer(0.0, bad, 0.5))


@given(outputs, maps, st.data())
def test_every_decision_is_a_fraction(
    output: DiscreteOutput, throttle: ThrottleMap, data: st.DataObject
) -> None:
    """It should stay within full lock and full throttle, choose an argmax, and keep the sign."""
    size = len(output.actions)
    numbers = data.draw(st.lists(st.floats(-1e6, 1e6, width=32), min_size=size, max_size=size))
    decision = make_policy(output, throttle)(answer(*numbers))
    assert -1 <= decision.steering_frac <= 1
    assert 0 <= decision.throttle_frac <= 1
    assert decision.action is not None
    assert numbers[decision.action] == max(numbers)
    assert decision.steering_frac * output.actions[decision.action].steering_deg >= 0


@given(maps, speeds, speeds)
def test_more_speed_never_means_less_throttle(
    throttle: ThrottleMap, first: float, second: float
) -> None:
    """It should rise with the speed, up to the model's top speed."""
    slow, fast = sorted((first, second))
    assert throttle.throttle_frac(slow, fast) <= throttle.throttle_frac(fast, fast) + 1e-12


@given(st.floats(-1e3, 1e3, width=32), st.floats(-1e3, 1e3, width=32), maps)
def test_every_continuous_decision_is_a_fraction(
    steering: float, speed: float, throttle: ThrottleMap
) -> None:
    """It should stay within full lock and full throttle for any finite answer."""
    decision = make_policy(WIDE_RANGE, throttle)(answer(steering, speed))
    assert -1 <= decision.steering_frac <= 1
    assert 0 <= decision.throttle_frac <= 1


def test_a_mean_from_before_its_tanh() -> None:
    """It should put it through the tanh that it was trained with."""
    subject = make_policy(WIDE_RANGE.model_copy(update={"squash": "tanh"}), LINEAR)
    decision = subject(answer(0.5, -9.0))
    assert decision.steering_frac == pytest.approx(np.tanh(0.5))
    assert decision.throttle_frac == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("left", "numbers", "steering_frac", "throttle_frac"),
    [
        ("negative", (-0.5, 0.5), 0.5, 0.25),
        ("positive", (-0.5, 0.5), -0.5, 0.25),
        ("negative", (7.0, 3.0), -1.0, 0.5),
        ("negative", (0.0, -1.0), 0.0, 0.0),
    ],
)
def test_angle_and_throttle(
    left: str, numbers: tuple[float, float], steering_frac: float, throttle_frac: float
) -> None:
    """It should clip both, never reverse, and let the operator's limit apply, not the curve."""
    output = DirectOutput.model_validate({"left": left})
    decision = make_policy(output, ThrottleMap("deepracer", 4.0, 0.5))(answer(*numbers))
    assert decision.steering_frac == pytest.approx(steering_frac)
    assert decision.throttle_frac == pytest.approx(throttle_frac)


def test_angle_and_throttle_that_are_no_numbers() -> None:
    """It should refuse to decide."""
    with pytest.raises(PolicyError):
        make_policy(DirectOutput(), LINEAR)(answer(0.0, float("nan")))


#: Right at 1 m/s, straight on at 2 m/s, left at 1 m/s.
UNSURE = (0.25, 0.5, 0.25)


def test_the_mean_of_all_actions() -> None:
    """It should weigh steering and speed by their probabilities."""
    subject = make_policy(THREE_ACTIONS, LINEAR, ChoiceRule("mean"))
    decision = subject(answer(0.0, 0.5, 0.5))
    assert decision.steering_frac == pytest.approx(0.5)
    assert decision.throttle_frac == pytest.approx(1.5 / 4)
    assert decision.action is None


def test_scores_become_probabilities() -> None:
    """It should take a softmax as it is, and make one of anything else."""
    np.testing.assert_allclose(probabilities(answer(*UNSURE)), UNSURE)
    np.testing.assert_allclose(probabilities(answer(1.0, 1.0 + np.log(2.0), 1.0)), UNSURE)
    np.testing.assert_allclose(probabilities(answer(-1e9, 1e4, 0.0)), (0, 1, 0))


def test_draws_follow_the_probabilities_and_the_seed() -> None:
    """It should draw each action as often as it is likely, and the same ones for one seed."""

    def drawn(seed: int) -> list[int | None]:
        subject = make_policy(THREE_ACTIONS, LINEAR, ChoiceRule("sample", seed=seed))
        return [subject(answer(0.2, 0.7, 0.1)).action for _ in range(2000)]

    first = drawn(7)
    assert first == drawn(7)
    assert first != drawn(8)
    shares = [first.count(place) / len(first) for place in range(3)]
    assert shares == pytest.approx([0.2, 0.7, 0.1], abs=0.05)


def test_an_action_of_no_probability_is_never_drawn() -> None:
    """It should draw what is certain."""
    subject = make_policy(THREE_ACTIONS, LINEAR, ChoiceRule("sample"))
    assert {subject(answer(0.0, 1.0, 0.0)).action for _ in range(200)} == {1}


def test_an_unsure_model_drives_slower() -> None:
    """It should cap the speed from the limit on, down to the slowest action's."""
    subject = make_policy(THREE_ACTIONS, LINEAR, ChoiceRule(entropy_limit_frac=0.5))
    assert subject(answer(0.02, 0.96, 0.02)).throttle_frac == pytest.approx(0.5)
    entropy = entropy_frac(np.array(UNSURE))
    assert subject(answer(*UNSURE)).throttle_frac == pytest.approx((1 + (1 - entropy) / 0.5) / 4)
    third = 1 / 3
    uniform = subject(answer(third, third + 1e-6, third))
    assert uniform.throttle_frac == pytest.approx(0.25, abs=1e-3)
    assert uniform.action == 1


def test_a_limit_of_one_caps_nothing() -> None:
    """It should divide by nothing."""
    subject = make_policy(THREE_ACTIONS, LINEAR, ChoiceRule(entropy_limit_frac=1.0))
    assert subject(answer(*UNSURE)).throttle_frac == 0.5


def test_entropy_as_a_fraction() -> None:
    """It should be 0 for one sure action and 1 for equally likely ones."""
    assert entropy_frac(np.array([0.0, 1.0])) == 0.0
    assert entropy_frac(np.array([0.25] * 4)) == pytest.approx(1.0)
    assert entropy_frac(np.array([1.0])) == 0.0


@pytest.mark.parametrize("rule", [ChoiceRule("sample"), ChoiceRule(entropy_limit_frac=0.5)])
@pytest.mark.parametrize("output", [WIDE_RANGE, DirectOutput()])
def test_probabilities_of_a_model_that_has_none(
    rule: ChoiceRule, output: ContinuousOutput | DirectOutput
) -> None:
    """It should refuse in one sentence instead of ignoring what was asked for."""
    with pytest.raises(PolicyChoiceError, match="answers with steering and speed"):
        make_policy(output, LINEAR, rule)


def test_the_mean_of_a_model_that_answers_with_one() -> None:
    """It should drive by it: a continuous model's answer is a mean already."""
    decision = make_policy(WIDE_RANGE, LINEAR, ChoiceRule("mean"))(answer(1.0, 1.0))
    assert decision.steering_frac == pytest.approx(1.0)


@pytest.mark.parametrize("choice", ["mean", "sample"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weighing_what_is_no_number(choice: str, bad: float) -> None:
    """It should raise instead of driving by chance."""
    rule = ChoiceRule("mean" if choice == "mean" else "sample")
    with pytest.raises(PolicyError, match="not a number"):
        make_policy(THREE_ACTIONS, LINEAR, rule)(answer(0.0, bad, 0.5))


@given(outputs, maps, st.sampled_from(["argmax", "mean", "sample"]), st.data())
def test_every_weighed_decision_is_a_fraction(
    output: DiscreteOutput, throttle: ThrottleMap, choice: Choice, data: st.DataObject
) -> None:
    """It should stay within full lock and throttle, and never be faster for being unsure."""
    size = len(output.actions)
    numbers = data.draw(st.lists(st.floats(-50, 50, width=32), min_size=size, max_size=size))
    limit = data.draw(st.floats(0, 1))
    free = make_policy(output, throttle, ChoiceRule(choice))(answer(*numbers))
    capped = make_policy(output, throttle, ChoiceRule(choice, entropy_limit_frac=limit))(
        answer(*numbers)
    )
    assert -1 <= capped.steering_frac <= 1
    assert capped.steering_frac == free.steering_frac
    assert 0 <= capped.throttle_frac <= free.throttle_frac + 1e-12
