"""The launcher's supervisor, with real processes."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import wait_until
from timing_server.launcher.errors import ProcessFailedError
from timing_server.launcher.processes import ProcessSpec, Supervisor

#: A process that stays until it is told to end: it has an event stream to hold and no server.
PATIENT = ("venue", "--no-server", "--track", "demo")


@pytest.fixture
def subject(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path)
    yield supervisor
    supervisor.stop_all()


def patient_spec(tmp_path: Path, name: str = "venue", stop_rank: int = 0) -> ProcessSpec:
    return ProcessSpec(name, (*PATIENT, "--socket", str(tmp_path / f"{name}.sock")), stop_rank)


def test_restarts_what_was_killed(subject: Supervisor, tmp_path: Path) -> None:
    """It should start a process again that was killed from outside."""
    subject.start(patient_spec(tmp_path))
    first = subject.pid("venue")
    os.kill(first, signal.SIGKILL)

    def is_restarted() -> bool:
        subject.check()
        return subject.pid("venue") != first

    wait_until(is_restarted)
    assert psutil.pid_exists(subject.pid("venue"))


def test_reports_what_gave_up(subject: Supervisor, tmp_path: Path) -> None:
    """It should repeat the sentence of a process that ended by itself."""
    where = ("--no-server", "--socket", str(tmp_path / "odd.sock"))
    subject.start(ProcessSpec("odd", ("venue", "--track", "nowhere-at-all", *where), 0))

    odd = psutil.Process(subject.pid("odd"))
    wait_until(lambda: odd.status() == psutil.STATUS_ZOMBIE)
    with pytest.raises(ProcessFailedError, match=r"'odd' could not go on: .*nowhere-at-all"):
        subject.check()


def test_ends_all(subject: Supervisor, tmp_path: Path) -> None:
    """It should leave no process behind."""
    subject.start(patient_spec(tmp_path, "one", 0))
    subject.start(patient_spec(tmp_path, "two", 1))
    pids = [subject.pid("one"), subject.pid("two")]
    subject.stop_all()
    assert not any(psutil.pid_exists(pid) for pid in pids)
