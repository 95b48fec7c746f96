"""The real ground under a virtual track, as the cars' cameras see it."""

import base64
import resource

import cv2
import numpy as np
import pytest

from hardware.virtual.errors import TrackFileError
from hardware.virtual.tracks.ground import read_ground, write_ground
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.scenery import TEXELS_PER_M, paint
from timing_server.contract.server.tracks import Ground


def ground_of(picture: object, left_m: float, top_m: float, texels_per_m: float) -> Ground:
    texels = np.asarray(picture, dtype=np.uint8)
    height_m, width_m = (side / texels_per_m for side in texels.shape[:2])
    return write_ground(texels, left_m, top_m, width_m, height_m)


def test_a_picture_lies_where_the_painted_road_would() -> None:
    """It should show what the picture shows, to the texel, at half its resolution too."""
    track = track_named("oval")
    painted = paint(track)
    half = painted.levels[1]
    left_m = painted.origin_m[0] - 0.5 / TEXELS_PER_M
    top_m = painted.origin_m[1] + 0.5 / TEXELS_PER_M
    track.ground = ground_of(half, left_m, top_m, TEXELS_PER_M / 2)
    laid = paint(track)
    assert laid.origin_m == painted.origin_m
    apart = cv2.absdiff(laid.levels[2], painted.levels[2])
    assert apart.mean() < 2.5
    shifted = np.roll(laid.levels[2], 1, axis=1)
    assert cv2.absdiff(shifted, painted.levels[2]).mean() > 1.5 * apart.mean()


def test_beyond_the_picture_lies_the_colour_of_its_edge() -> None:
    """It should make no sharp edge where the photographed mat ends."""
    track = track_named("oval")
    track.ground = ground_of(np.full((200, 300, 3), (10, 90, 200)), -1.5, 1.0, 100.0)
    laid = paint(track)
    assert laid.field == pytest.approx((10, 90, 200), abs=3)
    assert laid.levels[0].std(axis=(0, 1)).max() < 3


@pytest.mark.parametrize("jpeg", ["", "AAAA", "abc", base64.b64encode(b"\xff\xd8\xff").decode()])
def test_a_picture_that_is_none_is_refused(jpeg: str) -> None:
    """It should say so in a sentence, before a car drives."""
    track = track_named("oval")
    track.ground = Ground(left_m=0, top_m=0, width_m=1, height_m=1, jpeg=jpeg)
    with pytest.raises(TrackFileError, match="can't be read"):
        paint(track)


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened() -> None:
    """It should look at the size that the file tells, and take no memory for it."""
    is_done, jpeg = cv2.imencode(".jpg", np.zeros((16, 16, 3), dtype=np.uint8))
    assert is_done
    small = jpeg.tobytes()
    at = small.index(b"\xff\xc0") + 5
    assert small[at : at + 4] == b"\x00\x10\x00\x10"
    large = small[:at] + (30_000).to_bytes(2, "big") * 2 + small[at + 4 :]
    for content, is_taken in ((small, True), (large, False)):
        text = base64.b64encode(content).decode()
        ground = Ground(left_m=0, top_m=0, width_m=1, height_m=1, jpeg=text)
        before = memory_peak_kb()
        if is_taken:
            assert read_ground(ground).shape == (16, 16, 3)
        else:
            with pytest.raises(TrackFileError, match="can't be read"):
                read_ground(ground)
        assert memory_peak_kb() - before < 500_000


def memory_peak_kb() -> int:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
