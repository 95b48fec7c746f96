from math import radians
from random import Random

import numpy as np
import pytest

from car_agent.errors import CarSetupError
from car_agent.simulation.car import start_on_grid
from car_agent.simulation.conditions import PLAIN
from car_agent.training.answers import TOP_SPEED_MPS
from car_agent.training.expert import CHARACTERS, Character, Expert, character_named, plan_speed
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.traffic import Plan, Traffic
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import paint

TRACK = track_named("demo")


@pytest.mark.parametrize("kind", CHARACTERS.values(), ids=CHARACTERS)
def test_plan_obeys_the_characters_limits(kind: Character) -> None:
    """It should be no faster than the top speed, the corner and the brakes allow."""
    plan = plan_speed(TRACK, kind)
    assert plan.max() <= kind.top_speed_mps
    assert (plan**2 * np.abs(TRACK.curvature_per_m)).max() <= kind.cornering_mps2 * 1.001
    change = (np.roll(plan, -1) ** 2 - plan**2) / (2 * TRACK.spacing_m)
    assert change.min() >= -kind.braking_mps2 * 1.001
    assert change.max() <= kind.accelerating_mps2 * 1.001


def test_characters_differ_in_pace() -> None:
    """It should plan laps that get quicker from cautious to wild."""
    laps_s = [
        float(np.sum(TRACK.spacing_m / plan_speed(TRACK, kind))) for kind in CHARACTERS.values()
    ]
    assert laps_s == sorted(laps_s, reverse=True)
    assert laps_s[0] < 10


def test_expert_steers_back_to_the_line() -> None:
    """It should steer right when it stands left of the line, left when it points right."""
    subject = Expert(TRACK, CHARACTERS["balanced"])
    x_m, y_m, heading_rad = TRACK.at(0.5, offset_m=0.3)
    assert subject.advise(x_m, y_m, heading_rad)[0] < -0.1
    x_m, y_m, heading_rad = TRACK.at(0.5)
    assert subject.advise(x_m, y_m, heading_rad - 0.4)[0] > 0.3


def test_expert_turns_round_where_it_faces_backwards() -> None:
    """It should use full lock and little speed."""
    x_m, y_m, heading_rad = TRACK.at(0.5)
    subject = Expert(TRACK, CHARACTERS["fast"])
    steering_frac, speed_mps = subject.advise(x_m, y_m, heading_rad + radians(170))
    assert abs(steering_frac) == 1.0
    assert speed_mps < 1.0


@pytest.mark.parametrize("name", ["demo", "esses", "speedway"])
@pytest.mark.parametrize("plan", [Plan(objects=4), Plan(bots=3, changes_lanes=True)], ids=str)
def test_expert_passes_what_stands_and_drives_on_the_road(plan: Plan, name: str) -> None:
    """It should lap among boxes and slow cars without a touch, on a narrow road as on a wide."""
    track = track_named(name)
    expert = Expert(track, CHARACTERS["cautious"])
    camera = Renderer(paint(track).to_grey(), 16, 12)
    for seed in range(3):
        traffic = Traffic(track, plan, Random(seed))  # noqa: S311 - dynamics
        car = start_on_grid(track, camera, PLAIN, Random(seed), traffic)  # noqa: S311 - dynamics
        while not car.laps_ns and car.now_s < 60 and not (car.is_off or car.has_crashed):
            state = car.state
            advice = expert.advise(state.x_m, state.y_m, state.heading_rad, traffic.spots)
            car.act(advice[0], advice[1] / TOP_SPEED_MPS)
        assert car.laps_ns, f"seed {seed}: off {car.is_off}, crashed {car.has_crashed}"


def test_advice_is_within_what_a_car_can_do() -> None:
    """It should stay within full lock and a positive speed, wherever the car stands."""
    subject = Expert(TRACK, CHARACTERS["wild"])
    chance = np.random.default_rng(1)
    for x_m, y_m, heading_rad in chance.uniform((-3, -2, -4), (5, 4, 4), (300, 3)):
        steering_frac, speed_mps = subject.advise(x_m, y_m, heading_rad)
        assert -1.0 <= steering_frac <= 1.0
        assert 0.0 < speed_mps <= CHARACTERS["wild"].top_speed_mps


def test_unknown_character_lists_the_known_ones() -> None:
    """It should say what could have been named."""
    with pytest.raises(CarSetupError, match="cautious, balanced, fast, wild"):
        character_named("angry")
