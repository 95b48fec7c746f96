from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.track import Track, track_from_rows


def circle(radius_m: float = 2.0, width_m: float = 0.8, *, is_clockwise: bool = False) -> Track:
    angles = np.linspace(0, 2 * pi, 400, endpoint=False) * (-1 if is_clockwise else 1)
    points = np.stack([radius_m * np.cos(angles), radius_m * np.sin(angles)], axis=1)
    return Track("circle", points, width_m)


def test_length_is_the_centre_lines() -> None:
    """It should measure the way round."""
    assert circle().length_m == pytest.approx(4 * pi, rel=1e-3)


def test_inner_line_is_inside_whichever_way_round() -> None:
    """It should call that line inner which lies on the inside of the lap."""
    for subject in (circle(), circle(is_clockwise=True)):
        assert np.hypot(*subject.inner.T) == pytest.approx(1.6, abs=1e-3)
        assert np.hypot(*subject.outer.T) == pytest.approx(2.4, abs=1e-3)


def test_curvature_has_the_sign_of_the_turn() -> None:
    """It should be 1/radius, positive to the left."""
    assert circle().curvature_per_m == pytest.approx(0.5, rel=1e-2)
    assert circle(is_clockwise=True).curvature_per_m == pytest.approx(-0.5, rel=1e-2)


@given(along_frac=st.floats(0, 0.999), offset_m=st.floats(-0.5, 0.5))
def test_project_undoes_at(along_frac: float, offset_m: float) -> None:
    """It should find the arc length and the offset of a point that was made from them."""
    subject = circle()
    along_m = along_frac * subject.length_m
    found = subject.project(*subject.at(along_m, offset_m)[:2])
    away_m = abs(found.along_m - along_m)
    assert min(away_m, subject.length_m - away_m) < 0.02
    assert found.offset_m == pytest.approx(offset_m, abs=0.005)


def test_offset_is_positive_to_the_left() -> None:
    """It should call the inside of a counter-clockwise lap left."""
    assert circle().project(1.9, 0.0).offset_m == pytest.approx(0.1, abs=1e-3)


def test_road_ends_at_its_width() -> None:
    """It should include the borders and nothing beyond."""
    subject = circle()
    assert subject.is_on_road(2.39, 0.0)
    assert not subject.is_on_road(2.41, 0.0)
    assert not subject.is_on_road(0.0, 0.0)


def test_finish_is_crossed_in_driving_direction() -> None:
    """It should lie across the first point, its left end on the driver's left."""
    finish = circle().finish
    assert finish.left == pytest.approx((1.6, 0.0), abs=1e-3)
    assert finish.right == pytest.approx((2.4, 0.0), abs=1e-3)
    assert finish.heading_rad == pytest.approx(pi / 2, abs=1e-2)


def test_rows_are_deepracers_columns() -> None:
    """It should give centre, inner, outer, and read them back."""
    subject = circle()
    rows = subject.rows()
    assert rows.shape == (len(subject.centre), 6)
    again = track_from_rows("again", rows)
    assert again.width_m == pytest.approx(0.8, abs=1e-3)
    assert again.length_m == pytest.approx(subject.length_m, rel=1e-4)


@pytest.mark.parametrize(
    ("points", "width_m"),
    [
        (np.zeros((3, 2)), 1.0),
        (np.zeros((20, 3)), 1.0),
        (np.zeros((20, 2)), 1.0),
        (np.full((20, 2), np.nan), 1.0),
        (circle().centre, 0.0),
    ],
)
def test_what_is_no_track_is_refused(points: np.ndarray, width_m: float) -> None:
    """It should say that such points make no track."""
    with pytest.raises(TrackShapeError):
        Track("odd", points, width_m)


def test_rows_of_another_shape_are_refused() -> None:
    """It should want six columns."""
    with pytest.raises(TrackShapeError, match="N×6"):
        track_from_rows("odd", np.zeros((10, 4)))
