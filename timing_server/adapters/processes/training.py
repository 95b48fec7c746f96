"""Trains models by ``paddock train`` in a process of its own, behind everything else.

This process imports nothing that trains and runs nothing that drivers wrote: it starts the command,
reads its lines, and stops it where it is when the machine is wanted for a race.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from timing_server.adapters.processes import stepping_back
from timing_server.adapters.processes.descendants import descendants
from timing_server.contract.names import shown_text
from timing_server.contract.workshop import USUAL_CARS, Lacking
from timing_server.service.errors import StorageFailedError
from timing_server.service.workshop.ports import RunEnded, TrainingRun

#: What training needs beyond the server's own packages (extra ``train``).
PACKAGES = ("torch", "stable_baselines3", "gymnasium", "rich", "onnxruntime", "cv2")
#: What confines drivers' code.
SANDBOX = "bwrap"
_TRAIN = (sys.executable, "-P", "-m", "timing_server", "train")
_MAX_LINE_BYTES = 64 * 1024
_LAST_WORDS_BYTES = 4096
_SHOWN_CHARS = 600
_CRIES = "said.log"
#: The command asks no server whether there is room: it is this one that stops it.
_HELD_BY_US = {"PADDOCK_SERVER_PORT": "0"}


class CommandTrainer:
    """Implements ``service.workshop.ports.Trainer``; ``cluster`` is Ray's, ``ray://HOST:PORT``."""

    def __init__(self, command: Sequence[str] = _TRAIN, cluster: str | None = None) -> None:
        self._command = tuple(command)
        self._cluster = cluster

    @property
    def has_cluster(self) -> bool:
        """Whether cars drive on a cluster, where it can be used."""
        return self._cluster is not None

    def lacks(self) -> tuple[Lacking, ...]:
        """Return what is missing on this machine."""
        lacking: list[Lacking] = []
        if any(find_spec(name) is None for name in PACKAGES):
            lacking.append("train")
        if shutil.which(SANDBOX) is None:
            lacking.append("sandbox")
        return tuple(lacking)

    def start(self, run: TrainingRun) -> "CommandTraining":
        """Start a process, which ends with the calling thread."""
        command = [*self._command, *_arguments(run)]
        if self._cluster is not None:
            command += ["--workers", self._cluster, "--or-here"]
        return CommandTraining(command, run.files.folder / _CRIES)


def _arguments(run: TrainingRun) -> list[str]:
    files = run.files
    arguments = ["--json", "--view", str(files.view), "--out", str(files.model)]
    arguments += ["--reward", str(files.reward), "--track", run.track]
    arguments += ["--seed", str(run.seed), "--max-minutes", f"{run.minutes:.2f}"]
    if run.network != "small":
        arguments += ["--network", run.network]
    if run.algorithm != "ppo":
        arguments += ["--algorithm", run.algorithm]
    if run.cars != USUAL_CARS:
        arguments += ["--cars", str(run.cars)]
    if run.as_measured is not None:
        arguments += ["--as-measured", run.as_measured]
    if files.metadata.exists():
        arguments += ["--metadata", str(files.metadata)]
    if files.parent.exists():
        arguments += ["--from", str(files.parent)]
    return arguments


class CommandTraining:
    """Implements ``service.workshop.ports.Training``; raises StorageFailedError if not to start."""

    def __init__(self, command: list[str], cries: Path, most_cpu_s: int = 0) -> None:
        self._cries = cries
        first = [sys.executable, "-I", "-S", stepping_back.__file__]
        first += [str(os.getpid()), str(most_cpu_s)]
        try:
            with cries.open("wb") as stderr:
                self._popen = subprocess.Popen(  # noqa: S603 - our own command line
                    [*first, *command],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    start_new_session=True,
                    env=os.environ | _HELD_BY_US,
                )
        except OSError as error:
            message = f"The training couldn't be started ({error.strerror})."
            raise StorageFailedError(message) from error

    def lines(self) -> Iterator[str]:
        """Yield what it tells, line by line, until it ends; a line that is too long in parts."""
        stdout = cast("IO[bytes]", self._popen.stdout)
        with stdout:
            while line := stdout.readline(_MAX_LINE_BYTES):
                yield line.decode("utf-8", "replace").strip()

    def wait(self) -> RunEnded:
        """Return how it ended, once it has."""
        code = self._popen.wait()
        with suppress(OSError), self._cries.open("rb") as file:
            file.seek(max(0, self._cries.stat().st_size - _LAST_WORDS_BYTES))
            last = file.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
            return RunEnded(code, shown_text(last.removeprefix("paddock: "), _SHOWN_CHARS))
        return RunEnded(code, "")

    def hold(self) -> None:
        """Stop it at once, wherever it is, and the reward functions, which have own sessions."""
        self._signal(signal.SIGSTOP)
        self._signal_all(signal.SIGSTOP)

    def let_go(self) -> None:
        """Let it go on where it was stopped."""
        self._signal_all(signal.SIGCONT)
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; what it had written stays."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        """Signal its whole group, of which it is the leader, for as long as it lives."""
        if self._popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, number)

    def _signal_all(self, number: signal.Signals) -> None:
        """Signal all that it started: drivers' code that hangs is busy, whoever waits for it.

        Looked for again until none is new: a sandbox that is being made starts one after another.
        """
        reached: set[int] = set()
        while self._popen.poll() is None:
            fresh = set(descendants(self._popen.pid)) - reached
            if not fresh:
                return
            reached |= fresh
            for each in fresh:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(each, number)
