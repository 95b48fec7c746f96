"""The model card and its JSON."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import ModelError
from car_agent.models.card import (
    Action,
    ContinuousOutput,
    DiscreteOutput,
    ModelCard,
    card_from_json,
    card_to_json,
)
from tests.car_agent.onnx_models import THREE_ACTIONS, WIDE_RANGE, card

degrees = st.floats(-90, 90)
mps = st.floats(0, 20)
discrete = st.lists(
    st.builds(Action, steering_deg=degrees, speed_mps=mps), min_size=1, max_size=30
).map(lambda chosen: DiscreteOutput(actions=tuple(chosen)))
continuous = st.builds(
    lambda steering, speed: ContinuousOutput(
        steering_low_deg=min(steering),
        steering_high_deg=max(steering),
        speed_low_mps=min(speed),
        speed_high_mps=max(speed),
    ),
    st.lists(degrees, min_size=2, max_size=2, unique=True),
    st.tuples(mps, mps),
)
visible = st.characters(exclude_categories=["C", "Zl", "Zp"])
cards = st.builds(
    ModelCard,
    name=st.text(visible, min_size=1, max_size=80),
    layout=st.sampled_from(["NHWC", "NCHW"]),
    height_px=st.integers(8, 1024),
    width_px=st.integers(8, 1024),
    channels=st.sampled_from(["luma", "rgb"]),
    value_range=st.sampled_from(["0-255", "0-1"]),
    resampler=st.sampled_from(["area", "linear"]),
    output=st.one_of(discrete, continuous),
    origin=st.text(visible, max_size=100),
)


@given(cards)
def test_a_card_comes_back_as_it_was_written(subject: ModelCard) -> None:
    """It should survive its way through the file."""
    assert card_from_json(card_to_json(subject)) == subject


@given(st.text(max_size=200))
def test_any_text_is_a_card_or_one_error(text: str) -> None:
    """It should raise nothing but ModelError, whatever stands in the file."""
    with suppress(ModelError):
        assert card_from_json(text).answer_size >= 1


@pytest.mark.parametrize("field", ["name", "origin"])
@pytest.mark.parametrize("text", ["\x1b[2J", "two\nlines", "\u202eright to left"])
def test_what_steers_a_screen_is_no_name(field: str, text: str) -> None:
    """It should refuse what a terminal or a page would obey instead of showing it."""
    content = json.loads(card_to_json(card())) | {field: text}
    with pytest.raises(ModelError, match=f"{field}: must not contain the invisible character"):
        card_from_json(json.dumps(content))


@pytest.mark.parametrize(
    ("layout", "channels", "shape"),
    [
        ("NHWC", "luma", (1, 120, 160, 1)),
        ("NCHW", "luma", (1, 1, 120, 160)),
        ("NHWC", "rgb", (1, 120, 160, 3)),
        ("NCHW", "rgb", (1, 3, 120, 160)),
    ],
)
def test_input_shape(layout: str, channels: str, shape: tuple[int, ...]) -> None:
    """It should put batch, height, width and channels in the layout's order."""
    assert card(layout=layout, channels=channels).input_shape == shape


def test_answer_size() -> None:
    """It should be one number per action, or steering and speed."""
    assert card(THREE_ACTIONS).answer_size == 3
    assert card(WIDE_RANGE).answer_size == 2


def continuous_card(steering: tuple[float, float], speed: tuple[float, float]) -> str:
    names = ("steering_low_deg", "steering_high_deg", "speed_low_mps", "speed_high_mps")
    ranges = dict(zip(names, (*steering, *speed), strict=True))
    return json.dumps({"name": "a", "output": {"kind": "continuous", **ranges}})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"name": "a"}', "output"),
        ('{"name": "a", "output": {"kind": "discrete", "actions": []}}', "actions"),
        ('{"name": "a", "colour": 1, "output": {"kind": "discrete"}}', "actions"),
        (continuous_card((5, 5), (1, 1)), "steering_low_deg must be below"),
        (continuous_card((-5, 5), (2, 1)), "speed_low_mps must not be above"),
    ],
)
def test_a_wrong_card_is_one_sentence_with_the_place(text: str, place: str) -> None:
    """It should name what is wrong."""
    with pytest.raises(ModelError, match=place) as caught:
        card_from_json(text)
    assert "\n" not in str(caught.value)
