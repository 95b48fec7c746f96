from math import hypot, radians
from random import Random

import pytest

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
