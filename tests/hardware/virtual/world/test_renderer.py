from dataclasses import replace
from math import radians
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.looks import PLAIN_LOOKS, BarrierLooks, random_looks
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Image, Scenery, luma, paint
from hardware.virtual.world.track import Track

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

    assert colour(0.5, -0.75) == PLAIN_LOOKS.road_bgr
    assert colour(0.5, -0.475) == PLAIN_LOOKS.border_bgr
    assert colour(0.5, -0.40) == PLAIN_LOOKS.field_bgr
    assert colour(0.5, -1.325) == PLAIN_LOOKS.border_bgr


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


def without_barrier(track: Track = TRACK) -> Scenery:
    return paint(track, replace(PLAIN_LOOKS, barrier=None))


def test_the_barrier_stands_where_the_cameras_geometry_says() -> None:
    """It should begin on the row of the ground 0.6 m past the road, and hide the hall behind it."""
    # Across the oval's first straight, looking out.
    x_m, y_m, heading_rad = TRACK.at(0.1)
    look = (x_m, y_m + 0.2, heading_rad - np.pi / 2)
    one, other = (Renderer(each, 320, 240).render(*look) for each in (SCENERY, without_barrier()))
    rows = np.flatnonzero((one[:, 160].astype(int) != other[:, 160]).any(axis=1))
    ahead_m = 0.2 + TRACK.width_m / 2 + 0.6 - 0.145
    below_rad = np.arctan2(0.13, ahead_m) - radians(15)
    focal_px = 160 / np.tan(1.13 / 2)
    assert rows.max() == pytest.approx(120 + focal_px * np.tan(below_rad), abs=3)
    assert rows.min() == 0


def test_a_low_barrier_shows_the_hall_above_it() -> None:
    """It should end at its height, as seen from the camera's."""
    low = paint(TRACK, replace(PLAIN_LOOKS, barrier=BarrierLooks(height_m=0.2)))
    x_m, y_m, heading_rad = TRACK.at(0.1)
    look = (x_m, y_m + 0.2, heading_rad - np.pi / 2)
    one, other = (Renderer(each, 320, 240).render(*look) for each in (low, without_barrier()))
    rows = np.flatnonzero((one[:, 160].astype(int) != other[:, 160]).any(axis=1))
    below_rad = np.arctan2(0.13 - 0.2, 0.2 + TRACK.width_m / 2 + 0.6 - 0.145) - radians(15)
    focal_px = 160 / np.tan(1.13 / 2)
    assert rows.min() == pytest.approx(120 + focal_px * np.tan(below_rad), abs=3)


@pytest.mark.parametrize("pitch_deg", [0, 15, 30, 50])
def test_barriers_are_drawn_from_any_mount_and_place(pitch_deg: int) -> None:
    """It should neither fail nor paint over the road before the car."""
    pose = CameraPose(pitch_rad=radians(pitch_deg), yaw_rad=0.05)
    one = Renderer(SCENERY, 80, 60, pose=pose)
    other = Renderer(without_barrier(), 80, 60, pose=pose)
    for number in range(60):
        place = TRACK.at(number * TRACK.length_m / 60)
        assert np.array_equal(one.render(*place)[48:], other.render(*place)[48:])


def test_looks_change_the_ground_and_the_seed_alone_says_how() -> None:
    """It should paint what is asked for, alike for the same seed."""
    looks = random_looks(Random(3))  # noqa: S311 - dynamics
    one, again = paint(TRACK, looks), paint(TRACK, looks)
    assert all(np.array_equal(a, b) for a, b in zip(one.levels, again.levels, strict=True))
    other = paint(TRACK, replace(looks, seed=looks.seed + 1))
    assert not np.array_equal(one.levels[0], other.levels[0])
    calm = paint(TRACK, replace(looks, grain=0.0, wear=0.0, glints=0)).levels[0].astype(int)
    left_m, top_m = one.origin_m
    # Beside the dashes on the straight, as in the test of the plain ground.
    patch = np.s_[round((top_m + 0.75) * 160), round((0.5 - left_m) * 160)]
    assert tuple(calm[patch]) == looks.road_bgr
    worn = replace(PLAIN_LOOKS, wear=0.5)
    assert paint(TRACK, worn).levels[0].mean() < SCENERY.levels[0].mean() - 3


@given(seed=st.integers(0, 2**31))
def test_any_random_ground_has_borders_to_drive_by(seed: int) -> None:
    """It should keep tape brighter than field and road by more than a sensor's noise."""
    looks = random_looks(Random(seed))  # noqa: S311 - dynamics
    border, field, road, centre = (
        luma(bgr) for bgr in (looks.border_bgr, looks.field_bgr, looks.road_bgr, looks.centre_bgr)
    )
    assert border - max(field, road) > 25
    assert centre - road > 25
