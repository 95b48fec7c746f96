"""From the camera's picture to the model's input."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from car_agent.driving.preprocess import Preprocessor
from tests.car_agent.onnx_models import card

Reals = npt.NDArray[np.float64]


def track_picture(height_px: int = 480, width_px: int = 640) -> npt.NDArray[np.uint8]:
    """Return a BGR picture like a car's: field, road, borders, a dashed line, and grain."""
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[0:height_px, 0:width_px].astype(np.float64)
    depth = np.clip((rows / height_px - 0.3) / 0.7, 0, 1)
    side = (columns / width_px - 0.5 - 0.15 * (1 - depth)) / (0.08 + 0.5 * depth)
    picture = np.empty((height_px, width_px, 3))
    picture[:] = (60, 120, 50)
    picture[np.abs(side) < 1.0] = (45, 45, 45)
    picture[np.abs(np.abs(side) - 0.93) < 0.05] = (240, 240, 240)
    is_dash = (np.abs(side) < 0.02) & (np.sin(14 / (0.12 + depth)) > 0)
    picture[is_dash] = (30, 140, 240)
    picture[rows < 0.3 * height_px] = (200, 180, 170)
    picture += rng.normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def antialiased(grey: Reals, height_px: int, width_px: int) -> Reals:
    """Return the picture made small by a triangle filter as wide as the reduction.

    The definition of an antialiased bilinear resize: each new pixel is the mean of the old ones
    around its centre, weighted by a triangle two new pixels wide.
    """

    def weights(old: int, new: int) -> Reals:
        scale = old / new
        centres = (np.arange(new) + 0.5) * scale
        distance = np.abs(np.arange(old)[None, :] + 0.5 - centres[:, None]) / max(scale, 1.0)
        triangle = np.clip(1 - distance, 0, None)
        return np.asarray(triangle / triangle.sum(axis=1, keepdims=True))

    small = weights(grey.shape[0], height_px) @ grey @ weights(grey.shape[1], width_px).T
    return np.asarray(small)


def luma(picture: npt.NDArray[np.uint8]) -> Reals:
    """Return ITU-R BT.601 luma of a BGR picture, unrounded."""
    return np.asarray(picture.astype(np.float64) @ np.array([0.114, 0.587, 0.299]))


def test_is_within_a_grey_level_of_what_training_saw() -> None:
    """It should lose at most 1.1 grey levels on average against an antialiased resize."""
    picture = track_picture()
    subject = Preprocessor(card())
    seen = subject(picture)[0, :, :, 0]
    wanted = antialiased(luma(picture), 120, 160)
    assert np.abs(seen - wanted).mean() <= 1.1
    stock = Preprocessor(card(resampler="linear"))(picture)[0, :, :, 0]
    assert np.abs(stock - wanted).mean() > np.abs(seen - wanted).mean()


@pytest.mark.parametrize("size_px", [(480, 640), (720, 960)])
def test_is_within_a_grey_level_of_pillows_resize(size_px: tuple[int, int]) -> None:
    """It should agree with the antialiased resize of another library, on colour made grey last.

    DeepRacer's training makes colour pictures small with Pillow and grey afterwards.
    """
    picture = track_picture(*size_px)
    resized = Image.fromarray(picture[:, :, ::-1]).resize((160, 120), Image.Resampling.BILINEAR)
    wanted = np.asarray(resized.convert("L"), dtype=np.float64)
    seen = Preprocessor(card())(picture)[0, :, :, 0]
    assert np.abs(seen - wanted).mean() <= 1.1


def test_a_grey_picture_of_the_right_size_arrives_unchanged() -> None:
    """It should hand native pictures on value by value."""
    picture = np.arange(120 * 160, dtype=np.uint32).reshape(120, 160).astype(np.uint8)
    seen = Preprocessor(card())(picture)
    assert seen.shape == (1, 120, 160, 1)
    assert seen.dtype == np.float32
    assert seen.flags.c_contiguous
    np.testing.assert_array_equal(seen[0, :, :, 0], picture)


def test_uses_its_buffers_again() -> None:
    """It should make no new arrays while driving, and leave the camera's picture alone."""
    subject = Preprocessor(card())
    picture = track_picture()
    before = picture.copy()
    first = subject(picture)
    second = subject(np.zeros((480, 640), dtype=np.uint8))
    assert first is second
    assert not second.any()
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("value_range", ["0-255", "0-1"])
def test_colour_in_every_layout_and_range(layout: str, value_range: str) -> None:
    """It should put red, green and blue where the card says, in its range."""
    picture = np.empty((48, 64, 3), dtype=np.uint8)
    picture[:] = (10, 100, 200)
    wanted = card(channels="rgb", layout=layout, value_range=value_range, height_px=24, width_px=32)
    seen = Preprocessor(wanted)(picture)
    assert seen.shape == wanted.input_shape
    planes = seen[0] if layout == "NCHW" else seen[0].transpose(2, 0, 1)
    scale = 1.0 if value_range == "0-255" else 1 / 255
    for plane, value in zip(planes, (200, 100, 10), strict=True):
        np.testing.assert_allclose(plane, value * scale, rtol=1e-6)


@pytest.mark.parametrize("size_px", [(24, 32), (48, 64)])
def test_a_colour_model_on_a_grey_camera(size_px: tuple[int, int]) -> None:
    """It should give the same grey to all three channels."""
    picture = np.full(size_px, 77, dtype=np.uint8)
    seen = Preprocessor(card(channels="rgb", height_px=24, width_px=32))(picture)
    np.testing.assert_array_equal(seen, np.full((1, 24, 32, 3), 77, dtype=np.float32))


def test_luma_in_nchw_between_zero_and_one() -> None:
    """It should scale grey pictures, and carry on when the camera's size changes."""
    subject = Preprocessor(card(layout="NCHW", value_range="0-1"))
    for size_px in ((480, 640, 3), (240, 320, 3), (120, 160)):
        seen = subject(np.full(size_px, 255, dtype=np.uint8))
        assert seen.shape == (1, 1, 120, 160)
        np.testing.assert_allclose(seen, 1.0)


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
@pytest.mark.parametrize("size_px", [(240, 320), (24, 32)])
def test_a_left_and_a_right_picture(layout: str, size_px: tuple[int, int]) -> None:
    """It should keep left before right, in the model's layout and size."""
    pair = np.empty((*size_px, 2), dtype=np.uint8)
    pair[:] = (50, 150)
    wanted = card(channels="stereo", layout=layout, height_px=24, width_px=32)
    seen = Preprocessor(wanted)(pair)
    assert seen.shape == wanted.input_shape
    planes = seen[0] if layout == "NCHW" else seen[0].transpose(2, 0, 1)
    np.testing.assert_array_equal(planes[0], 50)
    np.testing.assert_array_equal(planes[1], 150)


@pytest.mark.parametrize(("channels", "depth"), [("luma", 2), ("rgb", 2), ("stereo", 3)])
def test_one_camera_is_not_two(channels: str, depth: int) -> None:
    """It should refuse a pair for a model of one camera, and one picture for a model of two."""
    with pytest.raises(ValueError, match=f"not a picture of {depth} planes"):
        Preprocessor(card(channels=channels))(np.zeros((120, 160, depth), dtype=np.uint8))


@pytest.mark.parametrize("shape", [(120,), (120, 160, 4), (1, 120, 160, 1)])
def test_refuses_what_is_no_picture(shape: tuple[int, ...]) -> None:
    """It should say which shape it got."""
    with pytest.raises(ValueError, match="H×W"):
        Preprocessor(card())(np.zeros(shape, dtype=np.uint8))
