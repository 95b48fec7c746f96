"""DeepRacer's model_metadata.json."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import ModelError
from car_agent.models.card import ContinuousOutput, DiscreteOutput
from car_agent.models.deepracer import read_metadata

ACTIONS = [
    {"steering_angle": -30, "speed": 0.6, "index": 1},
    {"steering_angle": 15.0, "speed": 1, "index": 0},
]
RANGES = {"steering_angle": {"low": -25, "high": 25.0}, "speed": {"low": 0.5, "high": 2}}

any_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["steering_angle", "speed", "low", "high"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def metadata(**changes: object) -> str:
    return json.dumps({"action_space": ACTIONS, **changes})


def test_a_list_is_discrete_in_its_own_order() -> None:
    """It should take the position in the list as the class, and ignore 'index'."""
    subject = read_metadata(metadata())
    assert isinstance(subject.output, DiscreteOutput)
    first, second = subject.output.actions
    assert (first.steering_deg, first.speed_mps) == (-30.0, 0.6)
    assert (second.steering_deg, second.speed_mps) == (15.0, 1.0)


def test_what_is_left_out() -> None:
    """It should assume what the simulation application does."""
    subject = read_metadata(metadata())
    assert subject.sensor == "observation"
    assert subject.network is None
    assert subject.algorithm == "clipped_ppo"
    assert subject.channels == "luma"


def test_two_ranges_are_continuous() -> None:
    """It should keep both ranges, whatever the case of the words."""
    subject = read_metadata(
        metadata(action_space=RANGES, action_space_type="Continuous", training_algorithm="SAC ")
    )
    assert subject.output == ContinuousOutput(
        steering_low_deg=-25, steering_high_deg=25, speed_low_mps=0.5, speed_high_mps=2
    )
    assert subject.algorithm == "sac"


@pytest.mark.parametrize("version", ["4", "5", 3, 4.0])
def test_versions_are_strings_or_numbers(version: object) -> None:
    """It should take both forms that are found in the wild."""
    read_metadata(metadata(version=version))


@pytest.mark.parametrize(
    "sensor",
    [["observation"], ["FRONT_FACING_CAMERA"], "FRONT_FACING_CAMERA", ["LEFT_CAMERA"]],
)
def test_one_camera_under_either_name(sensor: object) -> None:
    """It should know the old and the new name of the front camera."""
    read_metadata(metadata(sensor=sensor))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sensor": ["RADAR"]}, "a sensor that is unknown: 'RADAR'"),
        ({"sensor": ["FRONT_FACING_CAMERA", "LIDAR"]}, "wants LIDAR"),
        ({"sensor": ["SECTOR_LIDAR", "STEREO_CAMERAS"]}, "wants SECTOR_LIDAR"),
        ({"sensor": ["observation", "FRONT_FACING_CAMERA"]}, "exactly one camera"),
        ({"sensor": []}, "exactly one camera"),
        ({"sensor": [1]}, "list of names"),
        ({"version": None}, "version"),
        ({"version": True}, "version"),
        ({"training_algorithm": "magic"}, "'magic' is unknown"),
        ({"training_algorithm": ["sac"]}, "is unknown"),
        ({"neural_network": 7}, "neural_network must be a name"),
        ({"action_space_type": "continuous"}, "its action_space is discrete"),
        ({"action_space": RANGES, "action_space_type": "discrete"}, "action_space is continuous"),
        ({"action_space": None}, "has no action_space"),
        ({"action_space": []}, "actions"),
        ({"action_space": [{"speed": 1}]}, "lacks the key 'steering_angle'"),
        ({"action_space": [5]}, "must hold steering_angle and speed"),
        ({"action_space": [{"steering_angle": "left", "speed": 1}]}, "steering_deg"),
        ({"action_space": [{"steering_angle": 1, "speed": float("nan")}]}, "speed_mps"),
        ({"action_space": {"speed": {"low": 1, "high": 2}}}, "lacks the key"),
        ({"action_space": {"speed": 1, "steering_angle": 2}}, "must hold"),
    ],
)
def test_a_wrong_file_is_one_sentence(changes: dict[str, object], sentence: str) -> None:
    """It should name the key, or the sensor that this car doesn't have."""
    with pytest.raises(ModelError, match=sentence) as caught:
        read_metadata(metadata(**changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000])
def test_what_is_no_json_object(text: str) -> None:
    """It should say that it isn't one."""
    with pytest.raises(ModelError, match="JSON"):
        read_metadata(text)


@given(st.lists(any_json, max_size=3) | any_json, st.just(["observation"]) | any_json)
def test_any_content_is_a_card_or_one_error(space: object, sensor: object) -> None:
    """It should raise nothing but ModelError, whatever stands in the file."""
    text = json.dumps({"action_space": space, "sensor": sensor})
    with suppress(ModelError):
        assert read_metadata(text).sensor


def test_two_cameras() -> None:
    """It should see with both."""
    assert read_metadata(metadata(sensor=["STEREO_CAMERAS"])).channels == "stereo"
