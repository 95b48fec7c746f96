from math import radians

import cv2
import numpy as np
import pytest

from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import BORDER_BGR, FIELD_BGR, ROAD_BGR, Image, Scenery, paint

TRACK = track_named("oval")
SCENERY = paint(TRACK)
GREY = SCENERY.to_grey()


def seen(scenery: Scenery = SCENERY, along_m: float = 0.5, offset_m: float = 0.0) -> Image:
    return Renderer(scenery, 160, 120).render(*TRACK.at(along_m, offset_m))


def test_ground_is_painted_to_scale() -> None:
    """It should be road on the line beside the dashes, border at the edge, field beyond."""
    ground, (left_m, top_m) = SCENERY.levels[0], SCENERY.origin_m

    def colour(x_m: float, y_m: float) -> tuple[int, ...]:
        return tuple(
            int(part) for part in ground[round((top_m - y_m) * 160), round((x_m - left_m) * 160)]
        )

    assert colour(0.5, -0.75) == ROAD_BGR
    assert colour(0.5, -0.475) == BORDER_BGR
    assert colour(0.5, -0.40) == FIELD_BGR
    assert colour(0.5, -1.325) == BORDER_BGR


def test_perspective_is_the_cameras() -> None:
    """It should show the white border, 0.425 m to the right, where the camera's geometry says."""
    picture = Renderer(GREY, 320, 240).render(0.0, -0.9, 0.0)
    focal_px = 160 / np.tan(1.13 / 2)
    row = 88
    below_rad = radians(15) + np.arctan((row + 0.5 - 120) / focal_px)
    distance_m = 0.13 / np.sin(below_rad)
    depth_m = distance_m * np.cos(below_rad - radians(15))
    column = 160 + focal_px * 0.425 / depth_m - 0.5
    right_half = picture[row, 170:].astype(float)
    bright = 170 + np.flatnonzero(right_half > 170)
    assert bright.mean() == pytest.approx(column, abs=2.0)


def test_car_on_the_left_sees_the_line_on_its_right() -> None:
    """It should not mirror the world."""
    grey = cv2.cvtColor(seen(offset_m=0.2), cv2.COLOR_BGR2HSV)
    orange = np.argwhere((grey[60:, :, 0] < 20) & (grey[60:, :, 1] > 150))
    assert len(orange) > 20
    assert orange[:, 1].mean() > 90


def test_grey_is_the_luma_of_the_colours() -> None:
    """It should give in the fast grey path what a camera's picture turned grey shows."""
    from_colour = cv2.cvtColor(seen(), cv2.COLOR_BGR2GRAY).astype(int)
    assert np.abs(from_colour - seen(GREY)).mean() < 1.0


def test_small_picture_is_the_large_one_made_small() -> None:
    """It should be antialiased: rendering small and resizing come out alike."""
    large = Renderer(GREY, 640, 480).render(*TRACK.at(0.5))
    made_small = cv2.resize(large, (160, 120), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(made_small - seen(GREY)).mean() < 2.0


def test_light_changes_what_it_should() -> None:
    """It should darken, slant and roughen a picture, and leave the renderer as it was."""
    subject = Renderer(GREY, 160, 120)
    pose = TRACK.at(0.5)
    plain = subject.render(*pose)
    dark = subject.render(*pose, Light(gain=0.5))
    assert dark.mean() == pytest.approx(plain.mean() / 2, rel=0.02)
    slanted = subject.render(*pose, Light(slant=0.3)).astype(float)
    assert slanted[:20, 120:].mean() > slanted[:20, :40].mean() * 1.3
    rough = subject.render(*pose, Light(noise=5.0)).astype(float) - plain
    assert rough[5:15].std() == pytest.approx(5.0, rel=0.15)
    assert np.array_equal(subject.render(*pose), plain)


def test_noise_is_seeded() -> None:
    """It should give the same pictures for the same seed, others for another."""

    def noisy(seed: int) -> Image:
        renderer = Renderer(GREY, 160, 120, chance=np.random.default_rng(seed))
        return renderer.render(*TRACK.at(0.5), Light(noise=3.0))

    assert np.array_equal(noisy(1), noisy(1))
    assert not np.array_equal(noisy(1), noisy(2))


def test_level_camera_and_camera_looking_down_render() -> None:
    """It should cope with mountings that show no horizon, or half a picture of sky."""
    for pitch_deg in (0, 60):
        renderer = Renderer(SCENERY, 80, 60, pose=CameraPose(pitch_rad=radians(pitch_deg)))
        assert renderer.render(*TRACK.at(0.5)).std() > 5


def test_turning_the_car_moves_the_wall() -> None:
    """It should show another part of the hall."""
    subject = Renderer(SCENERY, 160, 120)
    x_m, y_m, heading_rad = TRACK.at(0.5)
    one, other = subject.render(x_m, y_m, heading_rad), subject.render(x_m, y_m, heading_rad + 1.0)
    assert not np.array_equal(one[18:24], other[18:24])
