"""Two cars that touch: who ran into whom, and how cars side by side push each other apart."""

from math import cos, pi, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.duel.contact import LEVEL_M, meet, speeds_after
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.vehicle import VehicleState

TRACK = track_named("oval")
CAMERA = Renderer(paint(TRACK).to_grey(), 32, 24)


def car_at(along_m: float, aside_m: float = 0.0, speed_mps: float = 1.0) -> SimulatedCar:
    state = VehicleState(*TRACK.at(along_m, aside_m), speed_mps)
    return SimulatedCar(TRACK, CAMERA, PLAIN, Random(1), state)  # noqa: S311 - dynamics


def are_apart(one: SimulatedCar, other: SimulatedCar) -> bool:
    return not body_of(one.state).touches(body_of(other.state))


def energy(*speeds_mps: float) -> float:
    return sum(speed_mps**2 for speed_mps in speeds_mps)


@pytest.mark.parametrize("is_swapped", [False, True])
def test_who_is_behind_ran_into_the_other(is_swapped: bool) -> None:
    """It should be the same whichever of the two is named first, and leave the other alone."""
    behind, ahead = car_at(2.0, speed_mps=2.0), car_at(2.28)
    meet(*((ahead, behind) if is_swapped else (behind, ahead)))
    assert (behind.has_crashed, ahead.has_crashed) == (True, False)
    assert ahead.state.speed_mps == 1.0


def test_across_the_line_the_one_past_it_is_ahead() -> None:
    """It should not take the beginning of the lap for a place far behind."""
    behind, ahead = car_at(TRACK.length_m - 0.1), car_at(0.15)
    meet(behind, ahead)
    assert (behind.has_crashed, ahead.has_crashed) == (True, False)


def test_level_cars_push_each_other_apart() -> None:
    """It should be nobody's fault, leave air between them, and cost both the same."""
    left, right = car_at(2.0, 0.09), car_at(2.0, -0.09)
    meet(left, right)
    assert (left.has_crashed, right.has_crashed) == (False, False)
    assert are_apart(left, right)
    assert left.place.offset_m == pytest.approx(-right.place.offset_m, abs=1e-3)
    assert left.state.speed_mps == right.state.speed_mps < 1.0


def test_cars_that_do_not_touch_are_left_alone() -> None:
    """It should change nothing."""
    left, right = car_at(2.0, 0.2), car_at(2.0, -0.2)
    meet(left, right)
    assert (left.state.speed_mps, right.state.speed_mps) == (1.0, 1.0)


PLACES = st.tuples(
    st.floats(-LEVEL_M * 0.99, LEVEL_M * 0.99), st.floats(-0.2, 0.2), st.floats(-1.2, 1.2)
)


@given(PLACES, st.floats(0, 4), st.floats(0, 4))
def test_no_overlap_is_left_and_no_energy_gained(
    place: tuple[float, float, float], own_mps: float, its_mps: float
) -> None:
    """It should hold wherever and however two level cars touch."""
    ahead_m, aside_m, turn_rad = place
    one, other = car_at(2.0, 0.0, own_mps), car_at(2.0 + ahead_m, aside_m, its_mps)
    other.state.heading_rad += turn_rad
    meet(one, other)
    if not (one.has_crashed or other.has_crashed):
        assert are_apart(one, other)
    assert energy(one.state.speed_mps, other.state.speed_mps) <= energy(own_mps, its_mps)


@given(st.floats(0, 2 * pi), st.floats(-pi, pi), st.floats(0, 4), st.floats(0, 4))
def test_a_push_shares_what_they_had_towards_each_other(
    normal_rad: float, turn_rad: float, own_mps: float, its_mps: float
) -> None:
    """It should never give the two more energy than they had, from whichever side it comes."""
    one, other = car_at(2.0, 0.0, own_mps), car_at(2.0, 0.1, its_mps)
    other.state.heading_rad += turn_rad
    after = speeds_after(one, other, (cos(normal_rad), sin(normal_rad)))
    assert min(after) >= 0.0
    assert energy(*after) <= energy(own_mps, its_mps) + 1e-12
