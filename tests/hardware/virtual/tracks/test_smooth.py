"""The closed line through control points, as a property of whatever points somebody drags."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.tracks import smooth
from hardware.virtual.tracks.smooth import farthest_m, points_along, smooth_line
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Points


@st.composite
def rings(draw: st.DrawFn) -> Points:
    """Points around a middle, in order, at uneven angles and distances."""
    count = draw(st.integers(4, 20))
    parts = draw(st.lists(st.floats(0.3, 3.0), min_size=count, max_size=count))
    radii_m = draw(st.lists(st.floats(1.0, 6.0), min_size=count, max_size=count))
    angles = np.cumsum(parts) / np.sum(parts) * 2 * np.pi
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(around * np.array(radii_m)[:, None], dtype=np.float64)


@given(rings())
def test_the_line_goes_through_its_points(points: Points) -> None:
    """It should pass each point, and begin at the first."""
    line = smooth_line(points)
    assert farthest_m(points, line) < 1e-9
    assert np.allclose(line[0], points[0])


@given(rings())
def test_the_line_has_no_corner_and_no_sudden_bend(points: Points) -> None:
    """It should come to each point with the slope and the bend with which it goes on."""
    steps = np.sqrt(np.hypot(*(np.roll(points, -1, axis=0) - points).T))[:, None]
    slopes = smooth._slopes(points, steps[:, 0])
    rise, ahead = np.roll(points, -1, axis=0) - points, np.roll(slopes, -1, axis=0)
    leaving = 6 * rise / steps**2 - (4 * slopes + 2 * ahead) / steps
    arriving = -6 * rise / steps**2 + (2 * slopes + 4 * ahead) / steps
    assert np.allclose(leaving, np.roll(arriving, 1, axis=0), atol=1e-6)


@given(rings(), st.floats(-3, 3), st.floats(-5, 5))
def test_the_line_moves_and_turns_with_its_points(
    points: Points, turn_rad: float, shift_m: float
) -> None:
    """It should be the same line wherever the points lie."""
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    matrix = np.array([[cos, -sin], [sin, cos]])
    moved = smooth_line(points @ matrix.T + shift_m)
    assert farthest_m(smooth_line(points)[::7] @ matrix.T + shift_m, moved) < 0.03


@pytest.mark.parametrize("name", list(DESIGNS))
def test_a_design_becomes_points_to_drag(name: str) -> None:
    """It should stay within two centimetres of itself, with few enough points to handle."""
    centre = track_named(name).centre
    points = points_along(centre)
    assert len(points) <= 70
    assert farthest_m(centre[::2], smooth_line(points)) < 0.03
    assert np.allclose(points[0], centre[0])


def test_points_that_make_no_line_are_refused() -> None:
    """It should say so of too few points and of two at one place."""
    with pytest.raises(TrackShapeError, match="at least 4"):
        smooth_line(np.array([[0, 0], [1, 0], [1, 1]]))
    with pytest.raises(TrackShapeError, match="same place"):
        smooth_line(np.array([[0, 0], [0, 0], [1, 0], [1, 1]]))
