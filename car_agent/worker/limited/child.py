"""The limited process: drives one model that a stranger brought, says how far it is, and ends.

Forked off the nursery, or begun as ``python -m car_agent.worker.limited.child``. It gets the length
of its order as eight bytes on standard input, the order's JSON, then the model's file; of a run
that is played also the instant of its go. It answers on standard output, a line of JSON for each
lap, of a played run for each picture, and one at the end. Once it opens the model it can write no
file, start no process, and has a bounded share of memory and processor time. It ends with whoever
began it.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from car_agent.errors import CarError
from car_agent.models.load import LoadedModel, read_content, start_model
from car_agent.models.papers import Papers
from car_agent.simulation.evaluation import Setting
from car_agent.worker.errors import WorkerUnfitError
from car_agent.worker.limited.driving import drive, setting_of
from car_agent.worker.limited.orders import (
    LENGTH_BYTES,
    Ended,
    Failed,
    LapTried,
    Line,
    RunOrder,
)
from car_agent.worker.limited.playing import Player
from car_agent.worker.limited.trace import TraceKeeper
from car_agent.worker.simulator import versions
from hardware.virtual.errors import TrackFileError, TrackShapeError
from timing_server.contract.machines.workers import DrivenRun

_NICENESS = 10
_OPEN_FILES = 32
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Drive one run."""
    end_with_parent()
    given = sys.stdin.buffer
    length = int.from_bytes(given.read(LENGTH_BYTES), "big")
    order = RunOrder.model_validate_json(given.read(length))
    content = given.read() if order.model_bytes is None else given.read(order.model_bytes)
    # The runtime writes warnings there; the answer has a descriptor of its own.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(BrokenPipeError):
        say(out, answer(order, content, out, given))


def answer(order: RunOrder, content: bytes, out: BinaryIO, given: BinaryIO) -> Ended | Failed:
    """Return how a run ended; laps are told to ``out`` on the way.

    Of a run that is played more is told, and its go is read from ``given``.
    """
    try:
        setting = setting_of(order)
        _check_whole(order, content)
        # Before files can't be read any more.
        simulator = versions()
        limit(order)
        model = start_model(read_content(content, Papers(), Path("model.onnx")))
        keeper = TraceKeeper() if order.is_traced else None
        run = _driven(order, model, setting, keeper, Lines(out, given))
    except WorkerUnfitError as error:
        return Failed(whose="worker", sentence=str(error))
    except (TrackShapeError, TrackFileError) as error:
        return Failed(whose="stage", sentence=str(error))
    except CarError as error:
        return Failed(whose="model", sentence=str(error))
    except MemoryError:
        return Failed(whose="model", sentence=too_large(order.memory_bytes))
    trace = None if keeper is None else keeper.told()
    return Ended(run=run, simulator=simulator, trace=trace)


class Lines:
    """The way out of a limited process, and what is told to it on its way."""

    def __init__(self, out: BinaryIO, given: BinaryIO) -> None:
        self._out = out
        self._given = given

    def say(self, line: Line) -> None:
        """Tell something."""
        say(self._out, line)

    def go_mono_ns(self) -> int:
        """Wait for the go. Raises WorkerUnfitError where none comes."""
        told = self._given.read(LENGTH_BYTES)
        if len(told) < LENGTH_BYTES:
            raise WorkerUnfitError("The run was never let go.")
        return int.from_bytes(told, "big")


def _driven(
    order: RunOrder,
    model: LoadedModel,
    setting: Setting,
    keeper: TraceKeeper | None,
    lines: Lines,
) -> DrivenRun:
    if order.model_bytes is None:
        tried = lambda laps: lines.say(LapTried(tried=laps))  # noqa: E731 - as short as it is
        return drive(order, model, setting, tried, keeper)
    player = Player(order, lines.say, lines.go_mono_ns, keeper)
    return drive(order, player.timed(model), setting, player.tried, player)


def _check_whole(order: RunOrder, content: bytes) -> None:
    if sha256(content).hexdigest() != order.model_sha256:
        raise WorkerUnfitError("The model that came isn't the one that was sent.")


def say(out: BinaryIO, line: Line) -> None:
    """Tell a line on the way out."""
    out.write(line.model_dump_json().encode() + b"\n")
    out.flush()


def too_large(memory_bytes: int) -> str:
    """Say what a model did that ran out of memory."""
    return f"The model asked for more memory than it may ({memory_bytes // 2**20} MiB)."


class Bounds(Protocol):
    """What an order says of how much may be used."""

    @property
    def memory_bytes(self) -> int:
        """Memory beyond what is taken already."""

    @property
    def cpu_s(self) -> int:
        """Processor time."""


def limit(order: Bounds) -> None:
    """Give up what a model may not use. Memory is counted from what is taken already.

    Whatever else runs here, a race above all, comes first: for the processor, and when memory ends.
    """
    os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + order.memory_bytes
    for which, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, order.cpu_s, order.cpu_s + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(which, (soft, hard))


def end_with_parent() -> None:
    """Have the kernel end this process, stopped or not, when whoever started it is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
