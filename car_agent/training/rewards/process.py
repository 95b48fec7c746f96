"""A driver's reward function in a child process: asked over pipes, each time within a time."""

import contextlib
import hashlib
import json
import os
import re
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import IO, Any, Self, cast

from car_agent.models.files import read_text_capped
from car_agent.simulation.parameters import LastingParameters, PassingParameters
from car_agent.training.rewards.errors import RewardError
from car_agent.training.rewards.sandbox import (
    bare_environment,
    sandboxed_command,
    trusted_command,
    trusted_packages,
)
from car_agent.training.waiting import slices
from timing_server.contract.names import shown_text

MAX_SOURCE_BYTES = 256 * 1024
_MAX_ANSWER_BYTES = 16 * 1024
_MAX_CRIES_BYTES = 64 * 1024
_MAX_REWARD = 1e5
#: What reading an answer that the code forged may raise; an integer too long for a float, too.
_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)
#: Bubblewrap is told to take the child with it; where that fails it is not waited for.
_END_S = 5.0
#: How long the child's Python may take to start.
_START_S = 60.0

#: The parameters by which a driver finds the place again.
_TELLING = (
    "x",
    "y",
    "heading",
    "speed",
    "steering_angle",
    "distance_from_center",
    "progress",
    "steps",
    "closest_waypoints",
    "all_wheels_on_track",
)


@dataclass(frozen=True, slots=True)
class RewardFile:
    """A driver's file: what errors call it, and its text."""

    name: str
    source: str

    @property
    def sha256(self) -> str:
        """The text's hash, in hex."""
        return hashlib.sha256(self.source.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long loading and a call may take by the clock, and what the child may use in all.

    Generous: a call takes some microseconds, and a busy machine must not end anybody's training.
    Time in which this process is stopped counts for nothing.
    """

    load_s: float = 20.0
    call_s: float = 5.0
    grace_s: float = 2.0
    memory_bytes: int = 768 * 2**20
    cpu_s: int = 24 * 3600


USUAL_LIMITS = Limits()


def read_reward(path: Path) -> RewardFile:
    """Read a driver's file. Raises ModelError where it is too large or no text, or missing."""
    text = read_text_capped(path, MAX_SOURCE_BYTES, "reward file")
    return RewardFile(shown_text(path.name, 80), text)


class RewardProcess:
    """Gives the reward of a step; one for each car, since drivers' functions remember things.

    To be closed, or used in a ``with``. Construction loads the file, and raises RewardError where
    it is no reward function, SandboxMissingError where the machine can't confine it. One that
    ``goes_on`` can be asked again after a fault, as long as its process lives.
    """

    def __init__(
        self,
        file: RewardFile,
        lasting: LastingParameters,
        *,
        is_trusted: bool = False,
        goes_on: bool = False,
        limits: Limits = USUAL_LIMITS,
    ) -> None:
        self._file = file
        self._goes_on = goes_on
        self._limits = limits
        self._child = _started(trusted_command() if is_trusted else sandboxed_command())
        self._unread = b""
        self._is_silent = False
        self._answers = select.poll()
        self._answers.register(cast("IO[bytes]", self._child.stdout), select.POLLIN)
        first = {
            "source": file.source,
            "lasting": lasting,
            "packages": trusted_packages() if is_trusted else [],
            "goes_on": goes_on,
            "load_s": limits.load_s,
            "call_s": limits.call_s,
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
        }
        try:
            os.set_blocking(cast("IO[bytes]", self._child.stdin).fileno(), False)
            self._give(first, _START_S)
            self._answer(_START_S, None)
            self._answer(limits.load_s, None)
        except BaseException:
            self.close()
            raise

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._child.poll() is not None

    def __call__(self, params: PassingParameters) -> float:
        """Return the reward. Raises RewardError, after which the process has usually ended."""
        try:
            self._give(params, self._limits.call_s)
            return self._answer(self._limits.call_s, params)
        except BaseException as error:
            if not (self._goes_on and isinstance(error, RewardError) and not self._is_silent):
                self.close()
            raise

    def ask_all(self, many: Sequence[PassingParameters]) -> Iterator[float | RewardError]:
        """Yield the rewards of some steps in their order, without a pause from one to the next.

        For one that ``goes_on``: a fault is yielded in a reward's place, and is the last where the
        process ended by it. Not more steps than a pipe takes at once.
        """
        for params in many:
            self._give(params, self._limits.call_s)
        for params in many:
            try:
                yield self._answer(self._limits.call_s, params)
            except RewardError as error:
                yield error
                # Its end alone doesn't count: what it answered before may lie in the pipe yet.
                if self._is_silent:
                    self.close()
                    return

    def close(self) -> None:
        """End the child and whatever is in its sandbox."""
        self._child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_END_S)
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _give(self, asked: Mapping[str, Any], within_s: float) -> None:
        """Write a line; a child that takes none, having forged answers, is ended."""
        rest = json.dumps(asked).encode() + b"\n"
        stdin = cast("IO[bytes]", self._child.stdin).fileno()
        with contextlib.suppress(BrokenPipeError):
            for wait_s in slices(within_s):
                with contextlib.suppress(BlockingIOError):
                    rest = rest[os.write(stdin, rest) :]
                if not rest:
                    return
                select.select([], [stdin], [], wait_s)
            self._child.kill()

    def _answer(self, within_s: float, params: PassingParameters | None) -> float:
        line = self._line(within_s + self._limits.grace_s)
        if line is None:
            raise self._silent(within_s, params)
        try:
            answer = json.loads(line)
            if "fault" in answer:
                raise self._error(str(answer["fault"]), _line_number(answer.get("line")), params)
            reward = float(answer["reward"])
        except _UNREADABLE as error:
            if isinstance(error, RewardError):
                raise
            raise self._error("gave an answer that can't be read", None, params) from error
        if not isfinite(reward) or abs(reward) > _MAX_REWARD:
            raise self._error(f"returned {reward:g}", None, params)
        return reward

    def _line(self, within_s: float) -> bytes | None:
        """Return the child's next line; None where it ended, was silent or wrote too much."""
        stdout = cast("IO[bytes]", self._child.stdout).fileno()
        for wait_s in slices(within_s):
            if b"\n" not in self._unread and self._answers.poll(1000 * wait_s):
                part = os.read(stdout, _MAX_ANSWER_BYTES)
                if not part or len(self._unread) > _MAX_ANSWER_BYTES:
                    return None
                self._unread += part
            line, end, rest = self._unread.partition(b"\n")
            if end:
                self._unread = rest
                return line
        return None

    def _silent(self, within_s: float, params: PassingParameters | None) -> RewardError:
        """Say what became of a child that gave no answer, and end it."""
        self._is_silent = True
        has_ended = True
        try:
            self._child.wait(0.2)
        except subprocess.TimeoutExpired:
            has_ended = False
        self._child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_END_S)
        stderr = cast("IO[bytes]", self._child.stderr).fileno()
        os.set_blocking(stderr, False)
        try:
            cries = os.read(stderr, _MAX_CRIES_BYTES).decode(errors="replace")
        except BlockingIOError:
            cries = ""
        # Faulthandler's traceback, the innermost frame first.
        found = re.search(r'File "<reward>", line (\d+)', cries)
        words = (
            f"ended its process ({_how(self._child.returncode)})"
            if has_ended
            else f"did not return within {within_s:g} s"
        )
        return self._error(words, int(found.group(1)) if found else None, params)

    def _error(self, words: str, line: int | None, params: PassingParameters | None) -> RewardError:
        where = self._file.name if line is None else f"{self._file.name}, line {line},"
        at = "" if params is None else f" at {_told(params)}"
        said = shown_text(words, 400).rstrip(".")
        return RewardError(f"{where} {said}{at}.", line, said)


def _started(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own worker, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=bare_environment(),
        # Ctrl-C and Ctrl-Z are the training's own.
        start_new_session=True,
    )


def _line_number(line: object) -> int | None:
    return line if isinstance(line, int) else None


def _how(returncode: int) -> str:
    # Bubblewrap gives a signal as a shell does.
    signal = -returncode if returncode < 0 else returncode - 128
    return f"by signal {signal}" if signal > 0 else f"with status {returncode}"


def _told(params: PassingParameters) -> str:
    values: Mapping[str, object] = cast("Mapping[str, object]", params)
    return ", ".join(f"{key}={_shown(values[key])}" for key in _TELLING)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
