"""A whole timing node as a process, with gpiozero mock pins that its parent drives by stdin.

Each line ``B`` or ``C`` breaks or clears the beam of GPIO 17, at ``time.monotonic_ns()`` or at the
instant that follows; the line's answer on stdout is the edge's mono_ns, once it is on the disk.
"""

import sys
import threading
import time
from pathlib import Path

import typer

from hardware.node.main import run_node
from hardware.node.stopping import StopFlag
from hardware.settings import NodeSettings
from tests.hardware.gates.pin_sources import MockPins
from timing_server.contract.errors import PaddockError


class ScriptedPins(MockPins):
    """Mock pins that obey stdin once the node listens."""

    def __init__(self, stop: StopFlag) -> None:
        super().__init__(is_waiting_for_disk=True)
        self._stop = stop

    def start(self) -> None:
        super().start()
        threading.Thread(target=self._obey, name="script", daemon=True).start()
        typer.echo("ready")

    def _obey(self) -> None:
        for line in sys.stdin:
            word, *at = line.split()
            mono_ns = int(at[0]) if at else time.monotonic_ns()
            (self.break_beam if word == "B" else self.clear_beam)(17, mono_ns)
            typer.echo(mono_ns)


def main(server_url: str, data_dir: Path, token: str) -> None:
    """Run it."""
    settings = NodeSettings(server_url=server_url, data_dir=data_dir, token=token)
    try:
        run_node(settings, lambda _wired, stop: ScriptedPins(stop))
    except PaddockError as error:
        typer.echo(f"paddock: {error}", err=True)
        raise SystemExit(error.exit_code) from error


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
