from dataclasses import replace
from math import hypot
from random import Random

import numpy as np
import pytest

from car_agent.simulation.car import SimulatedCar, start_anywhere, start_on_grid
from car_agent.simulation.conditions import CameraPool, Conditions, random_conditions
from car_agent.training.answers import TOP_SPEED_MPS
from car_agent.training.expert import CHARACTERS, Expert
from hardware.virtual.world.camera.pose import Light
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.bodies import body_of
from hardware.virtual.world.objects.traffic import Plan, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.vehicle import VehicleState

TRACK = track_named("demo")
CAMERAS = CameraPool([paint(TRACK).to_grey()], Random(1), count=2)  # noqa: S311 - dynamics


def on_grid(latency_s: float = 0.02, loss_frac: float = 0.0, seed: int = 1) -> SimulatedCar:
    chance = Random(seed)  # noqa: S311 - dynamics
    conditions = Conditions(Light(), latency_s, loss_frac=loss_frac)
    return start_on_grid(TRACK, CAMERAS.pick(chance), conditions, chance)


def drive(run: SimulatedCar, character: str, laps: int) -> None:
    expert = Expert(TRACK, CHARACTERS[character])
    while len(run.laps_ns) < laps and not run.is_off and run.now_s < 60:
        pose = run.state
        steering_frac, speed_mps = expert.advise(pose.x_m, pose.y_m, pose.heading_rad)
        run.act(steering_frac, speed_mps / TOP_SPEED_MPS)


@pytest.mark.parametrize("character", ["cautious", "balanced", "fast"])
def test_expert_laps_without_leaving_the_track(character: str) -> None:
    """It should be worth learning from, late commands and all."""
    run = on_grid(latency_s=0.08)
    drive(run, character, laps=3)
    assert not run.is_off
    assert len(run.laps_ns) == 3
    assert max(run.laps_ns) < 10_000_000_000


def test_lap_begins_at_the_first_crossing() -> None:
    """It should not count the way from the grid to the line, nor a lap under way."""
    run = on_grid()
    run.act(0.0, 0.4)
    while run.now_s < 1.5:
        run.act(0.0, 0.4)
    assert run.laps_ns == []


def test_command_takes_effect_late() -> None:
    """It should stand still until the command's latency is over."""
    run = on_grid(latency_s=0.1)
    run.act(0.0, 1.0)
    assert run.state.speed_mps == 0.0
    run.act(0.0, 1.0)
    assert run.state.speed_mps > 0.0


def test_lost_frame_loses_its_command() -> None:
    """It should go on with the command before, here none."""
    run = on_grid(loss_frac=1.0)
    for _ in range(10):
        run.act(0.0, 1.0)
    assert run.state.speed_mps == 0.0


def test_straight_on_ends_off_the_track() -> None:
    """It should end the run once no wheel is on the road."""
    run = on_grid()
    while run.now_s < 10 and not run.is_off:
        run.act(0.0, 0.5)
    assert run.is_off
    ended_s = run.now_s
    run.act(0.0, 0.5)
    assert run.now_s == ended_s


def test_light_reaches_the_picture() -> None:
    """It should show the same place darker in a dim hall."""
    chance = Random(1)  # noqa: S311 - dynamics
    camera = CAMERAS.pick(chance)
    bright, dim = (
        start_on_grid(TRACK, camera, Conditions(Light(gain=gain), 0.0), chance).observe()
        for gain in (1.0, 0.5)
    )
    assert bright.shape == (240, 320)
    assert dim.mean() == pytest.approx(bright.mean() / 2, rel=0.05)


def test_same_seed_same_run() -> None:
    """It should be repeatable down to the picture."""

    def end_of_run() -> tuple[float, np.ndarray]:
        chance = Random(5)  # noqa: S311 - dynamics
        cameras = CameraPool([paint(TRACK).to_grey()], Random(2), count=1)  # noqa: S311 - dynamics
        run = start_anywhere(TRACK, cameras.pick(chance), random_conditions(chance), chance)
        for _ in range(20):
            run.act(0.1, 0.3)
        return run.state.x_m, run.observe()

    (one_x_m, one), (other_x_m, other) = end_of_run(), end_of_run()
    assert one_x_m == other_x_m
    assert np.array_equal(one, other)


def test_a_line_crossed_twice_is_no_lap() -> None:
    """It should count a lap only where the car went round; backing over the line is none."""
    run = on_grid()
    while not run.crossings_ns:
        run.act(0.0, 0.3)
    run.put(TRACK.length_m - 0.5)
    before_s = run.now_s
    while run.now_s < before_s + 1.5:
        run.act(0.0, 0.3)
    assert len(run.crossings_ns) == 1
    run.start_over()
    while len(run.crossings_ns) == 1 and run.now_s < before_s + 10:
        run.act(0.0, 0.3)
    assert len(run.crossings_ns) == 2


def test_a_car_put_straight_has_the_line_before_it() -> None:
    """It should let a car that left sideways, just before the line, cross it."""
    run = on_grid()
    x_m, y_m, heading_rad = TRACK.at(TRACK.length_m - 0.05)
    run.state.x_m, run.state.y_m, run.state.heading_rad = x_m, y_m, heading_rad + 1.5
    run.put(TRACK.length_m - 0.05)
    while not (run.crossings_ns or run.is_off):
        run.act(0.0, 0.3)
    assert len(run.crossings_ns) == 1


def test_crossings_lie_between_steps() -> None:
    """It should find the instant of a crossing finer than a step of the dynamics."""
    run = on_grid()
    drive(run, "balanced", laps=2)
    assert any(at_ns % 5_000_000 for at_ns in run.crossings_ns)
    assert run.laps_ns == [
        run.crossings_ns[1] - run.crossings_ns[0],
        run.crossings_ns[2] - run.crossings_ns[1],
    ]


SPEEDWAY = track_named("speedway")
SPEEDWAY_CAMERA = Renderer(paint(SPEEDWAY).to_grey(), 80, 60)


def before_box(aside_m: float = 0.0) -> SimulatedCar:
    """A standing car a metre before a box, on a long straight."""
    traffics = (Traffic(SPEEDWAY, Plan(objects=1), Random(seed)) for seed in range(99))  # noqa: S311 - dynamics
    traffic = next(each for each in traffics if each.spots[0].along_m < 3.5)
    (box,) = traffic.spots
    state = VehicleState(*SPEEDWAY.at(box.along_m - 1.0, box.offset_m + aside_m))
    chance, conditions = Random(1), Conditions(Light(), 0.0)  # noqa: S311 - dynamics
    return SimulatedCar(SPEEDWAY, SPEEDWAY_CAMERA, conditions, chance, state, traffic=traffic)


def test_a_car_that_runs_into_something_stays_there() -> None:
    """It should end the step at the instant of the crash, nose at the box."""
    run = before_box()
    while not run.has_crashed and run.now_s < 5:
        run.act(0.0, 0.3)
    assert run.has_crashed
    assert not run.is_off
    nose_x_m, nose_y_m = run.state.point(run.traits.nose_m)
    box = run.traffic.bodies[0] if run.traffic else None
    assert box is not None
    assert hypot(nose_x_m - box.x_m, nose_y_m - box.y_m) == pytest.approx(0.14, abs=0.05)
    ended_s = run.now_s
    run.act(0.0, 0.3)
    assert run.now_s == ended_s


def test_a_car_passes_what_stands_aside() -> None:
    """It should drive by a box on a lane, on the other lane."""
    run = before_box(aside_m=-0.3 if before_box().place.offset_m > 0 else 0.3)
    began_m = run.place.along_m
    while run.place.along_m < began_m + 1.4 and run.now_s < 5:
        run.act(0.0, 0.3)
    assert not run.has_crashed
    assert not run.is_off


def test_after_a_crash_it_is_put_back_behind() -> None:
    """It should stand a metre back, in the middle of the road."""
    run = before_box()
    while not run.has_crashed and run.now_s < 5:
        run.act(0.0, 0.3)
    crashed_m = run.place.along_m
    run.put_back()
    assert SPEEDWAY.ahead_m(run.place.along_m, crashed_m) == pytest.approx(1.0, abs=0.03)
    assert not run.has_crashed
    assert abs(run.place.offset_m) < 0.01


def test_nobody_is_put_where_something_stands() -> None:
    """It should go back to the next free place on a road too narrow to stand beside a box."""
    narrow = track_named("esses")
    traffic = Traffic(narrow, Plan(objects=1), Random(1))  # noqa: S311 - dynamics
    state = VehicleState(*narrow.at(traffic.spots[0].along_m - 1.0))
    run = SimulatedCar(narrow, SPEEDWAY_CAMERA, Conditions(Light(), 0.0), Random(1), state)  # noqa: S311 - dynamics
    run.traffic = traffic
    run.put(traffic.spots[0].along_m)
    assert traffic.is_free(body_of(run.state))
    assert 0.3 < narrow.ahead_m(run.place.along_m, traffic.spots[0].along_m) < 0.6


def test_the_camera_sees_what_is_on_the_road() -> None:
    """It should take another picture where a box stands ahead."""
    run = before_box()
    assert not np.array_equal(run.observe(), replace(run, traffic=None).observe())


def test_nobody_starts_in_a_box() -> None:
    """It should begin where there is room, on a road with little of it."""
    traffic = Traffic(TRACK, Plan(objects=9), Random(3))  # noqa: S311 - dynamics
    for seed in range(200):
        chance = Random(seed)  # noqa: S311 - dynamics
        conditions = Conditions(Light(), 0.0)
        run = start_anywhere(TRACK, CAMERAS.pick(chance), conditions, chance, traffic)
        assert traffic.is_free(body_of(run.state))
