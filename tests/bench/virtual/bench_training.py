"""How long ``paddock train`` takes to ten clean laps, beside plain PPO that begins with nothing."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from car_agent.simulation.car import start_on_grid
from car_agent.simulation.evaluation import Decide, Setting, drive_laps, setting_on
from car_agent.simulation.league import LeagueRules
from car_agent.simulation.parameters import lasting_parameters
from car_agent.simulation.practice import Practice
from car_agent.training.rewards.process import RewardProcess, read_reward
from hardware.cameras.frames import Pixels
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer
from tests.bench.table import BenchTable

REWARD = Path(__file__).parents[3] / "docs" / "examples" / "rewards" / "centre_line.py"
TRACK = "demo"
SEEDS = (1, 2, 3, 4, 5)
PLAIN_SEEDS = (1,)
LAPS = 10
MAX_MINUTES = 10.0
#: Ours practises until it is reliable, unless a test has less patience.
STEPS: int | None = None
#: AWS's own settings, which learn from nothing.
PLAIN_SETTINGS: dict[str, Any] = {
    "batch_size": 64,
    "learning_rate": 3e-4,
    "n_epochs": 10,
    "gamma": 0.99,
    "ent_coef": 0.01,
}
CARS, ROUND_STEPS = 4, 2048
#: None may be reset, and none is waited for longer than this.
_EXAM = LeagueRules(laps=LAPS, max_resets=0, limit_ns=40_000_000_000)
_EXAM_SEED = 4711
#: As finely as a model of ours sees it.
_PICTURE_PX = (160, 120)


def measure() -> BenchTable:
    """Train each seed by the command, and plain PPO in the same environment."""
    if importlib.util.find_spec("stable_baselines3") is None:
        return BenchTable("Training", (), "Not measured: torch is missing (make setup-train).")
    told = [
        f"| {REWARD.stem}, {TRACK} track | seed | clean laps | all clean first | end | processor |",
        "|---|---|---|---|---|---|",
        *(_row("paddock train", seed, _train) for seed in SEEDS),
        *(_row("plain PPO, nothing cloned", seed, _plain) for seed in PLAIN_SEEDS),
    ]
    return BenchTable("Training", (), "\n".join(told))


@dataclass(frozen=True, slots=True)
class _Trained:
    """What came of a training; ``first_s`` None where no exam was all clean."""

    clean_laps: int
    first_s: float | None


def _row(what: str, seed: int, work: Callable[[int], _Trained]) -> str:
    began_s, before_s = time.perf_counter(), _processor_s()
    trained = work(seed)
    wall_s, used_s = time.perf_counter() - began_s, _processor_s() - before_s
    first = "none" if trained.first_s is None else f"{trained.first_s:.0f} s"
    row = (
        f"| {what} | {seed} | {trained.clean_laps} of {LAPS} | {first} | **{wall_s:.0f} s** "
        f"| {used_s:.0f} s |"
    )
    sys.stderr.write(row + "\n")
    return row


def _processor_s() -> float:
    """Return what this process and those it waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _train(seed: int) -> _Trained:
    """Run the command as a user would, then let its model drive in other noise than its exams."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "lap.onnx"
        command = [
            *(sys.executable, "-m", "timing_server", "train", "--reward", str(REWARD)),
            *("--track", TRACK, "--seed", str(seed), "--out", str(model)),
            *("--max-minutes", str(MAX_MINUTES), "--json"),
            *([] if STEPS is None else ["--steps", str(STEPS)]),
        ]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        rounds = [each for each in map(json.loads, lines.splitlines()) if each["kind"] == "round"]
        clean = [each["spent_s"] for each in rounds if each["clean_laps"] == each["laps"]]
        asked = [
            *(sys.executable, "-m", "timing_server", "evaluate", "--model", str(model)),
            *("--track", TRACK, "--laps", str(LAPS), "--seed", str(_EXAM_SEED), "--json"),
            *("--max-resets", "0"),
        ]
        told = subprocess.run(asked, check=True, capture_output=True)
        laps = int(json.loads(told.stdout)["laps_completed"])
        return _Trained(laps, clean[0] if clean else None)


def _plain(seed: int) -> _Trained:
    """Let stable-baselines3's PPO with its own network practise until all laps are clean."""
    import torch  # noqa: PLC0415 - an extra
    from stable_baselines3 import PPO  # noqa: PLC0415 - likewise
    from stable_baselines3.common.vec_env import DummyVecEnv  # noqa: PLC0415 - likewise

    from car_agent.training.reinforcement.actions import USUAL_ACTIONS, Actions  # noqa: PLC0415
    from car_agent.training.reinforcement.environment import DrivingEnvironment  # noqa: PLC0415

    torch.set_num_threads(1)
    setting = setting_on(track_named(TRACK))
    lasting, file = lasting_parameters(setting.track), read_reward(REWARD)
    rewards = [RewardProcess(file, lasting) for _ in range(CARS)]
    try:
        cars = [
            DrivingEnvironment(Practice(setting.track), USUAL_ACTIONS, reward) for reward in rewards
        ]
        together = DummyVecEnv([lambda car=car: car for car in cars])
        steps = ROUND_STEPS // CARS
        learner = PPO(
            "CnnPolicy", together, n_steps=steps, seed=seed, device="cpu", **PLAIN_SETTINGS
        )
        actions = Actions(USUAL_ACTIONS)

        def decide(pixels: Pixels) -> tuple[float, float]:
            chosen, _ = learner.predict(_small(pixels), deterministic=True)
            command = actions.command(chosen)
            return command.steering_frac, command.throttle_frac

        return _practised(learner, setting, decide)
    finally:
        for reward in rewards:
            reward.close()


def _practised(learner: Any, setting: Setting, decide: Decide) -> _Trained:
    """Practise round after round, with an exam after each as ours has, until one is all clean."""
    began_s = time.monotonic()
    while True:
        learner.learn(ROUND_STEPS, reset_num_timesteps=False)
        clean_laps = _examined(setting, decide)
        is_enough = STEPS is not None and learner.num_timesteps >= STEPS
        spent_s = time.monotonic() - began_s
        if clean_laps == LAPS:
            return _Trained(clean_laps, spent_s)
        if is_enough or spent_s > 60 * MAX_MINUTES:
            return _Trained(clean_laps, None)


def _examined(setting: Setting, decide: Decide) -> int:
    chance = Random(_EXAM_SEED)  # noqa: S311 - dynamics, not secrets
    noise = np.random.default_rng(chance.getrandbits(32))
    camera = Renderer(setting.scenery, *_PICTURE_PX, pose=setting.pose, chance=noise)
    car = start_on_grid(setting.track, camera, setting.conditions, chance)
    return drive_laps(car, decide, _EXAM).clean_laps


def _small(pixels: Pixels) -> Pixels:
    from car_agent.training.classroom import seen_by  # noqa: PLC0415 - needs torch
    from car_agent.training.networks.shapes import SMALL  # noqa: PLC0415 - likewise

    return seen_by(SMALL, pixels)[None]
