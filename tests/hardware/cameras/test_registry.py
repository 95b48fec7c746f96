"""Cameras by name."""

import pytest

from hardware.cameras.errors import CameraNameError
from hardware.cameras.registry import split_camera_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("virtual", ("virtual", "")),
        ("usb:0", ("usb", "0")),
        ("usb:/dev/v4l/by-id/a:b", ("usb", "/dev/v4l/by-id/a:b")),
        ("file:lap one.mp4", ("file", "lap one.mp4")),
    ],
)
def test_splits_kind_and_address(name: str, parts: tuple[str, str]) -> None:
    """It should cut at the first colon only."""
    assert split_camera_name(name) == parts


@pytest.mark.parametrize("name", ["", "0", "webcam:1", ":0"])
def test_an_unknown_camera_is_one_sentence_with_the_choices(name: str) -> None:
    """It should show what a camera's name looks like."""
    with pytest.raises(
        CameraNameError, match=r"use usb:0, csi:0, virtual or file:recording\.mp4\."
    ):
        split_camera_name(name)
