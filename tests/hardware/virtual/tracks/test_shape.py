"""What a screen draws of a track, and where it says that nobody can drive."""

import json
from pathlib import Path

import numpy as np
import pytest

from hardware.virtual.errors import TrackFileError
from hardware.virtual.tracks.desk import TrackDesk
from hardware.virtual.world.track_files import open_track

SQUARE = ((0.0, 0.0), (2.0, -0.4), (4.0, 0.0), (4.4, 1.5), (4.0, 3.0), (2.0, 3.4), (0.0, 3.0))
EIGHT = ((0.0, 0.0), (1.5, 1.0), (3.0, 0.0), (1.5, -1.0), (0.0, 0.0 - 2.0), (-1.5, -1.0))


def test_a_design_is_drawn_to_scale() -> None:
    """It should have lines apart by the road's width, around the finish line."""
    desk = TrackDesk()
    assert desk.design_names()[0] == "demo"
    shape = desk.design_shape("demo")
    assert (round(shape.length_m, 1), shape.width_m, shape.troubles) == (14.4, 0.9, ())
    width_m = np.hypot(*(np.array(shape.inner) - np.array(shape.outer)).T)
    assert width_m == pytest.approx(0.9, abs=0.003)
    assert len(shape.centre) <= 600


def test_a_corner_that_is_too_tight_is_marked_where_it_is() -> None:
    """It should name the trouble, and give the stretch of line around the sharp point alone."""
    desk = TrackDesk()
    assert desk.shape(SQUARE, 0.8).troubles == ()
    spike = (*SQUARE[:6], (1.0, 2.9), (0.9, 1.2), (0.5, 1.2), (0.4, 2.9))
    shape = desk.shape(spike, 0.8)
    assert "folds" in shape.troubles
    marked = np.array([point for part in shape.tight for point in part])
    assert np.hypot(*(marked - [0.7, 1.1]).T).min() < 0.2
    assert marked[:, 0].max() < 2.0


def test_road_on_road_is_marked() -> None:
    """It should mark both parts where a road crosses another part of itself."""
    eight = [(1.5 * np.sin(a), 3 * np.sin(2 * a)) for a in np.arange(0, 2 * np.pi, 0.4)]
    shape = TrackDesk().shape(tuple((float(x) * 2, float(y)) for x, y in eight), 0.6)
    assert "overlaps" in shape.troubles
    assert any(np.hypot(*np.array(part).T).min() < 0.1 for part in shape.overlaps)


def test_a_track_file_is_driven_as_it_was_drawn(tmp_path: Path) -> None:
    """It should be opened wherever a track is asked for."""
    path = tmp_path / "club.track"
    path.write_text(json.dumps({"name": "Club night", "points": SQUARE, "width_m": 0.8}))
    track = open_track(str(path))
    assert (track.name, track.width_m) == ("Club night", 0.8)
    assert track.length_m == pytest.approx(TrackDesk().shape(SQUARE, 0.8).length_m, abs=0.001)
    assert track.centre[0] == pytest.approx(SQUARE[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "holds no track"),
        ("[]", "holds no track"),
        ('{"name": "x", "points": [[0, 0]], "width_m": 1}', "points"),
        ('{"name": "x", "points": [[0,0],[1,0],[1,1],[1e9,1]], "width_m": 1}', "points"),
        ('{"name": "", "points": [[0,0],[1,0],[1,1],[0,1]], "width_m": 1}', "name"),
        ('{"name": "x", "points": [[0,0],[1,0],[1,1],[0,1]], "width_m": NaN}', "width_m"),
        ('{"name": "x", "points": [[0,0],[1,0],[1,1],[0,1]], "width_m": 1, "more": 1}', "more"),
        ('{"name": "x", "points": [[0,0],[99,0],[99,9],[0,9]], "width_m": 1}', "any hall's"),
    ],
)
def test_a_file_that_holds_no_track_is_refused(tmp_path: Path, content: str, words: str) -> None:
    """It should say in one sentence which part is wrong."""
    path = tmp_path / "bad.track"
    path.write_text(content)
    with pytest.raises(TrackFileError, match=words):
        open_track(str(path))
