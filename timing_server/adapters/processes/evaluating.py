"""Drives models on virtual tracks by ``paddock evaluate`` in a process of its own.

It needs what a car needs, onnxruntime and OpenCV, and nothing of what training needs.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from timing_server.adapters.processes.training import CommandTraining
from timing_server.service.workshop.ports import EvaluationRun, RunEnded

#: What driving needs beyond the server's own packages (extra ``car``).
PACKAGES = ("numpy", "onnxruntime", "cv2")
#: Of the processor, all cores together: the largest networks take some minutes.
MOST_CPU_S = 1800
_EVALUATE = (sys.executable, "-P", "-m", "timing_server", "evaluate")


class CommandEvaluator:
    """Implements ``service.workshop.ports.Evaluator``."""

    def __init__(self, command: Sequence[str] = _EVALUATE) -> None:
        self._command = tuple(command)

    def lacks(self) -> Literal["car"] | None:
        """Return what is missing on this machine."""
        return "car" if any(find_spec(name) is None for name in PACKAGES) else None

    def start(self, run: EvaluationRun) -> "CommandEvaluation":
        """Start a process, which ends with the calling thread."""
        return CommandEvaluation([*self._command, *_arguments(run)])


def _arguments(run: EvaluationRun) -> list[str]:
    arguments = ["--json-lines", "--model", str(run.model), "--track", run.track]
    arguments += ["--laps", str(run.laps), "--seed", str(run.seed)]
    if run.as_measured is not None:
        arguments += ["--as-measured", run.as_measured]
    return [*arguments, "--stress"] if run.is_stress else arguments


class CommandEvaluation(CommandTraining):
    """A process that drives; implements ``service.workshop.ports.Training``."""

    def __init__(self, command: list[str]) -> None:
        self._folder = TemporaryDirectory(prefix="paddock-")
        cries = Path(self._folder.name) / "said.log"
        super().__init__(command, cries, most_cpu_s=MOST_CPU_S)

    def wait(self) -> RunEnded:
        """Return how it ended, once it has."""
        ended = super().wait()
        self._folder.cleanup()
        return ended
