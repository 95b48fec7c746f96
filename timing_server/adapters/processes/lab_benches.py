"""Keeps ``paddock reward bench`` processes for people who try rewards out in the browser.

A bench opens nothing that a stranger sent but in its own child's sandbox. Each is one session's, in
a process group of its own, ended when nobody asks it for a while, when it doesn't answer in time,
and when who asked goes away.
"""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec

import structlog

from timing_server.service.lab.errors import LabBusyError, LabClosedError, LabFailedError

_log = structlog.get_logger()

#: A bench bounds each question itself; this is for one that hangs.
PATIENCE_S = 75.0
IDLE_S = 60.0
MOST_BENCHES = 4
#: One that was asked so lately isn't taken from who asked it.
FRESH_S = 5.0
#: A page asks one question at a time; two pages of one browser share a bench.
MOST_WAITING = 3
#: A heat map of the largest track, twice, and some.
_MOST_ANSWER_BYTES = 4 * 1024 * 1024
PACKAGES = ("cv2", "numpy")
PROGRAM = "bwrap"
#: A killed process is gone at once; one that hangs in the kernel isn't waited for.
_END_S = 5.0
_BENCH = (sys.executable, "-P", "-m", "timing_server", "reward", "bench")
#: Threads of linear algebra take memory for each, and there is little to compute.
_FEW_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(slots=True)
class _Bench:
    """A session's bench; ``process`` is None before its first question and after its end."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    process: asyncio.subprocess.Process | None = None
    waiting: int = 0
    asked_s: float = 0.0
    ending: asyncio.TimerHandle | None = None


class CommandBenches:
    """Implements ``service.lab.ports.LabBenches``."""

    def __init__(
        self,
        command: Sequence[str] = _BENCH,
        *,
        patience_s: float = PATIENCE_S,
        idle_s: float = IDLE_S,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._command = tuple(command)
        self._patience_s, self._idle_s, self._fresh_s = patience_s, idle_s, fresh_s
        self._benches: dict[str, _Bench] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def missing(self) -> LabClosedError | None:
        """Return why there can be no bench here, None where there can."""
        lacking = [name for name in PACKAGES if find_spec(name) is None]
        if lacking:
            return LabClosedError(
                "lab_lacks_packages",
                f"This server can't try rewards out: it lacks {', '.join(lacking)}. Install "
                "Paddock's extra 'venue' beside 'server'.",
            )
        if shutil.which(PROGRAM) is None:
            return LabClosedError(
                "lab_lacks_sandbox",
                "This server can't try rewards out: they run in a sandbox, and there is none. "
                "Install bubblewrap (sudo apt install bubblewrap).",
            )
        return None

    async def ask(self, session: str, question: bytes) -> bytes:
        """Return the answer to a line. Raises LabBusyError, LabFailedError."""
        bench = self._bench_of(session)
        if bench.waiting >= MOST_WAITING:
            raise LabBusyError("The lab is still at your last questions; wait for their answers.")
        bench.waiting += 1
        try:
            async with bench.turn:
                if self._benches.get(session) is not bench:
                    # Ended while this question waited its turn.
                    raise LabFailedError("The lab was ended meanwhile; ask again.")
                return await self._answer(session, bench, question)
        finally:
            bench.waiting -= 1

    async def close(self) -> None:
        """End all benches, whatever they do; questions under way raise LabFailedError."""
        for session in list(self._benches):
            self._end(session)
        if self._ending:
            await asyncio.wait(self._ending, timeout=_END_S)

    async def _answer(self, session: str, bench: _Bench, question: bytes) -> bytes:
        if bench.ending is not None:
            bench.ending.cancel()
        is_answered = False
        try:
            line = await asyncio.wait_for(self._exchanged(bench, question), self._patience_s)
            is_answered = line.endswith(b"\n")
        except (OSError, ValueError, TimeoutError) as error:
            _log.error("lab_bench_failed", error=type(error).__name__)
            raise LabFailedError("The lab did not answer and was ended; ask again.") from error
        finally:
            # Also where who asked went away: nobody waits for the answer.
            if not is_answered:
                self._end(session)
        if not is_answered:
            raise LabFailedError("The lab's process ended without an answer; ask again.")
        loop = asyncio.get_running_loop()
        bench.asked_s = loop.time()
        bench.ending = loop.call_later(self._idle_s, self._end, session)
        return line

    async def _exchanged(self, bench: _Bench, question: bytes) -> bytes:
        if bench.process is None or bench.process.returncode is not None:
            bench.process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=os.environ | _FEW_THREADS,
                start_new_session=True,
                limit=_MOST_ANSWER_BYTES,
            )
        process = bench.process
        if process.stdin is None or process.stdout is None:
            raise OSError("a bench without pipes")
        process.stdin.write(question)
        await process.stdin.drain()
        return await process.stdout.readline()

    def _bench_of(self, session: str) -> _Bench:
        """Return the session's bench; another's that is idle makes room. Raises LabBusyError."""
        bench = self._benches.get(session)
        if bench is not None:
            return bench
        if len(self._benches) >= MOST_BENCHES:
            idle = {each: known for each, known in self._benches.items() if not known.waiting}
            oldest = min(idle, key=lambda each: idle[each].asked_s, default=None)
            now_s = asyncio.get_running_loop().time()
            if oldest is None or idle[oldest].asked_s > now_s - self._fresh_s:
                raise LabBusyError("Others are in the lab, and it is full; try again in a minute.")
            self._end(oldest)
        return self._benches.setdefault(session, _Bench())

    def _end(self, session: str) -> None:
        """End a bench with all that is in its group; its reward processes die with it."""
        bench = self._benches.pop(session, None)
        if bench is None:
            return
        if bench.ending is not None:
            bench.ending.cancel()
        if bench.process is None:
            return
        if bench.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(bench.process.pid, signal.SIGKILL)
        task = asyncio.get_running_loop().create_task(_ended(bench.process))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait for a killed process, and close its pipes by reading what is left in them."""
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
    # Somebody who still waits for an answer reads the end as well.
    with suppress(RuntimeError):
        while process.stdout is not None and await process.stdout.read(_MOST_ANSWER_BYTES):
            pass
