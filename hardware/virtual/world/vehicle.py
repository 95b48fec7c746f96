"""How a car moves: a bicycle model with a servo, a motor and tyres that can only do so much.

Dimensions are DeepRacer's (wheelbase 0.164 m, track 0.16 m); the model is deliberately small.
The reference point is the middle of the rear axle, where a car that doesn't slide moves along its
own heading. When the corner asks for more than the tyres hold, the car turns less than its wheels
say (it understeers towards the outside) and loses speed: so speed means something.
"""

from dataclasses import dataclass
from math import copysign, cos, exp, radians, sin, tan
from random import Random


@dataclass(frozen=True, slots=True)
class VehicleTraits:
    """What a kind of car can do; lengths are measured from the rear axle along the heading.

    ``grip_mps2`` is what the tyres hold across, ``pull_mps2`` what they would hold along: braking
    or pulling takes from the former.
    """

    wheelbase_m: float = 0.164
    track_m: float = 0.16
    nose_m: float = 0.23
    tail_m: float = -0.07
    max_steering_rad: float = radians(30)
    top_speed_mps: float = 4.0
    servo_lag_s: float = 0.05
    motor_lag_s: float = 0.12
    max_acceleration_mps2: float = 4.0
    max_braking_mps2: float = 5.0
    coasting_mps2: float = 2.0
    grip_mps2: float = 6.0
    pull_mps2: float = 9.0
    sliding_mps2: float = 2.5
    field_drag_mps2: float = 9.0
    servo_play_rad: float = radians(0.5)
    servo_play_lag_s: float = 0.3
    grip_play_frac: float = 0.12
    grip_play_lag_s: float = 0.6


DEEPRACER = VehicleTraits()


@dataclass(slots=True)
class VehicleState:
    """Where a car is and how it moves; heading in radians counter-clockwise from +x."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float = 0.0
    steering_rad: float = 0.0
    play_rad: float = 0.0
    grip_play_frac: float = 0.0
    is_sliding: bool = False

    def point(self, ahead_m: float, left_m: float = 0.0) -> tuple[float, float]:
        """Return the place of a point that is fixed to the car."""
        c, s = cos(self.heading_rad), sin(self.heading_rad)
        return self.x_m + ahead_m * c - left_m * s, self.y_m + ahead_m * s + left_m * c

    def wheels(self, traits: VehicleTraits) -> tuple[tuple[float, float], ...]:
        """Return where the four wheels stand."""
        half_m = traits.track_m / 2
        return tuple(
            self.point(ahead_m, left_m)
            for ahead_m in (0.0, traits.wheelbase_m)
            for left_m in (half_m, -half_m)
        )


def step(
    state: VehicleState,
    traits: VehicleTraits,
    steering_frac: float,
    throttle_frac: float,
    dt_s: float,
    chance: Random,
    is_on_field: bool = False,
) -> None:
    """Move the car by ``dt_s``, which should be about 5 ms.

    ``steering_frac`` −1..1 of full lock, positive is left. ``throttle_frac`` above 0 holds the
    speed that is that fraction of ``top_speed_mps``, 0 lets the car coast to a stop, below 0
    brakes (this car doesn't reverse). On the field the wheels find no hold and the car stops.
    ``chance`` drives the play of servo and floor: the same seed and commands give the same way.
    """
    _turn_wheels(state, traits, steering_frac, dt_s, chance)
    speed_mps = max(0.0, state.speed_mps + dt_s * _push(state, traits, throttle_frac, is_on_field))
    yaw_radps = speed_mps * tan(state.steering_rad + state.play_rad) / traits.wheelbase_m
    # Dust and tape: the floor doesn't hold alike everywhere.
    state.grip_play_frac = _wandered(
        state.grip_play_frac, traits.grip_play_frac, traits.grip_play_lag_s, dt_s, chance
    )
    grip_mps2 = traits.grip_mps2 * max(0.2, 1.0 + state.grip_play_frac)
    # A tyre that brakes or pulls has that much less to hold the car in a corner.
    spent = min(0.9, abs(speed_mps - state.speed_mps) / dt_s / traits.pull_mps2)
    grip_mps2 *= (1.0 - spent * spent) ** 0.5
    state.is_sliding = abs(yaw_radps) * speed_mps > grip_mps2
    if state.is_sliding:
        yaw_radps = copysign(grip_mps2 / speed_mps, yaw_radps)
        speed_mps = max(0.0, speed_mps - traits.sliding_mps2 * dt_s)
    middle_rad = state.heading_rad + yaw_radps * dt_s / 2
    travelled_m = (state.speed_mps + speed_mps) / 2 * dt_s
    state.x_m += travelled_m * cos(middle_rad)
    state.y_m += travelled_m * sin(middle_rad)
    state.heading_rad += yaw_radps * dt_s
    state.speed_mps = speed_mps


def _turn_wheels(
    state: VehicleState, traits: VehicleTraits, steering_frac: float, dt_s: float, chance: Random
) -> None:
    wanted_rad = max(-1.0, min(1.0, steering_frac)) * traits.max_steering_rad
    state.steering_rad += (wanted_rad - state.steering_rad) * (1 - exp(-dt_s / traits.servo_lag_s))
    # Gears and rods that are never quite where they were.
    state.play_rad = _wandered(
        state.play_rad, traits.servo_play_rad, traits.servo_play_lag_s, dt_s, chance
    )


def _wandered(value: float, spread: float, lag_s: float, dt_s: float, chance: Random) -> float:
    """Return the next value of an Ornstein-Uhlenbeck process around 0 with that deviation."""
    keep = exp(-dt_s / lag_s)
    return value * keep + chance.gauss(0.0, spread * (1 - keep * keep) ** 0.5)


def _push(
    state: VehicleState, traits: VehicleTraits, throttle_frac: float, is_on_field: bool
) -> float:
    """Return the acceleration along the heading in m/s²."""
    if is_on_field:
        return -traits.field_drag_mps2
    if throttle_frac < 0:
        return max(-1.0, throttle_frac) * traits.max_braking_mps2
    if throttle_frac == 0:
        return -traits.coasting_mps2
    wanted_mps = min(1.0, throttle_frac) * traits.top_speed_mps
    wanted_mps2 = (wanted_mps - state.speed_mps) / traits.motor_lag_s
    return max(-traits.max_braking_mps2, min(traits.max_acceleration_mps2, wanted_mps2))
