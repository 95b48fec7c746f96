"""``paddock train`` as a person or a program starts it: these tests need what trains."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import cv2
import pytest

from car_agent.models.load import load_model
from car_agent.training.rewards import sandbox
from car_agent.training.rewards.errors import SandboxMissingError
from tests.command_line import assert_one_sentence, paddock
from timing_server.launcher.processes import paddock_command

pytestmark = [pytest.mark.train, pytest.mark.timeout(600)]
pytest.importorskip("torch")
pytest.importorskip("stable_baselines3")

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples" / "rewards"


def usual_words() -> tuple[str, ...]:
    """Return what every training here has; without a sandbox where this machine makes none."""
    try:
        sandbox.sandboxed_command()
    except SandboxMissingError:
        trusted: tuple[str, ...] = ("--trust-reward",)
    else:
        trusted = ()
    return ("train", "--track", "oval", "--json", *trusted)


def test_the_command_survives_kill_9(tmp_path: Path) -> None:
    """It should tell programs how it goes, and go on where it was killed, leaving the model."""
    out, view = tmp_path / "m.onnx", tmp_path / "view.jpg"
    words = ["--reward", str(EXAMPLES / "centre_line.py"), "--out", str(out), "--steps", "4096"]
    command = [*paddock_command(), *usual_words(), *words, "--view", str(view)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as first:
        assert first.stdout is not None
        told: list[dict[str, Any]] = []
        for line in first.stdout:
            told.append(json.loads(line))
            if told[-1].get("steps") == 2048:
                break
        first.kill()
    assert first.returncode == -signal.SIGKILL
    assert {each["kind"] for each in told} == {"said", "round"}
    assert [each["steps"] for each in told if each["kind"] == "round"] == [0, 2048]
    assert load_model(out).card.name == "m"
    seen = cv2.imread(str(view), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    assert seen.shape == (120, 160)
    again = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    said, *told, outcome = [json.loads(line) for line in again.stdout.splitlines()]
    assert said["words"].startswith("Going on after 2,048 steps")
    assert [each["steps"] for each in told] == [2048, 4096]
    assert (outcome["kind"], outcome["reason"], outcome["steps"]) == ("outcome", "steps", 4096)
    assert outcome["sha256"] == load_model(out).sha256
    assert again.stderr == ""
    assert sorted(tmp_path.iterdir()) == [out, view]


def test_a_fault_is_told_to_people_and_programs(tmp_path: Path) -> None:
    """It should end with 1 and a sentence, and give programs the number of the line."""
    faulty = tmp_path / "faulty.py"
    faulty.write_text(
        "def reward_function(params):\n    return 1 / (params['steps'] - 9)\n", encoding="utf-8"
    )
    done = paddock(*usual_words(), "--reward", str(faulty), folder=tmp_path)
    assert done.returncode == 1
    assert_one_sentence(done, "faulty.py, line 2, raised ZeroDivisionError", "x=")
    fault = json.loads(done.stdout.splitlines()[-1])
    sentence = done.stderr.strip().removeprefix("paddock: ")
    assert fault == {"kind": "fault", "sentence": sentence, "line": 2}
