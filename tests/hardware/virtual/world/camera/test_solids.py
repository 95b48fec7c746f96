from math import atan2, hypot, pi

import numpy as np
import pytest

from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.bodies import BOX, Body, Kind, car_kind
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import Image, paint

TRACK = track_named("oval")
SCENERY = paint(TRACK)
GREY = SCENERY.to_grey()
#: On the oval's first straight, looking along +x.
X_M, Y_M, HEADING_RAD = TRACK.at(0.1)
RED, BLUE = car_kind((20, 20, 220)), car_kind((220, 20, 20))


def ahead(distance_m: float, left_m: float = 0.0, kind: Kind = BOX, turn_rad: float = 0) -> Body:
    return Body(kind, X_M + distance_m, Y_M + left_m, HEADING_RAD + turn_rad)


def seen(*bodies: Body, pose: CameraPose | None = None) -> Image:
    renderer = Renderer(SCENERY, 320, 240, pose=pose)
    return renderer.render(X_M, Y_M, HEADING_RAD, None, bodies)


def changed(*bodies: Body, pose: CameraPose | None = None) -> np.ndarray:
    """Rows and columns of what looks different from the empty road."""
    apart = np.abs(seen(*bodies, pose=pose).astype(int) - seen(pose=pose)).sum(axis=2)
    return np.argwhere(apart > 30)


def test_a_box_stands_where_the_cameras_geometry_says() -> None:
    """It should fill the rows and columns that a box of its size has at that distance."""
    box = ahead(1.2, left_m=0.1)
    spots = changed(box)
    focal_px = 160 / np.tan(1.13 / 2)
    near_m = 1.2 - 0.14 - 0.145

    def row(height_m: float) -> float:
        below_rad = atan2(0.13 - height_m, near_m) - 15 * pi / 180
        return float(120 + focal_px * np.tan(below_rad))

    assert spots[:, 0].max() == pytest.approx(row(0.0), abs=2)
    assert spots[:, 0].min() == pytest.approx(row(0.2), abs=3)
    # Its width at the near end, less what perspective and pitch take.
    depth_m = hypot(near_m, 0.13) * np.cos(atan2(0.13, near_m) - 15 * pi / 180)
    assert np.ptp(spots[:, 1]) == pytest.approx(focal_px * 0.24 / depth_m, abs=8)
    assert spots[:, 1].mean() < 150


def test_near_ones_hide_far_ones_whatever_their_order() -> None:
    """It should show only the near car where both stand in a line."""
    near, far = ahead(0.7, kind=RED), ahead(1.6, kind=BLUE)
    one, other = seen(near, far), seen(far, near)
    assert np.array_equal(one, other)
    assert np.array_equal(seen(near, ahead(1.6, left_m=0.9, kind=BLUE))[:, 150:], one[:, 150:])


@pytest.mark.parametrize("distance_m", [0.2, 0.3, 0.4, -0.5])
def test_what_is_at_the_lens_is_cut_and_what_is_behind_is_not_seen(distance_m: float) -> None:
    """It should neither fail nor draw the wrong side of the world."""
    spots = changed(ahead(distance_m, left_m=0.13))
    assert np.all(spots[:, 1] < 200)
    assert (len(spots) > 0) == (distance_m > 0)


def test_grey_is_the_luma_of_the_colours() -> None:
    """It should draw the same in the fast grey path."""
    renderer = Renderer(GREY, 320, 240)
    grey = renderer.render(X_M, Y_M, HEADING_RAD, None, [ahead(0.9, kind=RED, turn_rad=0.6)])
    colour = seen(ahead(0.9, kind=RED, turn_rad=0.6)).astype(float)
    luma = colour @ (0.114, 0.587, 0.299)
    assert np.abs(luma - grey).mean() < 1.0


def test_a_camera_that_looks_aside_sees_a_body_on_the_other_side() -> None:
    """It should move bodies and ground alike by yaw and by where the camera sits."""
    box = ahead(1.0)
    straight = changed(box)[:, 1].mean()
    left = changed(box, pose=CameraPose(yaw_rad=0.15))[:, 1].mean()
    moved = changed(box, pose=CameraPose(left_m=0.05))[:, 1].mean()
    assert left - straight == pytest.approx(160 / np.tan(1.13 / 2) * np.tan(0.15), rel=0.15)
    assert moved > straight + 8
