import numpy as np
import pytest

from hardware.virtual.errors import UnknownTrackError
from hardware.virtual.world.designs import DESIGNS, track_named


@pytest.mark.parametrize("name", DESIGNS)
def test_design_can_be_driven(name: str) -> None:
    """It should have no corner tighter than 0.7 m and leave room between its own roads."""
    subject = track_named(name)
    assert subject.name == name
    assert 1 / np.abs(subject.curvature_per_m).max() >= 0.7
    count = len(subject.centre)
    apart = np.abs(np.arange(count)[:, None] - np.arange(count)[None, :])
    apart_m = np.minimum(apart, count - apart) * subject.spacing_m
    gaps = subject.centre[:, None, :] - subject.centre[None, :, :]
    distant_m = np.hypot(gaps[..., 0], gaps[..., 1])[apart_m > 2.2]
    assert distant_m.min() > subject.width_m + 0.2


def test_demo_track_is_as_long_as_a_demo_wants() -> None:
    """It should take a car between 1.5 and 2.5 m/s less than ten seconds."""
    assert 13 <= track_named("demo").length_m <= 15


def test_demo_track_turns_both_ways() -> None:
    """It should have a chicane, not only left-hand corners."""
    bends = track_named("demo").curvature_per_m
    assert bends.max() > 1.0
    assert bends.min() < -1.0


def test_unknown_name_lists_the_known_ones() -> None:
    """It should say what could have been named."""
    with pytest.raises(UnknownTrackError, match="demo, oval"):
        track_named("moon")
