"""Drivers' reward functions, good, faulty and endless, in a process of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from car_agent.errors import ModelFileError
from car_agent.training.rewards.errors import RewardError
from car_agent.training.rewards.process import RewardProcess, read_reward
from tests.car_agent.training.rewards.functions import (
    LASTING,
    SHORT,
    both,
    file_of,
    params,
    said_of,
)

ROOT = Path(__file__).parents[4]


@both
def test_a_function_runs_unchanged(is_trusted: bool) -> None:
    """It should give what the driver's file gives, with what it imports, prints and remembers."""
    source = """
    import math, random
    import numpy as np

    calls = 0

    def reward_function(params):
        '''As drivers write them.'''
        global calls
        calls += 1
        print("step", params["steps"])
        behind, ahead = params["closest_waypoints"]
        x, y = params["waypoints"][ahead]
        params["waypoints"].append((0, 0))
        params["closest_waypoints"].clear()
        assert len(params["objects_location"]) == 0
        return np.float32(calls + math.hypot(x, y) * 0 + params["track_width"] * 0)
    """
    with RewardProcess(file_of(source), LASTING, is_trusted=is_trusted) as reward:
        assert [reward(params()) for _ in range(3)] == [1.0, 2.0, 3.0]


@both
def test_objects_are_told_where_there_are_any(is_trusted: bool) -> None:
    """It should hand over a step's own objects, places as pairs, instead of an empty road's."""
    source = """
    def reward_function(params):
        behind, ahead = params["closest_objects"]
        x, y = params["objects_location"][ahead]
        assert isinstance(params["objects_location"][behind], tuple)
        return x + 10 * y + 100 * params["is_crashed"] + params["objects_distance"][behind]
    """
    told = params()
    told["closest_objects"] = [0, 1]
    told["objects_location"] = [(0.0, 0.0), (1.0, 2.0)]
    told["objects_distance"] = [0.5, 3.0]
    told["is_crashed"] = True
    with RewardProcess(file_of(source), LASTING, is_trusted=is_trusted) as reward:
        assert reward(told) == 121.5


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1 / (params['speed'] - 1.5)", "line 3, raised ZeroDivisionError: "),
        ("return params['sped']", "line 3, raised KeyError: 'sped'"),
        ("return float('nan')", "line 3, returned NaN"),
        ("return float('inf')", "line 3, returned inf; a reward must lie between"),
        ("return -1e6", "line 3, returned -1e+06; a reward must lie between"),
        ("return 10 ** 400", "line 3, returned a number that is too large"),
        ("return 'good'", "line 3, returned a str, not a number"),
        ("return [1.0]", "line 3, returned a list, not a number"),
        ("if params['steps'] > 99: return 1.0", "line 3, returned nothing (None)"),
        ("raise SystemExit", "line 3, raised SystemExit"),
        ("return reward_function(params)", "line 3, raised RecursionError: "),
    ],
)
def test_a_fault_names_line_and_parameters(body: str, said: str) -> None:
    """It should end with one sentence by which the driver finds the line and the place."""
    source = f"import math\ndef reward_function(params):\n    {body}\n"
    told = said_of(source, is_trusted=True)
    assert told.startswith(f"reward.py, {said}")
    assert "x=1.25, y=-0.5, heading=12.5, speed=1.5, steering_angle=-10" in told
    assert "closest_waypoints=[3, 4]" in told


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def reward_function(params)\n    return 1\n", "reward.py, line 1, is no Python: "),
        ("def reward(params):\n    return 1\n", "reward.py has no function reward_function"),
        ("\nimport tensorflow_of_old\n", "reward.py, line 2, raised ModuleNotFoundError: "),
        ("x = 1\ny = x / 0\n", "reward.py, line 2, raised ZeroDivisionError: "),
        ("def reward_function():\n    return 1.0\n", "reward.py raised TypeError: "),
        ("\0", "reward.py"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told(source: str, said: str) -> None:
    """It should say so before any training, with the line where there is one."""
    assert said_of(source, is_trusted=True).startswith(said)


@both
@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(1000)",
        "return len(str(7 ** 40_000_000))",
        "\n    ".join(
            ["while True:", "    try:", "        1 / 0", "    except BaseException: pass"]
        ),
    ],
)
def test_what_never_returns_is_stopped(is_trusted: bool, body: str) -> None:
    """It should be ended in time, and say in which line it was, also inside C code."""
    source = f"def reward_function(params):\n    {body}\n"
    told = said_of(source, is_trusted=is_trusted, limits=SHORT)
    assert "did not return within 0.5 s at x=1.25" in told
    assert told.startswith("reward.py, line ")


@both
def test_a_file_that_never_loads_is_stopped(is_trusted: bool) -> None:
    """It should be ended in time as well."""
    told = said_of("\nwhile True: pass\n", is_trusted=is_trusted, limits=SHORT)
    assert told == "reward.py, line 2, did not return within 0.5 s."


@both
def test_closing_leaves_no_process(is_trusted: bool) -> None:
    """It should end the child, and with it everything in its sandbox."""
    reward = RewardProcess(
        file_of("def reward_function(params):\n    return 1\n"), LASTING, is_trusted=is_trusted
    )
    pid = reward._child.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    reward.close()
    assert not Path(f"/proc/{pid}").exists()
    for child in children:
        subprocess.run(["timeout", "20", "tail", f"--pid={child}", "-f", "/dev/null"], check=True)


#: What a training is to a reward function that takes its time.
ASKS = """
import sys
from car_agent.training.rewards.process import Limits, RewardProcess
from tests.car_agent.training.rewards.functions import LASTING, file_of, params

source = "import time\\ndef reward_function(params):\\n    time.sleep(1.5)\\n    return 1.0\\n"
limits = Limits(call_s=4.0, grace_s=0.5)
with RewardProcess(file_of(source), LASTING, is_trusted=True, limits=limits) as reward:
    print(reward._child.pid, flush=True)
    print(sum(reward(params()) for _ in range(2)))
"""


@pytest.mark.parametrize("with_child", [False, True], ids=["alone", "with its child"])
def test_a_stop_is_no_silence(with_child: bool) -> None:
    """It should go on waiting after a stop that was longer than any call may take."""
    with subprocess.Popen(
        [sys.executable, "-c", ASKS], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as asking:
        assert asking.stdout is not None
        child = int(asking.stdout.readline())
        stopped = [asking.pid, child] if with_child else [asking.pid]
        time.sleep(0.3)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(6.0)
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        assert asking.stdout.read() == "2.0\n"
    assert asking.returncode == 0


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """It should name the file."""
    with pytest.raises(ModelFileError, match=r"There is no reward file .*none\.py"):
        read_reward(tmp_path / "none.py")


@both
def test_it_goes_on_after_a_fault_where_that_is_wanted(is_trusted: bool) -> None:
    """It should answer one by one, a fault in a reward's place, until its process ends."""
    source = """
    import os
    def reward_function(params):
        if params["steps"] == 9:
            os._exit(3)
        return params["x"] / (params["steps"] - 2)
    """
    steps = [params(steps=number, x=6.0) for number in (3, 2, 4, 9, 5)]
    with RewardProcess(
        file_of(source), LASTING, is_trusted=is_trusted, goes_on=True, limits=SHORT
    ) as reward:
        first, fault, again, end = reward.ask_all(steps)
        assert (first, again) == (6.0, 3.0)
        assert isinstance(fault, RewardError)
        assert (fault.line, fault.words) == (6, "raised ZeroDivisionError: float division by zero")
        assert isinstance(end, RewardError)
        assert "ended its process (with status 3)" in str(end)
        assert reward.has_ended
