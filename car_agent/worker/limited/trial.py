"""Runs the limited process and listens to it: laps, its end, or how it failed.

This side parses nothing of the model: it hands the bytes over and reads bounded lines.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Protocol, Self, cast

from pydantic import ValidationError

from car_agent.models.intake.admit import Limits, bare_environment
from car_agent.worker.errors import RunLostError
from car_agent.worker.limited.nursery import Forked, Nursery
from car_agent.worker.limited.orders import (
    LENGTH_BYTES,
    LINE,
    DuelEnded,
    Ended,
    Failed,
    LapTried,
    Line,
    OnTheWay,
    RunOrder,
)

_CHILD = "car_agent.worker.limited.child"
#: The end of a race of two has two traces in it.
_MAX_LINE_BYTES = 4_000_000
_MAX_SAID_BYTES = 64 * 1024

#: Called at least so often while a run is driven, with the laps that are tried.
Tick = Callable[[int], None]
#: Called with what is told of a run that is played.
Told = Callable[[OnTheWay], None]


def memory_bytes(model_bytes: int) -> int:
    """Return how much memory a model of this size may take to drive."""
    return Limits().memory_bytes(model_bytes)


class Ordered(Protocol):
    """An order that a process can be given."""

    @property
    def cpu_s(self) -> int:
        """How much processor time it may take."""

    def model_dump_json(self) -> str:
        """Return it as the process reads it."""


def started(module: str) -> "subprocess.Popen[bytes]":
    """Start a module of ours as a process, which takes as long as Python and its libraries do."""
    return subprocess.Popen(  # noqa: S603 - our own module, no name of a stranger
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=bare_environment(),
        start_new_session=True,
    )


class LimitedProcess:
    """A process of its own, with those that it starts; ``with`` ends it whatever happens.

    ``model``'s bytes follow the order. ``process`` leads a group; where it ``is_played``, it is
    told its go later.
    """

    def __init__(
        self,
        order: Ordered,
        model: bytes,
        process: "subprocess.Popen[bytes] | Forked",
        *,
        is_played: bool = False,
    ) -> None:
        self._order = order
        self._process = process
        text = order.model_dump_json().encode()
        with suppress(BrokenPipeError):
            stdin = cast("IO[bytes]", self._process.stdin)
            stdin.write(len(text).to_bytes(LENGTH_BYTES, "big") + text + model)
            stdin.flush() if is_played else stdin.close()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process and those that it started."""
        self._signal(signal.SIGKILL)
        with suppress(RunLostError):
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def go(self, at_mono_ns: int) -> None:
        """Let a run that is played begin at that instant of the machine's monotonic clock."""
        with suppress(BrokenPipeError):
            stdin = cast("IO[bytes]", self._process.stdin)
            stdin.write(at_mono_ns.to_bytes(LENGTH_BYTES, "big"))
            stdin.close()

    def hold(self, *, is_held: bool) -> None:
        """Stop the process where it is, or let it go on."""
        self._signal(signal.SIGSTOP if is_held else signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and those that it started: they are its own group's."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def hear(
        self, tick: Tick, every_s: float, on_the_way: Told = lambda _: None
    ) -> Ended | DuelEnded | Failed:
        """Return how it ended; what ``tick`` raises ends it.

        ``on_the_way`` hears what is told of a run that is played. Raises RunLostError where nobody
        knows how it ended.
        """
        out, said = bytearray(), bytearray()
        laps, next_s = 0, time.monotonic()
        stdout, stderr = (
            cast("IO[bytes]", pipe) for pipe in (self._process.stdout, self._process.stderr)
        )
        with selectors.DefaultSelector() as ready:
            ready.register(stdout, selectors.EVENT_READ, out)
            ready.register(stderr, selectors.EVENT_READ, said)
            while ready.get_map():
                if time.monotonic() >= next_s:
                    tick(laps)
                    next_s = time.monotonic() + every_s
                for key, _ in ready.select(max(0.0, next_s - time.monotonic())):
                    part = os.read(key.fd, _MAX_SAID_BYTES)
                    key.data.extend(part)
                    if not part:
                        ready.unregister(key.fileobj)
                del said[:-_MAX_SAID_BYTES]
                if len(out) > _MAX_LINE_BYTES:
                    return _models("answered too much")
                for line in _taken(out):
                    if isinstance(line, Ended | DuelEnded | Failed):
                        return line
                    if isinstance(line, LapTried):
                        laps = line.tried
                    else:
                        on_the_way(line)
        return self._how_it_ended(bytes(said))

    def _how_it_ended(self, said: bytes) -> Failed:
        code = self._process.wait()
        if code < 0:
            return _models(killed_by(-code, self._order.cpu_s))
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2][:200].rstrip(". ")
        return _models(f"failed: {last}" if last else "ended without an answer")


class Trial(LimitedProcess):
    """One run, in a process that ``nursery`` begins, or else in one that is started for it."""

    def __init__(self, order: RunOrder, model: bytes, nursery: Nursery | None = None) -> None:
        process = nursery.begin() if nursery else started(_CHILD)
        super().__init__(order, model, process, is_played=order.model_bytes is not None)

    def listen(
        self, tick: Tick, every_s: float, on_the_way: Told = lambda _: None
    ) -> Ended | Failed:
        """Return how the run ended; see ``hear``."""
        ended = self.hear(tick, every_s, on_the_way)
        return UNREADABLE if isinstance(ended, DuelEnded) else ended


def _taken(out: bytearray) -> list[Line]:
    """Take whole lines off what came; what can't be read is the model's, too: it was in there."""
    lines: list[Line] = []
    while (end := out.find(b"\n")) >= 0:
        try:
            lines.append(LINE.validate_json(bytes(out[:end])))
        except ValidationError:
            lines.append(UNREADABLE)
        del out[: end + 1]
    return lines


def killed_by(number: int, cpu_s: int) -> str:
    """Return in words how a model's process ended that a signal ended."""
    if number == signal.SIGXCPU:
        return f"took more than {cpu_s} s of processor time"
    if number == signal.SIGKILL:
        return "was killed, most likely for its memory"
    return f"crashed ({signal.Signals(number).name})"


def _models(how: str) -> Failed:
    return Failed(whose="model", sentence=f"The model's run {how}.")


UNREADABLE = _models("answered with what can't be read")
