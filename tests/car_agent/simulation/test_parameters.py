import itertools
from math import degrees, dist, hypot
from random import Random
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.simulation.car import SimulatedCar
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.parameters import (
    LastingParameters,
    ParameterTeller,
    PassingParameters,
    lasting_parameters,
)
from car_agent.training.answers import TOP_SPEED_MPS
from car_agent.training.expert import CHARACTERS, Expert
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.objects.traffic import Plan, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint
from hardware.virtual.world.track import Track
from hardware.virtual.world.vehicle import VehicleState

TRACKS = {name: track_named(name) for name in DESIGNS}
CAMERA = Renderer(paint(TRACKS["oval"]).to_grey(), 16, 12)
#: What DeepRacer's documentation names.
KNOWN = [
    "all_wheels_on_track",
    "x",
    "y",
    "closest_objects",
    "closest_waypoints",
    "distance_from_center",
    "is_crashed",
    "is_left_of_center",
    "is_offtrack",
    "is_reversed",
    "heading",
    "objects_distance",
    "objects_heading",
    "objects_left_of_center",
    "objects_location",
    "objects_speed",
    "progress",
    "speed",
    "steering_angle",
    "steps",
    "track_length",
    "track_width",
    "waypoints",
]

names = st.sampled_from(sorted(TRACKS))
around = st.floats(0, 1, exclude_max=True)
offsets = st.floats(-0.45, 0.45)
turns = st.floats(-3, 3)


def car_at(track: Track, along_frac: float, offset_frac: float, turn_rad: float) -> SimulatedCar:
    x_m, y_m, heading_rad = track.at(along_frac * track.length_m, offset_frac * track.width_m)
    state = VehicleState(x_m, y_m, heading_rad + turn_rad)
    return SimulatedCar(track, CAMERA, PLAIN, Random(1), state)  # noqa: S311 - dynamics


def test_every_key_that_drivers_know_is_told() -> None:
    """It should leave none of DeepRacer's parameters out."""
    told = {*get_type_hints(LastingParameters), *get_type_hints(PassingParameters)}
    assert set(KNOWN) <= told


@given(name=names, along_frac=around, offset_frac=offsets, turn_rad=turns)
def test_the_place_agrees_with_the_track(
    name: str, along_frac: float, offset_frac: float, turn_rad: float
) -> None:
    """It should tell a point 0.14 m ahead of the axle, and its side and distance of the line."""
    track = TRACKS[name]
    car = car_at(track, along_frac, offset_frac, turn_rad)
    told = ParameterTeller(car).tell(12.0, 1.5)
    assert dist((told["x"], told["y"]), (car.state.x_m, car.state.y_m)) == pytest.approx(0.14)
    here = track.project(told["x"], told["y"])
    assert told["distance_from_center"] == pytest.approx(abs(here.offset_m), abs=0.02)
    if abs(here.offset_m) > 0.02:
        assert told["is_left_of_center"] == (here.offset_m > 0)
    assert -180 <= told["heading"] <= 180
    assert (told["speed"], told["steering_angle"], told["steps"]) == (1.5, 12.0, 1)
    assert 0 <= told["projection_distance"] < track.length_m
    assert not (told["all_wheels_on_track"] and told["is_offtrack"])


@given(name=names, along_frac=around)
def test_the_waypoints_lie_around_the_car(name: str, along_frac: float) -> None:
    """It should name the waypoint behind and the one ahead, in driving order, round the finish."""
    track = TRACKS[name]
    waypoints = lasting_parameters(track)["waypoints"]
    told = ParameterTeller(car_at(track, along_frac, 0.0, 0.0)).tell(0.0, 1.0)
    behind, ahead = told["closest_waypoints"]
    assert ahead == (behind + 1) % len(waypoints)
    along_m = [track.project(*waypoints[number]).along_m for number in (behind, ahead)]
    behind_m = (told["projection_distance"] - along_m[0]) % track.length_m
    ahead_m = (along_m[1] - told["projection_distance"]) % track.length_m
    apart_m = (along_m[1] - along_m[0]) % track.length_m
    assert behind_m + ahead_m == pytest.approx(apart_m)
    assert apart_m < 0.2


@pytest.mark.parametrize("name", sorted(TRACKS))
def test_the_track_is_told_in_metres(name: str) -> None:
    """It should tell waypoints of the centre line whose polygon is about the track's length."""
    track = TRACKS[name]
    told = lasting_parameters(track)
    points = told["waypoints"]
    sides_m = [dist(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True)]
    assert sum(sides_m) == pytest.approx(told["track_length"], rel=0.01)
    assert min(sides_m) > 0.1
    assert told["track_width"] == track.width_m
    assert all(hypot(*point) < 50 for point in points)


@pytest.mark.parametrize("begin_frac", [0.1, 0.9])
def test_progress_is_a_lap_from_where_it_began(begin_frac: float) -> None:
    """It should rise from 0 to 100 once round, wherever the finish line is, and stay there."""
    track = TRACKS["demo"]
    car = car_at(track, begin_frac, 0.0, 0.0)
    expert, teller = Expert(track, CHARACTERS["balanced"]), ParameterTeller(car)
    progress = [0.0]
    while progress[-1] < 100.0 and car.now_s < 20:
        state = car.state
        steering_frac, speed_mps = expert.advise(state.x_m, state.y_m, state.heading_rad)
        car.act(steering_frac, speed_mps / TOP_SPEED_MPS)
        progress.append(teller.tell(steering_frac * 30, speed_mps)["progress"])
    assert progress == sorted(progress)
    assert max(after - before for before, after in itertools.pairwise(progress)) < 3
    assert progress[-1] == 100.0
    assert teller.travelled_m >= track.length_m


def test_going_backwards_is_no_progress() -> None:
    """It should tell 0, and still know that the car came back."""
    track = TRACKS["oval"]
    car = car_at(track, 0.5, 0.0, 3.14159)
    teller = ParameterTeller(car)
    for _ in range(10):
        car.act(0.0, 0.3)
        told = teller.tell(0.0, 1.2)
    assert told["progress"] == 0.0
    assert teller.travelled_m < -0.2


def test_wheels_off_the_road_are_told() -> None:
    """It should tell some wheels off from all wheels off."""
    track = TRACKS["oval"]
    seen = {}
    for offset_frac in (0.3, 0.5, 0.8):
        told = ParameterTeller(car_at(track, 0.1, offset_frac, 0.0)).tell(0.0, 1.0)
        seen[offset_frac] = (told["all_wheels_on_track"], told["is_offtrack"])
    assert seen == {0.3: (True, False), 0.5: (False, False), 0.8: (False, True)}


def meeting(objects: int, bots: int, seed: int, along_frac: float = 0.3) -> SimulatedCar:
    car = car_at(TRACKS["demo"], along_frac, 0.0, 0.0)
    car.traffic = Traffic(car.track, Plan(objects, bots), Random(seed))  # noqa: S311 - dynamics
    return car


@given(objects=st.integers(1, 3), bots=st.integers(0, 2), seed=st.integers(0, 99), at=around)
def test_objects_are_told_as_aws_tells_them(objects: int, bots: int, seed: int, at: float) -> None:
    """It should tell each one's place, side, distance from the line, heading and speed."""
    car = meeting(objects, bots, seed, at)
    told = ParameterTeller(car).tell(0.0, 1.0)
    count = objects + bots
    for name in ("distance", "heading", "left_of_center", "location", "speed"):
        assert len(told[f"objects_{name}"]) == count  # type: ignore[literal-required]
    for number in range(count):
        here = car.track.project(*told["objects_location"][number])
        assert abs(car.track.ahead_m(here.along_m, told["objects_distance"][number])) < 0.1
        assert told["objects_left_of_center"][number] == (here.offset_m > 0)
        is_bot = number >= objects
        assert told["objects_speed"][number] == (0.2 if is_bot else 0.0)
        if is_bot:
            apart_deg = told["objects_heading"][number] - degrees(here.heading_rad)
            assert abs((apart_deg + 180) % 360 - 180) < 15
        else:
            assert told["objects_heading"][number] == 0.0


@given(seed=st.integers(0, 99), at=around)
def test_the_closest_are_the_one_behind_and_the_one_ahead(seed: int, at: float) -> None:
    """It should name them along the track, round the finish line; of one alone, that one twice."""
    car = meeting(4, 0, seed, at)
    told = ParameterTeller(car).tell(0.0, 1.0)
    behind, ahead = told["closest_objects"]
    mine_m, length_m = told["projection_distance"], car.track.length_m
    way_m = [(along_m - mine_m) % length_m for along_m in told["objects_distance"]]
    assert way_m[ahead] == min(way_m)
    assert way_m[behind] == max(way_m)
    assert ParameterTeller(meeting(1, 0, seed, at)).tell(0.0, 1.0)["closest_objects"] == [0, 0]


def test_a_crash_is_told() -> None:
    """It should be false until the car ran into something."""
    car = meeting(1, 0, 1)
    teller = ParameterTeller(car)
    assert teller.tell(0.0, 1.0)["is_crashed"] is False
    car.has_crashed = True
    assert teller.tell(0.0, 1.0)["is_crashed"] is True
