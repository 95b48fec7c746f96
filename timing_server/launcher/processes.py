"""Starts the race's processes from a table, keeps them running, and ends them in order.

The launcher imports none of them: each is ``paddock …`` in a process of its own, as it will be on
a Raspberry Pi or on a car. A process that is killed is started again, since a race must outlive
it; a process that ends by itself with a sentence is a mistake that a person has to mend.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from timing_server.contract.supervision import RESTART_CODE, SUPERVISED_VARIABLE
from timing_server.launcher.errors import ProcessFailedError

_log = structlog.get_logger()

STOP_PATIENCE_S = 5.0
CRASHES_ALLOWED = 5
CRASH_WINDOW_S = 60.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def paddock_command() -> tuple[str, ...]:
    """Return how ``paddock`` is started with this very Python, so that ``ps`` shows its name."""
    script = Path(sys.executable).with_name("paddock")
    return (
        (sys.executable, str(script))
        if script.exists()
        else (sys.executable, "-m", "timing_server")
    )


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process: its name, what follows ``paddock`` on its command line, when it is stopped.

    Processes with a lower ``stop_rank`` end first: cars before their world, the server last.
    """

    name: str
    arguments: tuple[str, ...]
    stop_rank: int


@dataclass(slots=True)
class _Running:
    spec: ProcessSpec
    popen: "subprocess.Popen[bytes]"
    crashes_s: deque[float] = field(default_factory=deque)


def _end_with_parent() -> None:
    """Ask the kernel to end this child when the launcher dies, however it dies (Linux)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Owns the race's processes; everything they print goes to ``log_dir/<name>.log``."""

    def __init__(self, log_dir: Path, crashes_allowed: int = CRASHES_ALLOWED) -> None:
        self._log_dir = log_dir
        self._crashes_allowed = crashes_allowed
        self._running: dict[str, _Running] = {}

    def start(self, spec: ProcessSpec) -> None:
        """Start one process of the table."""
        self._running[spec.name] = _Running(spec, self._spawn(spec))

    def has(self, name: str) -> bool:
        """Say whether a process of that name was started."""
        return name in self._running

    def pid(self, name: str) -> int:
        """Return the process id under which ``name`` runs now."""
        return self._running[name].popen.pid

    def check(self) -> None:
        """Start again what was killed; raise ProcessFailedError for what gave up by itself."""
        for running in self._running.values():
            code = running.popen.poll()
            if code is None:
                continue
            name = running.spec.name
            if code == RESTART_CODE:
                _log.info("process_comes_back", name=name)
                running.popen = self._spawn(running.spec)
                continue
            if code >= 0:
                raise ProcessFailedError(self._last_words(name, code))
            now_s = time.monotonic()
            running.crashes_s.append(now_s)
            while running.crashes_s[0] < now_s - CRASH_WINDOW_S:
                running.crashes_s.popleft()
            if len(running.crashes_s) > self._crashes_allowed:
                raise ProcessFailedError(
                    f"'{name}' was killed {len(running.crashes_s)} times within a minute; "
                    f"see {self._log_dir / name}.log."
                )
            _log.warning("process_restarted", name=name, signal=-code)
            running.popen = self._spawn(running.spec)

    def stop_all(self) -> None:
        """End every process in order, politely first; returns when all are gone."""
        ranks = sorted({running.spec.stop_rank for running in self._running.values()})
        for rank in ranks:
            leaving = [r for r in self._running.values() if r.spec.stop_rank == rank]
            for running in leaving:
                if running.popen.poll() is None:
                    running.popen.terminate()
            deadline_s = time.monotonic() + STOP_PATIENCE_S
            for running in leaving:
                try:
                    running.popen.wait(timeout=max(0.1, deadline_s - time.monotonic()))
                except subprocess.TimeoutExpired:
                    _log.warning("process_would_not_end", name=running.spec.name)
                    running.popen.kill()
                    running.popen.wait()
        self._running.clear()

    def _spawn(self, spec: ProcessSpec) -> "subprocess.Popen[bytes]":
        with (self._log_dir / f"{spec.name}.log").open("ab") as output:
            # A session of its own: Ctrl-C reaches the launcher alone, which ends the rest in order.
            return subprocess.Popen(  # noqa: S603 - our own command line
                [*paddock_command(), *spec.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {SUPERVISED_VARIABLE: "1"},
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one system call
            )

    def _last_words(self, name: str, code: int) -> str:
        written = (self._log_dir / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        lines = [line.strip() for line in written.splitlines() if line.strip()]
        said = lines[-1].removeprefix("paddock: ") if lines else f"it ended with code {code}"
        return f"'{name}' could not go on: {said}"
