"""The camera's pictures as JPEGs: their size, their colours, two cameras side by side."""

import cv2
import numpy as np
import pytest

from car_agent.driving.jpeg import encode_jpeg


def decoded(jpeg: bytes) -> np.typing.NDArray[np.uint8]:
    """Return what whoever gets the JPEG sees."""
    picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture.astype(np.uint8)


@pytest.mark.parametrize(
    ("shape", "bounds_px", "seen"),
    [
        ((480, 640, 3), (320, 240), (240, 320, 3)),
        ((480, 640), (160, None), (120, 160)),
        ((240, 320, 3), (320, 120), (120, 160, 3)),
        ((60, 80, 3), (320, 240), (60, 80, 3)),
    ],
)
def test_it_is_no_larger_than_asked(
    shape: tuple[int, ...], bounds_px: tuple[int, int | None], seen: tuple[int, ...]
) -> None:
    """It should shrink a picture to the tighter bound, keep its aspect, and enlarge none."""
    pixels = np.full(shape, 90, dtype=np.uint8)
    assert decoded(encode_jpeg(pixels, 70, *bounds_px)).shape == seen


def test_two_cameras_stand_side_by_side() -> None:
    """It should show what the left camera sees on the left, and the right one's beside it."""
    left, right = np.full((60, 80), 40, np.uint8), np.full((60, 80), 200, np.uint8)
    seen = decoded(encode_jpeg(np.dstack((left, right)), 90, 320))
    assert seen.shape == (60, 160)
    assert np.abs(seen[:, :72].astype(int) - 40).max() <= 3
    assert np.abs(seen[:, 88:].astype(int) - 200).max() <= 3
