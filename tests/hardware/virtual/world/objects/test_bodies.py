from math import cos, hypot, pi, sin

from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.world.objects.bodies import BOX, CAR, Body, Kind, body_of
from hardware.virtual.world.vehicle import DEEPRACER, VehicleState

turns = st.floats(-pi, pi)
kinds = st.sampled_from([BOX, CAR])


def covers(body: Body, x_m: float, y_m: float) -> bool:
    """Whether a point lies on the ground that a body covers, worked out another way."""
    dx, dy = x_m - body.x_m, y_m - body.y_m
    c, s = cos(body.heading_rad), sin(body.heading_rad)
    ahead_m, left_m = dx * c + dy * s, dy * c - dx * s
    kind = body.kind
    return kind.tail_m <= ahead_m <= kind.nose_m and abs(left_m) <= kind.half_width_m


@given(one=kinds, other=kinds, turn=turns, other_turn=turns, away=turns, distance=st.floats(0, 0.8))
def test_bodies_touch_where_they_share_ground(
    one: Kind, other: Kind, turn: float, other_turn: float, away: float, distance: float
) -> None:
    """It should be so in either direction, wherever a fine grid finds a place of both."""
    mine = Body(one, 0.0, 0.0, turn)
    others = Body(other, distance * cos(away), distance * sin(away), other_turn)
    assert mine.touches(others) == others.touches(mine)
    grid = [number * 0.02 for number in range(-20, 21)]
    if any(covers(mine, x, y) and covers(others, x, y) for x in grid for y in grid):
        assert mine.touches(others)
    if distance > mine.kind.reach_m + others.kind.reach_m:
        assert not mine.touches(others)


def test_a_body_beside_another_does_not_touch_it() -> None:
    """It should see the gap between two that stand askew, though both are within reach."""
    box = Body(BOX, 0.0, 0.0, 0.0)
    assert box.touches(Body(BOX, 0.27, 0.0, 0.0))
    assert not box.touches(Body(BOX, 0.29, 0.0, 0.0))
    assert not box.touches(Body(BOX, 0.0, 0.25, 0.0))
    # Corner to corner: their shadows on x and on y overlap, their ground doesn't.
    assert not box.touches(Body(BOX, 0.24, 0.24, pi / 4))


def test_a_car_covers_what_its_traits_say() -> None:
    """It should reach from tail to nose, and its middle lie between."""
    body = body_of(VehicleState(1.0, 2.0, pi / 2, speed_mps=1.5))
    xs, ys = zip(*body.corners, strict=True)
    assert (min(ys), max(ys)) == (2.0 + DEEPRACER.tail_m, 2.0 + DEEPRACER.nose_m)
    assert max(xs) - min(xs) > DEEPRACER.track_m
    assert hypot(body.middle[0] - 1.0, body.middle[1] - 2.08) < 1e-9
    assert body.speed_mps == 1.5
