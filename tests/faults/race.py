"""Runs a real headless demo in a folder of the test's own and lets the test reach its processes."""

import json
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil

from tests.waiting import PATIENCE_S, wait_until
from timing_server.launcher.processes import paddock_command


class HeadlessRace:
    """A ``paddock demo --headless`` process with everything it started."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.report_file = folder / "out.json"
        self._popen = subprocess.Popen(
            [
                *(*paddock_command(), "demo", "--headless"),
                *("--data", str(folder), "--json", str(self.report_file)),
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def base_url(self) -> str:
        """The server's address on loopback, once it is up."""
        found = json.loads((self.folder / "server" / "server.json").read_text(encoding="utf-8"))
        return f"http://127.0.0.1:{found['url'].rsplit(':', 1)[1].rstrip('/')}"

    def get(self, path: str) -> Any:
        """Ask the server; returns None while it is away."""
        try:
            return httpx2.get(f"{self.base_url}/api/v1{path}", timeout=5.0).json()
        except (OSError, ValueError, httpx2.TransportError):
            return None

    def passes_stored(self) -> int:
        """Return how many passes are in the log now, 0 while the server is away."""
        return int((self.get("/log/summary") or {"passes": 0})["passes"])

    def wait_until(self, is_met: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait for the race to get somewhere; fail loudly when it ends or never does."""
        deadline_s = time.monotonic() + patience_s
        while not is_met():
            assert self._popen.poll() is None, f"the demo ended early: {self.output()}"
            assert time.monotonic() < deadline_s, f"waited in vain: {self.logs()}"
            time.sleep(0.05)

    def kill(self, command: str) -> None:
        """End the child that runs ``paddock <command>`` at once, as a power cut would."""
        wait_until(lambda: self._has_killed(command), f"'paddock {command}'")

    def _has_killed(self, command: str) -> bool:
        for child in psutil.Process(self._popen.pid).children():
            # One that has just been started is its parent's copy, one that has ended is nobody.
            with suppress(psutil.Error):
                # The interpreter, the script, the command, its arguments.
                if child.cmdline()[2:3] == [command]:
                    child.kill()
                    return True
        return False

    def finish(self, patience_s: float = 2 * PATIENCE_S) -> dict[str, Any]:
        """Wait for the end of the race and return its report."""
        code = self._popen.wait(timeout=patience_s)
        assert code == 0, f"{self.output()}\n{self.logs()}"
        report: dict[str, Any] = json.loads(self.report_file.read_text(encoding="utf-8"))
        return report

    def output(self) -> str:
        """Return what the launcher printed."""
        return self._popen.stdout.read() if self._popen.stdout else ""

    def logs(self) -> str:
        """Return the end of each process's log, for a failing test's message."""
        logs = sorted((self.folder / "logs").glob("*.log"))
        return "\n".join(
            f"== {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            for log in logs
        )

    def close(self) -> None:
        """End the demo politely, whatever state the test left it in."""
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        if self._popen.stdout:
            self._popen.stdout.close()
