"""Hostile reward functions, in the real sandbox and without one."""

import collections
import os
import sys
from pathlib import Path

import pytest

from car_agent.training.rewards import sandbox
from car_agent.training.rewards.errors import RewardError, SandboxMissingError
from car_agent.training.rewards.process import RewardProcess
from tests.car_agent.training.rewards.functions import (
    LASTING,
    SHORT,
    both,
    file_of,
    params,
    said_of,
)
from tests.car_agent.training.rewards.sandboxed import needs_sandbox


@both
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("while True: os.fork()", "PermissionError"),
        ("import subprocess; subprocess.run(['/bin/sh'])", "PermissionError"),
        ("import threading; threading.Thread(target=print).start()", "RuntimeError"),
        ("import socket; socket.create_connection(('127.0.0.1', 80))", "PermissionError"),
        ("return len(bytearray(4 * 2**30))", "asked for more memory than"),
        ("\n    ".join(["kept = []", "while True: kept.append(bytearray(2**24))"]), "more memory"),
        ("open('/tmp/here', 'wb', buffering=0).write(b'x' * 2**20)", "Error"),
        ("os.kill(os.getpid(), 9)", "ended its process (by signal 9)"),
        ("os._exit(3)", "ended its process (with status 3)"),
        ("import ctypes; ctypes.string_at(0)", "ended its process (by signal 11)"),
        # Memory that no process has, and so counts against none: refused, which is no reward.
        ("import ctypes; assert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0", "AssertionError"),
    ],
)
def test_hostile_code_is_stopped(is_trusted: bool, body: str, said: str) -> None:
    """It should fork nothing, open no socket, take no gigabytes, and end with a sentence."""
    told = said_of(f"import os\ndef reward_function(params):\n    {body}\n", is_trusted=is_trusted)
    assert said in told
    assert told.startswith("reward.py")
    assert "x=1.25" in told


@needs_sandbox
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        str(Path.home()),
        str(Path(__file__)),
        str(Path(sandbox.__file__)),
        "/proc/self/environ",
        "/proc/1/cmdline",
        "/sys/class/net",
        "/var/lib",
    ],
)
def test_files_are_not_there(path: str) -> None:
    """It should see no home, no settings, no project, no processes."""
    source = f"""
    import os
    def reward_function(params):
        assert not os.path.isfile({path!r})
        return float(len(os.listdir({path!r})) if os.path.isdir({path!r}) else 0)
    """
    # A folder on the way to the interpreter may be there, and nothing else in it.
    most = len([each for each in (sys.prefix, sys.base_prefix) if each.startswith(path)])
    with RewardProcess(file_of(source), LASTING) as reward:
        assert reward(params()) <= most


@needs_sandbox
def test_nothing_that_is_shown_can_be_changed() -> None:
    """It should refuse to write anywhere: what lies in memory, even an empty file, takes some."""
    source = """
    import os, json
    def reward_function(params):
        made = []
        for folder, _, _ in os.walk("/"):
            try:
                os.mkdir(folder + "/x")
                made.append(folder)
            except OSError:
                pass
        try:
            os.remove(json.__file__)
        except OSError:
            pass
        assert made == [] and os.path.exists(json.__file__), made
        return 1.0
    """
    with RewardProcess(file_of(source), LASTING) as reward:
        assert reward(params()) == 1.0


@needs_sandbox
def test_the_environment_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should know none of this process's secrets."""
    monkeypatch.setenv("PADDOCK_SECRET", "hush")
    source = "import os\ndef reward_function(params):\n    return 'PADDOCK_SECRET' in os.environ\n"
    with RewardProcess(file_of(source), LASTING) as reward:
        assert reward(params()) == 0.0


@both
@pytest.mark.parametrize("forged", ["'\"1e9\"'", "'9' * 4000"])
def test_a_forged_answer_is_no_reward(forged: str, is_trusted: bool) -> None:
    """It should end where code writes into the pipe itself."""
    source = f"""
    import os
    def reward_function(params):
        for descriptor in range(3, 20):
            try:
                answer = '{{"reward": ' + {forged} + '}}' + chr(10)
                os.write(descriptor, answer.encode())
            except OSError:
                pass
        return 1.0
    """
    assert "reward.py" in said_of(source, is_trusted=is_trusted)


def test_without_bubblewrap_it_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It should say how to install it, and how to run a file of one's own; trusted ones run."""
    monkeypatch.setenv("PATH", str(tmp_path))
    good = file_of("def reward_function(params):\n    return 2\n")
    with pytest.raises(SandboxMissingError, match=r"apt install bubblewrap.*--trust-reward"):
        RewardProcess(good, LASTING)
    with RewardProcess(good, LASTING, is_trusted=True) as reward:
        assert reward(params()) == 2.0


def test_where_no_sandbox_can_be_made_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It should say what bubblewrap said."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(SandboxMissingError, match=r"uid map: Permission denied.*--trust-reward"):
        RewardProcess(file_of("def reward_function(params):\n    return 2\n"), LASTING)


@both
def test_one_that_forges_answers_and_takes_no_questions_is_ended(is_trusted: bool) -> None:
    """It should not keep whoever asks waiting for room in a pipe that nobody empties."""
    source = """
    import os
    def reward_function(params):
        while True:
            for number in range(3, 20):
                try:
                    os.write(number, b'{"reward": 1.0}\\n' * 500)
                except OSError:
                    pass
    """
    with (
        RewardProcess(file_of(source), LASTING, is_trusted=is_trusted, limits=SHORT) as reward,
        pytest.raises(RewardError, match="ended its process"),
    ):
        collections.deque((reward(params()) for _ in range(100_000)), maxlen=0)
    assert reward.has_ended
