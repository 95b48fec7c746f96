"""Straightening a photo, as a property of wherever the camera stood."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.virtual.tracks.photo.straighten import Taps, straighten

SIZE_PX = (1200, 900)
WIDTH_M, HEIGHT_M = 3.0, 2.0
FRACTIONS = st.floats(0.0, 0.3)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(FRACTIONS, FRACTIONS), min_size=4, max_size=4),
    st.floats(0.3, 2.7),
    st.floats(0.3, 1.7),
)
def test_a_mark_is_where_it_was_on_the_ground(
    shifts: list[tuple[float, float]], x_m: float, y_m: float
) -> None:
    """It should lie within a centimetre of its place, from whatever angle it was seen."""
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    corners = np.array([(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)])
    seen = (corners + signs * np.array(shifts)) * SIZE_PX
    ground = np.array([(0, HEIGHT_M), (WIDTH_M, HEIGHT_M), (WIDTH_M, 0), (0, 0)])
    matrix = cv2.getPerspectiveTransform(ground.astype(np.float32), seen.astype(np.float32))
    ring = np.array(
        [(x_m + 0.05 * np.cos(a), y_m + 0.05 * np.sin(a)) for a in np.arange(0, 6.3, 0.1)]
    )
    drawn = cv2.perspectiveTransform(ring[None], matrix)[0] - 0.5
    photo = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, dtype=np.uint8)
    cv2.fillPoly(photo, [np.round(drawn * 16).astype(np.int32)], (255, 255, 255), cv2.LINE_AA, 4)
    taps = Taps([(float(x), float(y)) for x, y in seen / SIZE_PX], WIDTH_M, HEIGHT_M, 0.2)
    straight = straighten(photo, taps)
    rows, columns = np.nonzero(straight.picture[:, :, 0] > 172)
    found_m = (
        straight.left_m + (columns.mean() + 0.5) / straight.texels_per_m,
        straight.top_m - (rows.mean() + 0.5) / straight.texels_per_m,
    )
    assert found_m == pytest.approx((x_m, y_m), abs=0.012)


def test_ground_that_the_photo_does_not_show_is_known() -> None:
    """It should say which of the picture is made up."""
    photo = np.full((900, 1200, 3), 90, dtype=np.uint8)
    taps = Taps([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)], 3.0, 2.0, 0.5)
    straight = straighten(photo, taps)
    assert straight.seen.mean() == pytest.approx(3 * 2 / (4 * 3), abs=0.01)
    middle = tuple(side // 2 for side in straight.seen.shape)
    assert straight.seen[middle]
    assert not straight.seen[0, 0]


def test_nothing_is_shown_beyond_the_horizon() -> None:
    """It should not mirror what is behind the camera into the picture."""
    photo = np.full((900, 1200, 3), 90, dtype=np.uint8)
    steep = [(0.45, 0.3), (0.55, 0.3), (0.95, 0.95), (0.05, 0.95)]
    straight = straighten(photo, Taps(steep, 1.0, 1.0, 15.0))
    rows = np.nonzero(straight.seen.any(axis=1))[0]
    assert straight.seen[rows[0] : rows[-1] + 1].any(axis=1).all(), "one piece"
