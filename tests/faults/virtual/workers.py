"""Real ``paddock worker`` processes, started, killed with -9 and ended."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.timing_server.web.live_server import PATIENCE_S, Organiser

ROOT = Path(__file__).parents[3]


class WorkerProcess:
    """One worker, with a token of its own; what it says is in a file."""

    def __init__(self, organiser: Organiser, folder: Path, name: str, *more: str) -> None:
        self.name = name
        self._more = more
        self._token_file = folder / f"{name}.token"
        self._token_file.write_text(organiser.token("worker", name), encoding="ascii")
        self._log_file = folder / f"{name}.log"
        self._server_url = organiser.url.removesuffix("/api/v1")
        self._process = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._log_file.open("ab") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-m", "timing_server", "worker"),
                    *("--server", self._server_url, "--name", self.name),
                    *("--token-file", str(self._token_file), *self._more),
                ],
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )

    @property
    def said(self) -> str:
        """What it said so far."""
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    def below(self) -> list[int]:
        """Return the processes that it started, and that those did."""
        try:
            return [each.pid for each in psutil.Process(self._process.pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    @property
    def is_driving(self) -> bool:
        """Whether it has more processes than the one that begins runs."""
        return len(self.below()) > 1

    def hold(self, *, is_held: bool) -> None:
        """Stop it where it is, or let it go on."""
        self._process.send_signal(signal.SIGSTOP if is_held else signal.SIGCONT)

    def kill_and_restart(self) -> list[int]:
        """Kill it with -9 in the middle of whatever it does, and start it anew.

        Returns what it had started, which must end by itself.
        """
        orphans = self.below()
        self._process.kill()
        self._process.wait()
        self._process = self._started()
        return orphans

    def close(self) -> None:
        """End it as a person does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], bool], what: str, patience_s: float = 600.0) -> None:
    """Wait until something is so."""
    deadline_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline_s, f"{what} took too long"
        time.sleep(0.1)
