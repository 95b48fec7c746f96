"""``paddock reward bench`` as the server starts it, and the commands that tell the same."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.car_agent.training.lab.functions import BORDER, CENTRE, STANDING, written
from tests.car_agent.training.rewards.sandboxed import needs_sandbox
from tests.command_line import paddock
from timing_server.launcher.processes import paddock_command

pytestmark = needs_sandbox

POSE = {"x_m": 1.0, "y_m": 0.1, "heading_deg": 10.0, "speed_mps": 2.0}


class Bench:
    """Asks the running command."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def ask(self, ask: str, source: str = CENTRE, **more: Any) -> dict[str, Any]:
        question = {"ask": ask, "track": "demo", "reward": {"source": source}} | more
        return self.say(json.dumps(question).encode())

    def say(self, line: bytes) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def bench() -> Iterator[Bench]:
    with subprocess.Popen(
        [*paddock_command(), "reward", "bench"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield Bench(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
    assert process.returncode == 0


def test_it_answers_line_by_line_and_outlives_bad_lines(tmp_path: Path) -> None:
    """It should answer what the commands answer; what it can't answer gets a sentence."""
    with bench() as subject:
        at = subject.ask("at", pose=POSE)["answer"]
        flat = subject.ask("at", "def reward_function(p):\n    return 7\n", pose=POSE)["answer"]
        standing = subject.ask("at", STANDING, pose=POSE | {"speed_mps": 0.0})["answer"]
        shown = subject.ask("map", turn_deg=5.0)["answer"]
        compared = subject.ask("compare", other={"source": BORDER})["answer"]
        fuzzed = subject.ask("fuzz", STANDING, seed=3)["answer"]
        refused = [
            subject.ask("at", "x =", pose=POSE)["refused"],
            subject.ask("at", pose=POSE, track="nowhere")["refused"],
            subject.ask("dance")["refused"],
            subject.say(b"\xff not json")["refused"],
        ]
        crowded = subject.ask("at", pose=POSE, objects=3)["answer"]
        again = subject.ask("at", pose=POSE)["answer"]
    file = written(tmp_path, CENTRE)
    words = ["at", str(file), "1.0", "0.1", "--heading", "10", "--speed", "2", "--json"]
    assert json.loads(paddock("reward", *words, folder=tmp_path).stdout) == at == again
    assert at["parameters"]["speed"] == 2.0
    assert flat["reward"] == 7.0
    assert (standing["reward"], standing["fault"]["line"]) == (None, 4)
    assert len(shown["map"]["rewards"]) == len(shown["grid"]["cells"])
    assert compared["correlation"] == pytest.approx(-1.0)
    assert [each["fault"]["line"] for each in fuzzed["findings"]] == [4]
    assert len(crowded["parameters"]["objects_location"]) == 3
    assert at["parameters"]["objects_location"] == []
    assert [each["about"] for each in refused] == ["reward", "track", "request", "request"]
    assert refused[0]["line"] == 1


def test_the_commands_teach(tmp_path: Path) -> None:
    """It should name the line and what it takes, and end with 1 where there is a fault."""
    good, bad = written(tmp_path, CENTRE, "good.py"), written(tmp_path, STANDING, "bad.py")
    fine = paddock("reward", "check", str(good), folder=tmp_path)
    assert fine.returncode == 0
    assert "No fault found" in fine.stdout
    assert "It looks at: offset." in fine.stdout
    faulty = paddock("reward", "check", str(bad), folder=tmp_path)
    assert faulty.returncode == 1
    assert "bad.py, line 4, raised ZeroDivisionError" in faulty.stdout
    assert "what it takes: speed." in faulty.stdout
    at = paddock("reward", "at", str(bad), "1", "0", "--speed", "0", folder=tmp_path)
    assert at.returncode == 1
    assert "bad.py, line 4," in at.stdout
    both = paddock("reward", "compare", str(good), str(good), folder=tmp_path)
    assert "correlation 1.00, of ranks 1.00" in both.stdout
    none = paddock("reward", "check", str(tmp_path / "none.py"), folder=tmp_path)
    assert none.returncode != 0
    assert none.stderr.startswith("paddock: ")
