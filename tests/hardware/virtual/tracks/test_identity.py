"""What makes a track this one: its line, its width, and the picture of its ground."""

import numpy as np
import pytest

from hardware.virtual.tracks import identity as subject
from hardware.virtual.tracks.documents import track_of
from hardware.virtual.tracks.ground import write_ground
from timing_server.contract.server.tracks import Ground, TrackDocument

POINTS = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))


def ground(grey: int) -> Ground:
    picture = np.full((40, 60, 3), grey, dtype=np.uint8)
    return write_ground(picture, -1.0, 4.0, 6.0, 4.0)


def sha256(**changes: object) -> str:
    whole = {"name": "Our hall", "points": POINTS, "width_m": 0.9, **changes}
    return subject.track_sha256(track_of(TrackDocument.model_validate(whole)))


def test_a_name_makes_no_other_track() -> None:
    """It should be the same track whatever it is called, whoever made it."""
    assert sha256() == sha256(name="Their hall", owner="otter")


@pytest.mark.parametrize(
    "changes",
    [
        {"width_m": 0.91},
        {"points": ((0.0, 0.0), (4.0, 0.0), (4.0, 3.01), (0.0, 3.0))},
        {"ground": ground(90)},
    ],
)
def test_line_width_and_ground_do(changes: dict[str, object]) -> None:
    """It should be another one with another line or width, or over a picture."""
    assert sha256(**changes) != sha256()


def test_each_picture_and_place_is_another_ground() -> None:
    """It should tell two mats apart, and one mat that was laid elsewhere."""
    mat = ground(90)
    moved = mat.model_copy(update={"left_m": -0.99})
    assert len({sha256(ground=each) for each in (mat, moved, ground(91))}) == 3
    assert sha256(ground=mat) == sha256(ground=ground(90))
