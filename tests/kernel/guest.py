"""Runs inside the guest: makes a GPIO chip, starts the node on it, and plays cars on its lines.

Nothing here knows Paddock's code: the chip is the kernel's, the node the command that people type.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.kernel.plan import (
    BOOT_ID_FILE,
    FOUND_DIR,
    SENSORS,
    TOGGLES_FILE,
    Toggle,
    read_plan,
)

EXCHANGE, DISK = Path("/mnt/exchange"), Path("/mnt/disk")
CHIP_CONFIG = Path("/sys/kernel/config/gpio-sim/track")
CHIP = Path("/sys/devices/platform/gpio-sim.0/gpiochip0")
NODE_DIR = DISK / "node"
READY_PATIENCE_S = 120.0
CHIP_LINES = 32


def make_chip() -> None:
    """Make /dev/gpiochip0, its lines named after what hangs on them."""
    bank = CHIP_CONFIG / "bank0"
    CHIP_CONFIG.mkdir()
    bank.mkdir()
    (bank / "num_lines").write_text(str(CHIP_LINES))
    for line, (gate, sensor) in SENSORS.items():
        (bank / f"line{line}").mkdir()
        (bank / f"line{line}" / "name").write_text(f"{gate}/{sensor}")
    (CHIP_CONFIG / "live").write_text("1")


def keep_what_was_found() -> None:
    """Copy the journal as the power cut left it, for the host to read, before a node opens it.

    The boot's id is written last: a boot without one has started no node.
    """
    found = EXCHANGE / FOUND_DIR
    found.mkdir()
    for path in sorted(NODE_DIR.glob("journal.sqlite3*")):
        shutil.copyfile(path, found / path.name)
    os.sync()
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text()
    (EXCHANGE / BOOT_ID_FILE).write_text(boot_id)
    os.sync()


class ReadySignal:
    """Hears the node as systemd would: READY=1 once it listens to its pins."""

    def __init__(self) -> None:
        self.path = "/mnt/notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._ready = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            if b"READY=1" in self._socket.recv(4096):
                self._ready.set()

    def wait(self, node: "subprocess.Popen[bytes]") -> None:
        """Wait until the node listens; raises RuntimeError where it ended instead."""
        deadline_s = time.monotonic() + READY_PATIENCE_S
        while not self._ready.wait(0.05):
            if node.poll() is not None or time.monotonic() > deadline_s:
                message = f"the node isn't ready (status {node.returncode})"
                raise RuntimeError(message)


def play(toggles: list[Toggle], node: "subprocess.Popen[bytes]") -> None:
    """Toggle the lines and log each change, forced to the host, before the next one is made."""
    with (EXCHANGE / TOGGLES_FILE).open("ab", buffering=0) as log:
        os.fsync(log.fileno())
        for toggle in toggles:
            time.sleep(toggle.after_ms / 1000)
            if node.poll() is not None:
                message = f"the node ended with status {node.returncode}"
                raise RuntimeError(message)
            pull = CHIP / f"sim_gpio{toggle.line}" / "pull"
            before_ns = time.monotonic_ns()
            pull.write_text("pull-down" if toggle.level else "pull-up")
            line = [before_ns, time.monotonic_ns(), toggle.line, toggle.level]
            log.write(json.dumps(line).encode() + b"\n")
            os.fsync(log.fileno())


def main() -> None:
    """Do what the plan says, then wait for the power cut."""
    keep_what_was_found()
    make_chip()
    ready = ReadySignal()
    node = subprocess.Popen(
        [
            *(sys.executable, "-m", "timing_server", "node", "--gpio-chip", "0"),
            *("--config", os.environ["PADDOCK_CONFIG"], "--data", str(NODE_DIR)),
        ],
        env=os.environ | {"NOTIFY_SOCKET": ready.path},
    )
    ready.wait(node)
    play(read_plan(EXCHANGE), node)
    signal.pause()


if __name__ == "__main__":
    main()
