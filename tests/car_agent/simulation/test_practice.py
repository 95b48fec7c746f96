from collections.abc import Callable
from dataclasses import astuple, fields
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.simulation.car import start_anywhere
from car_agent.simulation.conditions import (
    CameraPool,
    random_conditions,
    random_mount,
    random_sceneries,
    random_traits,
)
from car_agent.simulation.practice import Practice
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.traffic import Plan
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.vehicle import DEEPRACER

TRACK = track_named("oval")
SIZE_PX = (80, 60)
#: What is another from car to car; dimensions and the servo's lock are the kind's.
VARIED = {
    "top_speed_mps",
    "motor_lag_s",
    "max_acceleration_mps2",
    "coasting_mps2",
    "servo_lag_s",
    "grip_mps2",
}


def by(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - dynamics


@pytest.mark.parametrize("draw", [random_conditions, random_mount])
def test_what_is_drawn_follows_from_the_seed(draw: Callable[[Random], object]) -> None:
    """It should be the same for the same seed, and another for another."""
    assert draw(by(1)) == draw(by(1))
    assert draw(by(1)) != draw(by(2))


@given(seed=st.integers(0, 2**32))
def test_cars_differ_by_motor_and_floor_and_nothing_else(seed: int) -> None:
    """It should leave a car's dimensions alone, and vary the rest by less than a third or so."""
    traits = random_traits(by(seed))
    for each in fields(DEEPRACER):
        usual, own = getattr(DEEPRACER, each.name), getattr(traits, each.name)
        assert (usual == own) or each.name in VARIED
        if each.name in VARIED:
            assert 0.7 * usual <= own <= 1.5 * usual


@given(seed=st.integers(0, 2**32))
def test_mounts_vary_in_all_that_a_hand_can_get_wrong(seed: int) -> None:
    """It should turn, raise and shift the camera, and change its lens, a little."""
    usual, own = CameraPose(), random_mount(by(seed))
    assert all(a != b for a, b in zip(astuple(usual), astuple(own), strict=True))
    assert abs(own.pitch_rad - usual.pitch_rad) < 0.05
    assert abs(own.yaw_rad) < 0.03
    assert abs(own.height_m - usual.height_m) < 0.02


def test_there_are_many_grounds_and_deepracers_is_one() -> None:
    """It should begin with the plain one and paint each other one differently."""
    one, *others = random_sceneries(TRACK, by(1), 4)
    (plain,) = random_sceneries(TRACK, by(9), 1)
    assert np.array_equal(one.levels[0], plain.levels[0])
    assert all(not np.array_equal(one.levels[0], other.levels[0]) for other in others)
    assert {each.barrier is None for each in random_sceneries(TRACK, by(1), 8)} == {True, False}


def test_each_run_is_its_own_and_repeatable() -> None:
    """It should draw camera, conditions, traffic and place anew, by the seed alone."""
    practice = Practice(TRACK, Plan(objects=2, bots=1))
    cameras = practice.cameras(by(1), SIZE_PX)

    def seen(seed: int) -> np.ndarray:
        return practice.begin(start_anywhere, cameras, by(seed)).observe()

    assert np.array_equal(seen(1), seen(1))
    assert len({seen(seed).tobytes() for seed in range(12)}) == 12
    run = practice.begin(start_anywhere, cameras, by(3))
    assert run.traffic is not None
    assert len(run.traffic.bodies) == 3
    assert run.traits != DEEPRACER
    assert Practice(TRACK).begin(start_anywhere, cameras, by(3)).traffic is None


def test_who_drives_beside_changes_nothing() -> None:
    """It should see the same, noise and all, where others look through its camera too."""
    practice = Practice(TRACK)
    pool = CameraPool([paint(TRACK).to_grey()], by(1), count=1, size_px=SIZE_PX)
    noisy = next(
        seed
        for seed in range(99)
        if practice.begin(start_anywhere, pool, by(seed)).conditions.light.noise
    )

    def seen(others: int) -> list[bytes]:
        car = practice.begin(start_anywhere, pool, by(noisy))
        beside = [practice.begin(start_anywhere, pool, by(noisy + n + 1)) for n in range(others)]
        pictures = []
        for _ in range(3):
            pictures.append(car.observe().tobytes())
            car.act(0.0, 0.5)
            for other in beside:
                other.observe()
        return pictures

    alone = seen(0)
    assert len(set(alone)) == 3
    assert seen(2) == alone
