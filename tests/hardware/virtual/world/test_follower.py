import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.follower import Follower

TRACKS = {name: track_named(name) for name in DESIGNS}


@given(
    name=st.sampled_from(sorted(TRACKS)),
    start_m=st.floats(0, 30),
    moves_m=st.lists(st.floats(-0.1, 0.2), max_size=60),
    offset_frac=st.floats(-0.6, 0.6),
)
def test_it_finds_what_a_look_at_the_whole_track_finds(
    name: str, start_m: float, moves_m: list[float], offset_frac: float
) -> None:
    """It should agree with the track's own projection all the way."""
    track = TRACKS[name]
    offset_m = offset_frac * track.width_m
    along_m = start_m
    x_m, y_m, _ = track.at(along_m, offset_m)
    subject = Follower(track, x_m, y_m)
    for move_m in moves_m:
        along_m += move_m
        x_m, y_m, _ = track.at(along_m, offset_m)
        found, whole = subject.follow(x_m, y_m), track.project(x_m, y_m)
        apart_m = abs(found.along_m - whole.along_m)
        assert min(apart_m, track.length_m - apart_m) < 0.05
        assert found.offset_m == pytest.approx(whole.offset_m, abs=0.002)
        assert subject.is_on_road(x_m, y_m) == track.is_on_road(x_m, y_m)


def test_another_part_of_the_road_is_not_its_road() -> None:
    """It should keep a car that leaves on its own part, however near another part comes."""
    track = TRACKS["demo"]
    half = len(track.centre) // 2
    x_m, y_m = track.centre[0]
    subject = Follower(track, x_m, y_m)
    assert not subject.is_on_road(*np.asarray(track.centre[half]))
