"""``paddock evaluate --against`` as a person types it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from car_agent.simulation.cli import evaluate_app

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"


def against(*more: str) -> tuple[int, str]:
    models = ("--model", str(LIBRARY / "fast.onnx"), "--against", str(LIBRARY / "cautious.onnx"))
    done = CliRunner().invoke(evaluate_app, [*models, "--track", "oval", "--laps", "1", *more])
    return done.exit_code, done.output


def test_two_models_race_from_the_command_line() -> None:
    """It should say who won, in words as in JSON."""
    code, said = against()
    assert code == 0, said
    assert said.splitlines()[-1] == "On oval: The model on the left wins."
    code, said = against("--json")
    told = json.loads(said)
    assert (code, told["winner"], told["laps"]) == (0, 1, 1)
    left, right = told["sides"]
    assert left["total_us"] < right["total_us"]
    assert left["lap_us"] == [left["total_us"]]


def test_what_makes_no_race_of_two_is_refused() -> None:
    """It should not let boxes be forgotten silently."""
    assert against("--objects", "2")[0] == 2
    assert against("--stress")[0] == 2
