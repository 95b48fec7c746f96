"""A model in a process of its own, seen from the process that drives: a picture in, a command out.

Whatever that process says or does, it ends its own model's race with a sentence, and no other's.
"""

import fcntl
import os
import selectors
import subprocess
import sys
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import IO, Self, cast

from pydantic import ValidationError

from car_agent.errors import ModelError
from car_agent.models.intake.admit import bare_environment
from car_agent.worker.limited.duel.orders import (
    ANSWERED,
    ASKED,
    SENTENCE_MAX_BYTES,
    HostOrder,
    HostSeen,
)
from car_agent.worker.limited.orders import LENGTH_BYTES
from car_agent.worker.limited.trial import killed_by
from hardware.cameras.frames import Pixels

_HOST = "car_agent.worker.limited.duel.host"
_MAX_SEEN_BYTES = 8 * SENTENCE_MAX_BYTES
#: One that doesn't answer and takes no processor time for twice as long hangs.
PATIENCE_S = 30.0
#: … while people look on: from the grid on, since a slow disk may let both load slowly.
PLAYED_PATIENCE_S = 2.0
_IDLE_LOOKS = 2
#: A picture goes through at once.
_PIPE_BYTES = 256 * 1024
_PROCESS_TIMES = slice(11, 13)


class BrokeOffError(ModelError):
    """The model on a place of the grid has no more answers."""

    def __init__(self, place: int, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


class Hosted:
    """One model's process; ``with`` ends it whatever happens. Raises BrokeOffError."""

    def __init__(
        self, place: int, order: HostOrder, content: bytes, patience_s: float = PATIENCE_S
    ) -> None:
        self.place = place
        self._order = order
        self._patience_s, self._racing_patience_s = PATIENCE_S, patience_s
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no name of a stranger
            [sys.executable, "-P", "-m", _HOST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=bare_environment(),
        )
        stdin = cast("IO[bytes]", self._process.stdin)
        os.set_blocking(stdin.fileno(), False)
        with suppress(OSError):
            fcntl.fcntl(stdin.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        text = order.model_dump_json().encode()
        self._send(len(text).to_bytes(LENGTH_BYTES, "big") + text + content)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.end()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def see(self) -> HostSeen:
        """Return what the model sees with, once it is open."""
        line = bytearray()
        while not line.endswith(b"\n"):
            line += self._read(1)
            if len(line) > _MAX_SEEN_BYTES:
                raise self._broke_off("The model's run answered too much.")
        try:
            seen = HostSeen.model_validate_json(bytes(line))
        except ValidationError as error:
            raise self._broke_off("The model's run answered with what can't be read.") from error
        if seen.sentence is not None:
            raise self._broke_off(seen.sentence)
        if seen.channels == "stereo":
            raise self._broke_off("The model sees with two cameras; a virtual car has one.")
        self._patience_s = self._racing_patience_s
        return seen

    def decide(self, now_ns: int, pixels: Pixels) -> tuple[float, float]:
        """Return the command for a picture."""
        picture = pixels.tobytes()
        self._send(ASKED.pack(now_ns, len(picture)) + picture)
        length, steering_frac, throttle_frac = ANSWERED.unpack(self._read(ANSWERED.size))
        if length:
            told = self._read(min(length, SENTENCE_MAX_BYTES))
            raise self._broke_off(told.decode("utf-8", "replace"))
        if not (isfinite(steering_frac) and isfinite(throttle_frac)):
            raise self._broke_off("The model's answer is not a number.")
        return steering_frac, throttle_frac

    def _broke_off(self, sentence: str) -> BrokeOffError:
        self.end()
        return BrokeOffError(self.place, sentence[:500].strip() or "The model's run ended.")

    def _send(self, content: bytes) -> None:
        stdin = cast("IO[bytes]", self._process.stdin)
        left = memoryview(content)
        try:
            while left:
                try:
                    left = left[os.write(stdin.fileno(), left) :]
                except BlockingIOError:
                    self._wait_for(stdin, selectors.EVENT_WRITE)
        except (BrokenPipeError, ValueError) as error:
            raise self._broke_off(self._how_it_ended()) from error

    def _read(self, length: int) -> bytes:
        stdout = cast("IO[bytes]", self._process.stdout)
        content = bytearray()
        while len(content) < length:
            self._wait_for(stdout, selectors.EVENT_READ)
            part = os.read(stdout.fileno(), length - len(content))
            if not part:
                raise self._broke_off(self._how_it_ended())
            content += part
        return bytes(content)

    def _wait_for(self, pipe: "IO[bytes]", event: int) -> None:
        """Wait as long as the process works; a busy machine lets it wait, too."""
        idle, taken = 0, -1
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, event)
            while not ready.select(self._patience_s):
                now = self._ticks()
                idle, taken = (idle + 1 if now == taken else 0), now
                if idle >= _IDLE_LOOKS:
                    raise self._broke_off("The model's run gave no answer, and did nothing.")

    def _ticks(self) -> int:
        """Return how much processor time the process took, in the kernel's ticks."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return -1
        fields = stat.rpartition(")")[2].split()
        return sum(map(int, fields[_PROCESS_TIMES]))

    def _how_it_ended(self) -> str:
        self._process.kill()
        code = self._process.wait()
        how = killed_by(-code, self._order.cpu_s) if code < 0 else "ended without an answer"
        return f"The model's run {how}."
