from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.world.barrier import Barrier
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.objects.bodies import CAR, Body

TRACKS = {name: track_named(name) for name in DESIGNS}
BARRIERS = {name: Barrier(track) for name, track in TRACKS.items()}
names = st.sampled_from(sorted(TRACKS))


@pytest.mark.parametrize("name", sorted(TRACKS))
def test_it_goes_round_the_whole_track_at_its_distance(name: str) -> None:
    """It should be nowhere nearer to the road than 0.6 m, and nowhere much further, where it is."""
    track, corners = TRACKS[name], BARRIERS[name].corners
    places = np.concatenate(
        [corners + (np.roll(corners, -1, axis=0) - corners) * part for part in (0.0, 0.25, 0.5)]
    )
    apart_m = [
        float(np.hypot(*(track.centre - place).T).min()) - track.width_m / 2 for place in places
    ]
    assert min(apart_m) > 0.6 - 0.08
    assert max(apart_m) < 0.6 + 0.08


@given(name=names, along=st.floats(0, 1), offset=st.floats(-0.5, 0.5), turn=st.floats(-3, 3))
def test_a_car_on_the_road_touches_no_barrier(
    name: str, along: float, offset: float, turn: float
) -> None:
    """It should leave room round every car whose axle is on the road."""
    track = TRACKS[name]
    x_m, y_m, heading_rad = track.at(along * track.length_m, offset * track.width_m)
    assert not BARRIERS[name].is_hit_by(Body(CAR, x_m, y_m, heading_rad + turn))


@given(name=names, corner=st.integers(0, 1000))
def test_a_car_across_it_hits_it(name: str, corner: int) -> None:
    """It should be hit wherever a body reaches through it."""
    corners = BARRIERS[name].corners
    one, other = corners[corner % len(corners)], corners[(corner + 1) % len(corners)]
    if hypot(*(other - one)) < 0.1:
        return
    x_m, y_m = (one + other) / 2
    across_rad = float(np.arctan2(*(other - one)[::-1])) - np.pi / 2
    assert BARRIERS[name].is_hit_by(Body(CAR, float(x_m), float(y_m), across_rad))
