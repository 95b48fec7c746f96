"""One camera or two, as the model wants it."""

from pathlib import Path

import pytest

from car_agent.errors import CarSetupError
from car_agent.settings import CarSettings
from car_agent.sight import camera_opener
from hardware.cameras.errors import CameraError, CameraNameError
from tests.car_agent.onnx_models import card


def settings(**given: object) -> CarSettings:
    return CarSettings.model_validate({"car_id": "red", "model": Path("lap.onnx"), **given})


def test_a_model_of_two_cameras_on_a_car_with_one() -> None:
    """It should say how the second one is named."""
    with pytest.raises(CarSetupError, match="--camera-right usb:2"):
        camera_opener(settings(), card(channels="stereo"))


def test_a_model_of_one_camera_on_a_car_with_two() -> None:
    """It should refuse to guess which one is meant."""
    with pytest.raises(CarSetupError, match="leave --camera-right out"):
        camera_opener(settings(camera_right="usb:2"), card())


@pytest.mark.parametrize("right", [None, "file:gone.avi"])
def test_a_car_that_waits_for_its_model(right: str | None) -> None:
    """It should open the cameras that are named, and leave the model's wishes to the model."""
    opener = camera_opener(settings(camera="file:gone.avi", camera_right=right), None)
    with pytest.raises(CameraError, match="no video file"):
        opener()


def test_both_names_are_checked_before_the_car_starts() -> None:
    """It should refuse a right camera that is none."""
    with pytest.raises(CameraNameError, match="no camera 'webcam:2'"):
        camera_opener(settings(camera_right="webcam:2"), card(channels="stereo"))


def test_opening_is_left_to_later(tmp_path: Path) -> None:
    """It should open the camera when asked, and again after it was gone."""
    opener = camera_opener(settings(camera=f"file:{tmp_path / 'none.avi'}"), card())
    for _ in range(2):
        with pytest.raises(CameraError, match="no video file"):
            opener()
