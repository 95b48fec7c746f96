"""``paddock car`` and ``paddock model`` as people type them."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from car_agent.cli import car_app
from car_agent.commands.models import model_app
from car_agent.errors import CarSetupError, ModelError
from car_agent.models.card import card_from_json
from car_agent.models.intake import admit
from hardware.calibration.file import DEFAULT, read_calibration
from hardware.guard.errors import GuardRefusedError
from tests.car_agent.models.intake.archives import metadata, packed
from tests.car_agent.onnx_models import (
    card,
    continuous_model,
    light_seeker,
    linear_model,
    saved_bytes,
)
from tests.hardware.actuators.pwm_tree import PwmTree

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
        "import sys; import car_agent.cli, car_agent.commands.models; "
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


def test_show_runs_nothing_that_was_not_tried(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should have the file tried in the limited process before this one reads it."""
    path = light_seeker(tmp_path / "seeker.onnx")
    monkeypatch.setattr(admit, "_WORKER", "car_agent.models.intake.no_such_worker")
    result = runner.invoke(model_app, ["show", str(path)])
    assert isinstance(result.exception, ModelError)
    assert "its trial in a process of its own failed" in str(result.exception)


def test_show_names_the_file_that_was_given(runner: CliRunner, tmp_path: Path) -> None:
    """It should give the hash of an archive, and describe the model inside."""
    path = tmp_path / "model.tar.gz"
    bare = saved_bytes(linear_model([0, 3, 0]))
    path.write_bytes(packed({"agent/agent.onnx": bare, "model_metadata.json": metadata()}))
    result = runner.invoke(model_app, ["show", str(path)])
    assert hashlib.sha256(path.read_bytes()).hexdigest() in result.output


def test_import_writes_what_drives_and_its_certificate(runner: CliRunner, tmp_path: Path) -> None:
    """It should print hashes, operators and agreement, and write a file that can be shown."""
    source = tmp_path / "model.tar.gz"
    bare = saved_bytes(linear_model([0, 3, 0], is_softmax=True))
    source.write_bytes(packed({"agent/agent.onnx": bare, "model_metadata.json": metadata()}))
    out = tmp_path / "lap.onnx"
    result = runner.invoke(model_app, ["import", str(source), "-o", str(out)])
    assert result.exit_code == 0, result.output
    for text in (
        f"sha256 {hashlib.sha256(source.read_bytes()).hexdigest()}",
        f"sha256 {hashlib.sha256(bare).hexdigest()}",
        f"sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}",
        "agent/agent.onnx",
        "MatMul ×1",
        "NHWC",
        "9 golden frames, the same action on 9 of them",
        "160×120 grey",
    ):
        assert text in result.output
    shown = runner.invoke(model_app, ["show", "--json", str(out)])
    assert card_from_json(shown.output).origin == "DeepRacer, clipped_ppo"


def test_check_ends_with_one_and_a_sentence(runner: CliRunner, tmp_path: Path) -> None:
    """It should print a verdict that programs can read; import writes nothing."""
    path = tmp_path / "fake.onnx"
    path.write_bytes(b"nonsense")
    result = runner.invoke(model_app, ["check", "--json", str(path)])
    assert result.exit_code == 1
    verdict = json.loads(result.output)
    assert verdict["ok"] is False
    assert verdict["reason"] == "fake.onnx is not an ONNX model, or is cut off."
    assert verdict["sha256"] == hashlib.sha256(b"nonsense").hexdigest()
    missing = runner.invoke(model_app, ["check", "--json", str(tmp_path / "none.onnx")])
    assert json.loads(missing.output)["sha256"] is None
    out = tmp_path / "out.onnx"
    refused = runner.invoke(model_app, ["import", str(path), "-o", str(out)])
    assert isinstance(refused.exception, ModelError)
    assert not out.exists()


def test_check_of_a_good_model_is_quiet_and_ends_with_zero(
    runner: CliRunner, tmp_path: Path
) -> None:
    """It should hold card and certificate."""
    path = light_seeker(tmp_path / "seeker.onnx")
    result = runner.invoke(model_app, ["check", "--json", str(path)])
    assert result.exit_code == 0
    verdict = json.loads(result.output)
    assert verdict["ok"] is True
    assert verdict["reason"] is None
    assert card_from_json(json.dumps(verdict["card"])) == card()
    assert verdict["certificate"]["model"]["sha256"] == verdict["sha256"]


def test_calibrate_makes_the_file_that_is_named(runner: CliRunner, tmp_path: Path) -> None:
    """It should begin without the file, by the values that a car has, and save there."""
    tree = PwmTree(tmp_path / "pwm")
    config = tmp_path / "paddock.toml"
    saved = tmp_path / "calibration.json"
    config.write_text(
        f'[car]\ncar_id = "red"\nactuators = "pwm"\ntoken_file = "{tmp_path}/red.token"\n'
        f'[car.wheels]\npwm_root = "{tree.root}"\ncalibration = "{saved}"\n'
    )
    keys = "up\n+\n" + "\n" * 6
    result = runner.invoke(car_app, ["--config", str(config), "calibrate"], input=keys)
    assert result.exit_code == 0, result.output
    assert read_calibration(saved) == DEFAULT.with_servo(mid_ns=DEFAULT.servo.mid_ns + 10_000)
    assert "wheels off the ground" in result.output


def test_a_lost_terminal_saves_nothing(runner: CliRunner, tmp_path: Path) -> None:
    """It should end in neutral and leave no file."""
    tree = PwmTree(tmp_path / "pwm")
    config = tmp_path / "paddock.toml"
    config.write_text(
        f'[car]\ncar_id = "red"\nactuators = "pwm"\ntoken_file = "{tmp_path}/red.token"\n'
        f'[car.wheels]\npwm_root = "{tree.root}"\ncalibration = "{tmp_path}/c.json"\n'
    )
    result = runner.invoke(car_app, ["--config", str(config), "calibrate"], input="up\n++\n")
    assert result.exit_code == 1
    assert not (tmp_path / "c.json").exists()
    assert tree.throttle_ns() == DEFAULT.motor.mid_ns


def test_a_guard_wants_to_know_where(runner: CliRunner) -> None:
    """It should say which setting is missing."""
    result = runner.invoke(car_app, ["--car-id", "red", "--actuators", "none", "guard"])
    assert isinstance(result.exception, CarSetupError)
    assert "guard_socket" in str(result.exception)


def test_a_guard_that_cannot_listen_is_one_sentence(runner: CliRunner, tmp_path: Path) -> None:
    """It should name the place, and what it must be like."""
    config = tmp_path / "paddock.toml"
    config.write_text(
        f'[car]\ncar_id = "red"\nactuators = "none"\nguard_socket = "{tmp_path}/none/g.sock"\n'
    )
    result = runner.invoke(car_app, ["--config", str(config), "guard"])
    assert isinstance(result.exception, GuardRefusedError)
    assert "can't listen at" in str(result.exception)


def test_a_stop_is_released_without_a_server(runner: CliRunner, tmp_path: Path) -> None:
    """It should say what was latched and why, once."""
    (tmp_path / "red.e-stop").write_text('{"reason": "the button on the car"}')
    words = ["--car-id", "red", "--token-file", str(tmp_path / "red.token"), "release"]
    assert "Released: the button on the car." in runner.invoke(car_app, words).output
    assert runner.invoke(car_app, words).output == "No emergency stop is latched.\n"
