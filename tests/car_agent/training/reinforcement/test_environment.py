"""The virtual venue as learners see it: these tests need what trains."""

import warnings
from random import Random
from typing import Any

import numpy as np
import pytest

from car_agent.models.card import Action, ContinuousOutput, DiscreteOutput
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.practice import Practice
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.objects.traffic import Plan

pytestmark = pytest.mark.train
pytest.importorskip("torch")
gymnasium = pytest.importorskip("gymnasium")
checker = pytest.importorskip("gymnasium.utils.env_checker")
actions = pytest.importorskip("car_agent.training.reinforcement.actions")
environment = pytest.importorskip("car_agent.training.reinforcement.environment")

TRACK = track_named("oval")
RANGES = ContinuousOutput(
    steering_low_deg=-25, steering_high_deg=25, speed_low_mps=0.0, speed_high_mps=2.0
)
#: Left, straight on and right, and standing still.
FEW = DiscreteOutput(
    actions=tuple(
        Action(steering_deg=steering_deg, speed_mps=speed_mps)
        for steering_deg, speed_mps in ((20, 1.0), (0, 1.5), (-20, 1.0), (0, 0.0))
    )
)


def on_oval(output: object = FEW, reward: object = lambda told: told["progress"]) -> Any:
    return environment.DrivingEnvironment(Practice(TRACK, draw=lambda _: PLAIN), output, reward)


@pytest.mark.parametrize("output", [actions.USUAL_ACTIONS, RANGES], ids=["list", "ranges"])
def test_it_is_what_gymnasium_calls_an_environment(output: object) -> None:
    """It should pass Gymnasium's own checks: spaces, shapes, seeds."""
    subject = environment.DrivingEnvironment(Practice(TRACK), output, lambda told: told["speed"])
    with warnings.catch_warnings():
        # It is made by its class, not by a registered name.
        warnings.filterwarnings("ignore", message=".*not having a spec")
        checker.check_env(subject, skip_render_check=True)


def test_it_is_one_with_others_on_the_road_too() -> None:
    """It should pass the same checks where boxes stand and bots drive."""
    practice = Practice(TRACK, Plan(objects=2, bots=1, changes_lanes=True))
    subject = environment.DrivingEnvironment(practice, FEW, lambda told: told["objects_speed"][-1])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not having a spec")
        checker.check_env(subject, skip_render_check=True)


def test_running_into_something_ends_an_episode() -> None:
    """It should end as crashed, tell the reward so, and be lost, not cut."""
    told: list[Any] = []
    practice = Practice(TRACK, Plan(objects=5), draw=lambda _: PLAIN)

    def reward(params: dict[str, Any]) -> float:
        told.append(params)
        return 0.0

    subject = environment.DrivingEnvironment(practice, RANGES, reward)
    expert = pytest.importorskip("car_agent.training.expert")
    labels = pytest.importorskip("car_agent.training.answers")
    # Along a lane, where boxes stand.
    driver = expert.Expert(TRACK, expert.CHARACTERS["cautious"], offset_m=0.2)
    for seed in range(20):
        subject.reset(seed=seed)
        terminated = truncated = False
        while not (terminated or truncated):
            state = subject._car.state
            advice = driver.advise(state.x_m, state.y_m, state.heading_rad)
            _, _, terminated, truncated, info = subject.step(labels.label_for(RANGES, *advice))
        if info["ending"] == "crashed":
            break
    assert (info["ending"], terminated, truncated) == ("crashed", True, False)
    assert [each["is_crashed"] for each in told[-2:]] == [False, True]
    assert subject.episodes[-1].ending == "crashed"


def test_same_seed_same_episode() -> None:
    """It should repeat pictures and rewards, whatever was driven before, and differ by the seed."""
    subject = environment.DrivingEnvironment(Practice(TRACK), RANGES, lambda told: told["x"])

    def driven(seed: int) -> tuple[np.ndarray, list[float]]:
        seen, _ = subject.reset(seed=seed)
        chance = Random(seed)  # noqa: S311 - dynamics
        rewards = []
        for _ in range(20):
            chosen = np.array([chance.uniform(-0.3, 0.3), 0.0], dtype=np.float32)
            seen, reward, *_ = subject.step(chosen)
            rewards.append(reward)
        return seen, rewards

    (first, rewards), (_, others), (again, repeated) = driven(3), driven(4), driven(3)
    assert np.array_equal(first, again)
    assert rewards == repeated
    assert rewards != others


@pytest.mark.parametrize(("action", "ending"), [(1, "off_track"), (3, "immobilized")])
def test_episodes_end_by_the_rules(action: int, ending: str) -> None:
    """It should end off the track or standing still, and not for the learner's own reasons."""
    subject = on_oval()
    subject.reset(seed=1)
    for _ in range(200):
        _, _, terminated, truncated, info = subject.step(action)
        if terminated or truncated:
            break
    assert (info["ending"], terminated, truncated) == (ending, True, False)
    assert subject.episodes[-1].ending == ending


def test_a_lap_ends_an_episode_but_not_the_driving() -> None:
    """It should be cut, not lost, after a lap's length, and tell what the episode came to."""
    expert = pytest.importorskip("car_agent.training.expert")
    driver = expert.Expert(TRACK, expert.CHARACTERS["cautious"], offset_m=0.1)
    subject = on_oval(RANGES)
    subject.reset(seed=2)
    labels = pytest.importorskip("car_agent.training.answers")
    for _ in range(400):
        state = subject._car.state
        advice = driver.advise(state.x_m, state.y_m, state.heading_rad)
        _, reward, terminated, truncated, info = subject.step(labels.label_for(RANGES, *advice))
        if terminated or truncated:
            break
    assert (info["ending"], terminated, truncated) == ("lap", False, True)
    assert reward == 100.0
    assert subject.episodes[-1].progress == 100.0
    assert 0.03 < subject.episodes[-1].mean_offset_m < 0.17


def test_the_reward_is_told_the_command() -> None:
    """It should tell degrees and m/s of the action, not of the car."""
    told: list[dict[str, Any]] = []

    def reward(params: dict[str, Any]) -> float:
        told.append(params)
        return 0.0

    subject = on_oval(reward=reward)
    subject.reset(seed=1)
    subject.step(0)
    subject.step(1)
    assert [(each["steering_angle"], each["speed"]) for each in told] == [(20.0, 1.0), (0.0, 1.5)]
    assert [each["steps"] for each in told] == [1, 2]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_gymnasium_makes_many_of_it(mode: str) -> None:
    """It should be made by its name, several at once, each with chances of its own."""
    cars = gymnasium.make_vec(
        environment.ENVIRONMENT_ID,
        num_envs=2,
        vectorization_mode=mode,
        practice=Practice(TRACK),
        output=FEW,
        reward=_speed_of,
    )
    try:
        first, _ = cars.reset(seed=3)
        seen, rewards, *_ = cars.step(np.array([1, 0]))
    finally:
        cars.close()
    assert first.shape == seen.shape == (2, 1, 60, 80)
    assert not np.array_equal(first[0], first[1])
    assert rewards.tolist() == [1.5, 1.0]


def _speed_of(told: Any) -> float:
    return float(told["speed"])


def test_full_lock_is_the_models_largest_angle() -> None:
    """It should turn the wheels as a car does by this action space."""
    listed, ranged = actions.Actions(FEW), actions.Actions(RANGES)
    assert listed.command(0).steering_frac == 1.0
    command = ranged.command(np.array([-1.0, 1.0], dtype=np.float32))
    assert command == actions.Command(-1.0, 0.5, -25.0, 2.0)
