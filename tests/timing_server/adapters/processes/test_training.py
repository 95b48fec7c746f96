"""A training's process and what it started, held and let go."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import PATIENCE_S
from timing_server.adapters.processes.training import CommandTraining

#: A training whose reward function hangs: busy in a session of its own, as a sandbox is.
HANGING = """
import subprocess, sys
busy = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
print(busy.pid, flush=True)
busy.wait()
"""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[tuple[CommandTraining, psutil.Process]]:
    training = CommandTraining([sys.executable, "-c", HANGING], tmp_path / "said.log")
    busy = psutil.Process(int(next(training.lines())))
    yield training, busy
    os.kill(busy.pid, signal.SIGKILL)
    training.kill()
    training.wait()


def until(process: psutil.Process, *statuses: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while process.status() not in statuses:
        assert time.monotonic() < deadline_s, process
        time.sleep(0.01)


def test_what_it_started_stands_still_as_well(
    hanging: tuple[CommandTraining, psutil.Process],
) -> None:
    """It should leave no reward function busy beside a heat, and let it go on afterwards."""
    training, busy = hanging
    training.hold()
    until(busy, psutil.STATUS_STOPPED)
    training.let_go()
    until(busy, psutil.STATUS_RUNNING)
