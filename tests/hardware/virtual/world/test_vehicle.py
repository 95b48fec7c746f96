from math import atan, hypot, radians
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.virtual.world.vehicle import DEEPRACER, VehicleState, VehicleTraits, step

CALM = VehicleTraits(servo_play_rad=0.0, grip_play_frac=0.0)


def driven(
    seconds: float,
    steering_frac: float,
    throttle_frac: float,
    traits: VehicleTraits = CALM,
    state: VehicleState | None = None,
    *,
    is_on_field: bool = False,
) -> VehicleState:
    state = state or VehicleState(0.0, 0.0, 0.0)
    chance = Random(1)  # noqa: S311 - dynamics, not secrets
    for _ in range(round(seconds / 0.005)):
        step(state, traits, steering_frac, throttle_frac, 0.005, chance, is_on_field=is_on_field)
    return state


def test_throttle_holds_a_speed() -> None:
    """It should settle at the fraction of top speed that is asked for."""
    assert driven(3.0, 0.0, 0.5).speed_mps == pytest.approx(2.0, rel=0.01)


def test_neutral_coasts_to_a_stop() -> None:
    """It should roll on, slow down and stand, not stop dead."""
    subject = driven(0.2, 0.0, 0.0, state=VehicleState(0, 0, 0, speed_mps=2.0))
    assert 1.0 < subject.speed_mps < 2.0
    assert driven(2.0, 0.0, 0.0, state=subject).speed_mps == 0.0


def test_negative_throttle_brakes_and_never_reverses() -> None:
    """It should stop sooner than coasting does, and stay."""
    subject = driven(0.2, 0.0, -1.0, state=VehicleState(0, 0, 0, speed_mps=2.0))
    assert subject.speed_mps == pytest.approx(1.0, abs=0.05)
    assert driven(1.0, 0.0, -1.0, state=subject).speed_mps == 0.0


def test_slow_car_turns_on_the_circle_of_its_wheels() -> None:
    """It should follow wheelbase / tan(steering) while the tyres hold, to the left."""
    subject = driven(4.0, 0.5, 0.2)
    before = VehicleState(
        subject.x_m, subject.y_m, subject.heading_rad, subject.speed_mps, radians(15)
    )
    driven(0.1, 0.5, 0.2, state=before)
    yaw_radps = (before.heading_rad - subject.heading_rad) / 0.1
    assert subject.speed_mps / yaw_radps == pytest.approx(0.164 / 0.26795, rel=0.01)
    assert not subject.is_sliding


def test_fast_car_slides_wide_and_loses_speed() -> None:
    """It should turn less than its wheels say once the corner asks for more than the grip."""
    state = VehicleState(0, 0, 0, speed_mps=3.0, steering_rad=radians(30))
    subject = driven(0.05, 1.0, 0.75, state=state)
    assert subject.is_sliding
    assert subject.heading_rad < 0.05 * CALM.grip_mps2 / 2.8
    assert subject.speed_mps < 3.0


def test_steering_takes_time() -> None:
    """It should have turned the wheels by about two thirds after one time constant."""
    assert driven(0.05, 1.0, 0.0).steering_rad == pytest.approx(radians(30) * 0.63, rel=0.02)


def test_field_stops_the_car_whatever_the_throttle() -> None:
    """It should come to stand soon."""
    state = VehicleState(0, 0, 0, speed_mps=3.0)
    assert driven(0.5, 0.0, 1.0, state=state, is_on_field=True).speed_mps == 0.0


def test_same_seed_same_way() -> None:
    """It should be repeatable, and differ by seed only in small things."""
    ways = [driven(2.0, 0.1, 0.5, DEEPRACER) for _ in range(2)]
    assert ways[0] == ways[1]
    other = VehicleState(0.0, 0.0, 0.0)
    chance = Random(2)  # noqa: S311 - likewise
    for _ in range(400):
        step(other, DEEPRACER, 0.1, 0.5, 0.005, chance)
    assert other != ways[0]
    assert hypot(other.x_m - ways[0].x_m, other.y_m - ways[0].y_m) < 0.5


def test_points_and_wheels_turn_with_the_car() -> None:
    """It should place what is fixed to the car by its heading."""
    subject = VehicleState(1.0, 2.0, radians(90))
    assert subject.point(0.1, 0.02) == pytest.approx((0.98, 2.1))
    assert subject.wheels(CALM)[0] == pytest.approx((0.92, 2.0))
    assert len(set(subject.wheels(CALM))) == 4


def circle_m(speed_mps: float, seconds: float = 1.0) -> float:
    """How far from the start of a 1 m corner a car gets aside that steers for just that corner."""
    steering_rad = atan(CALM.wheelbase_m / 1.0)
    state = VehicleState(0, 0, 0, speed_mps=speed_mps, steering_rad=steering_rad)
    chance, furthest_m = Random(1), 0.0  # noqa: S311 - dynamics
    for _ in range(round(seconds / 0.005)):
        frac = steering_rad / CALM.max_steering_rad
        step(state, CALM, frac, speed_mps / CALM.top_speed_mps, 0.005, chance)
        # The corner's middle lies a metre to the left.
        furthest_m = max(furthest_m, hypot(state.x_m, state.y_m - 1.0))
    return furthest_m


@pytest.mark.parametrize(("speed_mps", "is_held"), [(1.5, True), (2.3, True), (3.0, False)])
def test_a_corner_of_a_metre_holds_a_car_up_to_its_grip(speed_mps: float, is_held: bool) -> None:
    """It should follow the corner at a speed that its tyres hold, and leave the road above it."""
    assert (circle_m(speed_mps) < 1.2) == is_held


def test_four_metres_a_second_slide_out_of_a_corner_of_a_metre() -> None:
    """It should be off any road within half a second, whatever the wheels say."""
    assert circle_m(4.0, seconds=0.5) > 1.45
    state = VehicleState(0, 0, 0, speed_mps=4.0, steering_rad=radians(30))
    subject = driven(0.1, 1.0, 1.0, state=state)
    assert subject.is_sliding


@given(
    speed_mps=st.floats(0.3, 4.0),
    steering_frac=st.floats(-1, 1),
    throttle_frac=st.floats(-1, 1),
)
def test_no_car_turns_harder_than_its_tyres_hold(
    speed_mps: float, steering_frac: float, throttle_frac: float
) -> None:
    """It should feel no more sideways than the grip, and less where it brakes or pulls as well."""
    rad = steering_frac * CALM.max_steering_rad
    state = VehicleState(0, 0, 0, speed_mps=speed_mps, steering_rad=rad)
    driven(0.005, steering_frac, throttle_frac, state=state)
    across_mps2 = abs(state.heading_rad) / 0.005 * state.speed_mps
    along_mps2 = abs(state.speed_mps - speed_mps) / 0.005
    assert across_mps2 <= CALM.grip_mps2 + 1e-6
    if not state.is_sliding:
        used = (across_mps2 / CALM.grip_mps2) ** 2 + (along_mps2 / CALM.pull_mps2) ** 2
        assert used < 1.02


def test_braking_in_a_corner_takes_hold_away() -> None:
    """It should turn less where it brakes hard at the limit than where it rolls."""
    ways = []
    for throttle_frac in (0.5, -1.0):
        state = VehicleState(0, 0, 0, speed_mps=2.0, steering_rad=radians(30))
        ways.append(driven(0.01, 1.0, throttle_frac, state=state).heading_rad)
    assert ways[1] < 0.95 * ways[0]
