"""A whole small computer as a process: User-Mode Linux with a GPIO chip, and a plug to pull."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import platformdirs

from tests.kernel.plan import TOGGLES_FILE, Toggle, read_toggled, write_plan

CHECKOUT = Path(__file__).parents[2]
CACHE = platformdirs.user_cache_path("paddock") / "test-kernel"
KERNEL = CACHE / "linux"
PYTHON = CACHE / "python" / "bin" / "python"
DISK_BYTES = 64_000_000
BOOT_PATIENCE_S = 180.0
#: The host's loopback as slirp shows it to the guest.
HOST = "10.0.2.2"
_ADDRESS = f"10.0.2.15::{HOST}:255.255.255.0:node:eth0:off"


def is_prepared() -> bool:
    """Whether ``make test-kernel`` has made the kernel and the guest's Python."""
    return KERNEL.exists() and PYTHON.exists()


class Machine:
    """One computer with one disk, booted again and again; ``cut`` is a power cut."""

    def __init__(self, folder: Path, config: Path) -> None:
        """``folder`` gets the disk and one folder a boot; ``config`` is the node's settings."""
        self._folder = folder
        self._config = config
        self._disk = folder / "disk.img"
        self._process: subprocess.Popen[bytes] | None = None
        self.boots: list[Path] = []
        with self._disk.open("wb") as disk:
            disk.truncate(DISK_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", self._disk], check=True, env=_with_sbin())

    def boot(self, toggles: Sequence[Toggle]) -> Path:
        """Switch on; returns the folder that this boot shares with the host."""
        shared = self._folder / f"boot-{len(self.boots):03}"
        shared.mkdir()
        write_plan(shared, toggles)
        self.boots.append(shared)
        slirp = shutil.which("slirp-fullbolt") or "slirp-fullbolt"
        with (shared / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                [
                    *(KERNEL, "mem=256M", "panic=1"),
                    *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"),
                    f"init={Path(__file__).with_name('guest_init')}",
                    # 's': what the guest's disk has taken was written by the host at once.
                    f"ubd0s={self._disk}",
                    *(f"eth0=slirp,,{slirp}", f"ip={_ADDRESS}"),
                    *("con0=null,fd:1", "con=null", f"uml_dir={shared}", "umid=uml"),
                    f"PADDOCK_EXCHANGE={shared}",
                    f"PADDOCK_CHECKOUT={CHECKOUT}",
                    f"PADDOCK_PYTHON={PYTHON}",
                    f"PADDOCK_CONFIG={self._config}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                # A group of its own, which the cut ends as a whole.
                start_new_session=True,
            )
        return shared

    @property
    def is_running(self) -> bool:
        """Whether the machine is on."""
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait until the node listens to its pins; fail where it never does."""
        shared = self.boots[-1]
        deadline_s = time.monotonic() + BOOT_PATIENCE_S
        while not (shared / TOGGLES_FILE).exists():
            assert self.is_running, f"the machine went off by itself:\n{self.console_end()}"
            assert time.monotonic() < deadline_s, f"no node came up:\n{self.console_end()}"
            time.sleep(0.05)

    def wait_until_played(self, toggles: int) -> None:
        """Wait until the guest has made so many changes."""
        deadline_s = time.monotonic() + BOOT_PATIENCE_S
        while len(read_toggled(self.boots[-1])) < toggles:
            assert self.is_running, f"the machine went off by itself:\n{self.console_end()}"
            assert time.monotonic() < deadline_s, f"waited in vain:\n{self.console_end()}"
            time.sleep(0.1)

    def cut(self) -> None:
        """Cut the power: nothing of the guest runs on, nothing in its memory is kept."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)
        self._process = None

    def console(self) -> str:
        """Return what the guest has printed since it was switched on."""
        return (self.boots[-1] / "console.log").read_text(encoding="utf-8", errors="replace")

    def console_end(self) -> str:
        """Return the last lines of it, for a failing test's message."""
        return "\n".join(self.console().splitlines()[-40:])


def _with_sbin() -> dict[str, str]:
    return os.environ | {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
