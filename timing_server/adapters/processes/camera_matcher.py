"""Matches cameras by ``paddock camera match``, in a process of its own behind everything else."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from timing_server.adapters.processes import stepping_back
from timing_server.adapters.processes.evaluating import CommandEvaluator
from timing_server.service.errors import StorageFailedError
from timing_server.service.measured.errors import MatchRefusedError
from timing_server.service.measured.ports import CAR_FILE

#: It takes some seconds on one core; this is for a machine that is busy, and for one that hangs.
PATIENCE_S = 300.0
MOST_CPU_S = 120
_MOST_SAID_CHARS = 300
_MATCH = (sys.executable, "-P", "-m", "timing_server", "camera", "match")


class CommandMatcher:
    """Implements ``service.measured.ports.CameraMatcher``."""

    def __init__(self, command: Sequence[str] = _MATCH, patience_s: float = PATIENCE_S) -> None:
        self._command = tuple(command)
        self._patience_s = patience_s

    def lacks(self) -> bool:
        """Whether this machine lacks what it takes: the same as for driving models."""
        return CommandEvaluator().lacks() is not None

    def match(self, record: Path, track: str, folder: Path) -> None:
        """Fill a folder with what a record tells of its car, and with pictures."""
        first = [sys.executable, "-I", "-S", stepping_back.__file__]
        first += [str(os.getpid()), str(MOST_CPU_S)]
        wanted = ["--record", str(record), "--track", track, "--out", str(folder / CAR_FILE)]
        try:
            done = subprocess.run(  # noqa: S603 - our own command, and paths that are our own
                [*first, *self._command, *wanted, "--pictures", str(folder), "--json"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._patience_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise MatchRefusedError("Measuring took too long; nothing was kept.") from error
        except OSError as error:
            message = f"It can't be measured here ({error.strerror})."
            raise StorageFailedError(message) from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            # On the server its file is called by a hash, which tells nobody anything.
            told = said.removeprefix("paddock: ").replace(record.name, "The record")
            sentence = told[:_MOST_SAID_CHARS]
            raise MatchRefusedError(sentence or "The record can't be used: it is damaged.")
