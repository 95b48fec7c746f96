"""``paddock car`` and ``paddock model`` as people type them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from car_agent.cli import car_app, model_app
from car_agent.errors import ModelError
from car_agent.models.card import card_from_json
from tests.car_agent.onnx_models import card, continuous_model, light_seeker

WIDE = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner(env=WIDE)


def test_help_teaches(runner: CliRunner) -> None:
    """It should explain every option and show how it is used on a car and on a desk."""
    said = runner.invoke(car_app, ["--help"]).output
    for word in ("--server", "--car-id", "--token-file", "--model", "--camera", "--venue"):
        assert word in said
    assert "Examples" in said
    assert "--camera usb:0" in said


def test_help_is_quick() -> None:
    """It should not import the camera's or the model's libraries for help alone."""
    code = (
        "import sys; import car_agent.cli; "
        "sys.exit(any(name in sys.modules for name in ('cv2', 'onnxruntime', 'onnx', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_show_describes_a_discrete_model(runner: CliRunner, tmp_path: Path) -> None:
    """It should list card, hash, input, output and every action."""
    path = light_seeker(tmp_path / "seeker.onnx")
    result = runner.invoke(model_app, ["show", str(path)])
    assert result.exit_code == 0, result.output
    for text in (
        "1×120×160×1 float32",
        "160×120 grey, values 0–255, NHWC, area",
        "one of 3 actions",
        "30° to the right",
        "straight on",
        "2 m/s",
        "MatMul ×1",
    ):
        assert text in result.output


def test_show_describes_a_continuous_model(runner: CliRunner, tmp_path: Path) -> None:
    """It should give both ranges."""
    path = continuous_model(tmp_path / "c.onnx", 0, 0)
    result = runner.invoke(model_app, ["show", str(path)])
    assert "steering -20° to 20°, speed 0.5 to 2.5 m/s" in result.output


def test_show_json_is_the_card(runner: CliRunner, tmp_path: Path) -> None:
    """It should print a card that other programs can read."""
    path = light_seeker(tmp_path / "seeker.onnx")
    result = runner.invoke(model_app, ["show", "--json", str(path)])
    assert card_from_json(json.dumps(json.loads(result.output))) == card()


def test_show_refuses_what_cannot_drive(runner: CliRunner, tmp_path: Path) -> None:
    """It should raise the sentence that the car would end with."""
    result = runner.invoke(model_app, ["show", str(tmp_path / "none.onnx")])
    assert isinstance(result.exception, ModelError)
    assert "There is no model file" in str(result.exception)
