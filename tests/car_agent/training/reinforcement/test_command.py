"""``paddock train`` as a person or a program starts it: these tests need what trains."""

import json
import os
import pty
import signal
import subprocess
import time
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

#: What a terminal reads to show its cursor, and to hide it.
SHOWN, HIDDEN = b"\x1b[?25h", b"\x1b[?25l"
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


def test_stops_do_no_harm_and_do_not_count(tmp_path: Path) -> None:
    """It should go on after SIGSTOP and SIGCONT at any instant, as if nothing had been."""
    words = ["--reward", str(EXAMPLES / "centre_line.py"), "--steps", "2048"]
    command = [*paddock_command(), *usual_words(), *words]
    began_s = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
    ) as training:
        assert training.stdout is not None
        # Before anything is said, in the warm start, and longer than a call may take in practice.
        for lines, pause_s in ((0, 1.0), (2, 1.0), (4, 8.0)):
            for _ in range(lines):
                training.stdout.readline()
            for moment in range(1, 6):
                time.sleep(0.13 * moment)
                os.killpg(training.pid, signal.SIGSTOP)
                time.sleep(pause_s if moment == 5 else 0.05)
                os.killpg(training.pid, signal.SIGCONT)
        outcome = json.loads(training.stdout.read().splitlines()[-1])
    assert training.returncode == 0
    assert (outcome["reason"], outcome["steps"]) == ("steps", 2048)
    assert outcome["spent_s"] < time.monotonic() - began_s - 8.0


def test_a_terminal_has_its_cursor_while_it_is_paused(tmp_path: Path) -> None:
    """It should stop at Ctrl-Z with the cursor shown, go on at fg, and end at Ctrl-C."""
    words = [word for word in usual_words() if word != "--json"]
    command = [*paddock_command(), *words, "--reward", str(EXAMPLES / "centre_line.py")]
    pid, screen = pty.fork()
    if pid == 0:  # pragma: no cover - the command takes its place
        os.chdir(tmp_path)
        os.execvpe(command[0], command, {**os.environ, "TERM": "xterm", "COLUMNS": "100"})  # noqa: S606
    _read_until(screen, b"warms up")
    os.write(screen, b"\x1a")
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert _read_until(screen, SHOWN).rfind(HIDDEN) == -1
    os.kill(pid, signal.SIGCONT)
    _read_until(screen, HIDDEN)
    os.write(screen, b"\x03")
    _read_until(screen, b"stopped before there was a model to keep")
    _, status = os.waitpid(pid, 0)
    os.close(screen)
    assert os.WEXITSTATUS(status) == 2


def _read_until(screen: int, awaited: bytes) -> bytes:
    """Return what a terminal shows next, up to those bytes."""
    shown = b""
    while awaited not in shown:
        try:
            shown += os.read(screen, 1)
        except OSError:  # the terminal's other end is closed
            pytest.fail(f"{awaited!r} was not shown: {shown.decode(errors='replace')}")
    return shown


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
