from math import radians
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.parameters import ParameterTeller
from car_agent.training.lab.ground import Drive, Ground, Pose, RoadPose
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.vehicle import VehicleState

GROUND = Ground(track_named("demo"))
CAMERA = Renderer(paint(GROUND.track).to_grey(), 16, 12)


@given(
    along_m=st.floats(0, 14),
    offset_m=st.floats(-0.6, 0.6),
    turn_deg=st.floats(-170, 170),
    speed_mps=st.floats(0, 4),
)
def test_a_ghost_is_told_what_a_car_is_told(
    along_m: float, offset_m: float, turn_deg: float, speed_mps: float
) -> None:
    """It should give the parameters by which training rewards a car at the same place."""
    pose = GROUND.pose(RoadPose(along_m, offset_m, turn_deg, Drive(speed_mps, -12.0, 0.0, 1)))
    told = GROUND.parameters(pose)
    state = VehicleState(0.0, 0.0, radians(pose.heading_deg))
    ahead_x_m, ahead_y_m = state.point(0.14)
    state.x_m, state.y_m = pose.x_m - ahead_x_m, pose.y_m - ahead_y_m
    car = SimulatedCar(GROUND.track, CAMERA, PLAIN, Random(1), state)  # noqa: S311 - dynamics
    driven = ParameterTeller(car).tell(-12.0, speed_mps)
    expected = {key: pytest.approx(value) for key, value in driven.items()}
    assert dict(told) == expected


@given(along_m=st.floats(0, 14), offset_m=st.floats(-0.3, 0.3), turn_deg=st.floats(-170, 170))
def test_a_place_of_the_road_is_where_it_says(
    along_m: float, offset_m: float, turn_deg: float
) -> None:
    """It should put the point of which params tell, not the axle, to that place."""
    told = GROUND.parameters(GROUND.pose(RoadPose(along_m, offset_m, turn_deg)))
    signed_m = told["distance_from_center"] * (1 if told["is_left_of_center"] else -1)
    assert signed_m == pytest.approx(offset_m, abs=0.003)
    apart_m = abs(told["projection_distance"] - along_m)
    assert min(apart_m, GROUND.track.length_m - apart_m) < 0.05
    assert told["progress"] == pytest.approx(10.0)
    assert told["steps"] == 30


def test_boxes_stand_on_the_road_and_are_run_into() -> None:
    """It should tell where they are as training does, and a crash where the ghost stands on one."""
    ground = Ground(track_named("demo"), 3)
    free = ground.parameters(ground.pose(RoadPose(ground.objects_m[0] - 0.6)))
    assert free["objects_distance"] == ground.objects_m == sorted(ground.objects_m)
    assert free["closest_objects"] == [2, 0]
    assert free["is_crashed"] is False
    x_m, y_m = free["objects_location"][1]
    on_it = ground.parameters(Pose(x_m, y_m, 0.0))
    assert on_it["is_crashed"] is True
    assert len(on_it["objects_left_of_center"]) == 3
    assert Ground(track_named("demo"), 3).parameters(Pose(x_m, y_m, 0.0)) == on_it
    assert "objects_location" not in GROUND.parameters(Pose(x_m, y_m, 0.0))
