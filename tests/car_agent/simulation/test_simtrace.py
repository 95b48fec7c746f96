import csv
import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from car_agent.errors import LogFileError
from car_agent.simulation.car import start_on_grid
from car_agent.simulation.cli import evaluate_app
from car_agent.simulation.conditions import PLAIN
from car_agent.simulation.evaluation import drive_laps, setting_on
from car_agent.simulation.league import LeagueRules
from car_agent.simulation.simtrace import COLUMNS, SimTraceLog
from car_agent.training.rewards.errors import RewardError
from hardware.virtual.world.designs import track_named
from hardware.virtual.world.renderer import Renderer

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_laps_are_episodes(tmp_path: Path) -> None:
    """It should write a line a picture, in the community's columns, with a lap as an episode."""
    path = tmp_path / "laps.csv"
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "2", "--json", "--log", str(path)]
    told = json.loads(CliRunner().invoke(evaluate_app, options).stdout)
    rows = rows_of(path)
    assert tuple(rows[0]) == COLUMNS
    assert [row["episode_status"] for row in rows].count("lap_complete") == 3
    # The way from the grid is the first episode, each lap one more.
    assert {row["episode"] for row in rows} == {"0", "1", "2"}
    assert float(rows[-1]["tstamp"]) == pytest.approx(told["sim_s"], abs=0.001)
    for episode in ("1", "2"):
        own = [row for row in rows if row["episode"] == episode]
        assert [int(row["steps"]) for row in own] == list(range(1, len(own) + 1))
        assert float(own[-1]["progress"]) > 97
        assert [row["done"] for row in own] == ["False"] * (len(own) - 1) + ["True"]
        assert all(-30 <= float(row["steer"]) <= 30 for row in own)
        assert all(0 <= float(row["throttle"]) <= 4 for row in own)
        assert {row["all_wheels_on_track"] for row in own} <= {"True", "False"}


def test_resets_are_told(tmp_path: Path) -> None:
    """It should say why a car was put back."""
    path = tmp_path / "laps.csv"
    demo = setting_on(track_named("demo"))
    chance = Random(1)  # noqa: S311 - dynamics
    car = start_on_grid(demo.track, Renderer(demo.scenery, 80, 60), PLAIN, chance)
    with path.open("w", newline="", encoding="utf-8") as file:
        rules = LeagueRules(laps=1, max_resets=1)
        drive_laps(car, lambda _: (0.0, 0.5), rules, witness=SimTraceLog(file))
    statuses = [row["episode_status"] for row in rows_of(path)]
    assert statuses.count("off_track") == 2


def test_collisions_are_counted(tmp_path: Path) -> None:
    """It should say that a car crashed, and count that in the column that the world has for it."""
    path = tmp_path / "laps.csv"
    options = ["--model", str(LIBRARY / "balanced.onnx"), "--laps", "2", "--objects", "5"]
    options += ["--seed", "2", "--max-resets", "9", "--json", "--log", str(path)]
    told = json.loads(CliRunner().invoke(evaluate_app, options).stdout)
    rows = rows_of(path)
    crashed = [row for row in rows if row["episode_status"] == "crashed"]
    assert len(crashed) >= told["collisions"] > 0
    assert crashed[0]["obstacle_crash_counter"] == "1"
    assert rows[0]["obstacle_crash_counter"] == "0"
    assert crashed[0]["done"] == "True"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """It should be a sentence."""
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "1", "--log", str(tmp_path)]
    answer = CliRunner().invoke(evaluate_app, options)
    assert isinstance(answer.exception, LogFileError)


def test_a_reward_is_written_for_each_step(tmp_path: Path) -> None:
    """It should ask the driver's function as a training does, and write what it gives."""
    path, own = tmp_path / "laps.csv", tmp_path / "own.py"
    own.write_text(
        "def reward_function(params):\n    return params['steps'] + params['progress'] / 1000\n",
        encoding="utf-8",
    )
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "1", "--json", "--log", str(path)]
    options += ["--reward", str(own), "--trust-reward"]
    assert CliRunner().invoke(evaluate_app, options).exit_code == 0
    rows = rows_of(path)
    assert rows
    for row in rows:
        wanted = int(row["steps"]) + float(row["progress"]) / 1000
        assert float(row["reward"]) == pytest.approx(wanted, abs=1e-6)


def test_a_faulty_reward_is_told(tmp_path: Path) -> None:
    """It should end with the driver's line, and refuse a reward that goes nowhere."""
    faulty = tmp_path / "faulty.py"
    faulty.write_text("def reward_function(params):\n    return 1 / (params['steps'] - 9)\n")
    options = ["--model", str(LIBRARY / "fast.onnx"), "--laps", "1", "--reward", str(faulty)]
    options += ["--trust-reward"]
    told = CliRunner().invoke(evaluate_app, [*options, "--log", str(tmp_path / "laps.csv")])
    assert isinstance(told.exception, RewardError)
    assert "faulty.py, line 2, raised ZeroDivisionError" in str(told.exception)
    assert "--reward without --log" in CliRunner().invoke(evaluate_app, options).output
