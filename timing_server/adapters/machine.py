"""Acts on the machine that the server runs on, where 'paddock venue install' says that it may."""

import subprocess
import time
from datetime import datetime

from timing_server.adapters.errors import AdapterError

_PATIENCE_S = 30


class MachineError(AdapterError, OSError):
    """The machine doesn't do what it is told."""


class KeptMachine:
    """Implements ``service.upkeep.machine.Machine`` with systemd and the kernel.

    Ending needs the installer's polkit rule; setting the calendar its unit's CAP_SYS_TIME, since
    ``timedatectl`` refuses for as long as time synchronisation is switched on, network or not.
    """

    def __init__(self, *, is_kept: bool) -> None:
        self.is_kept = is_kept

    def set_calendar(self, now_utc: str) -> None:
        """Set CLOCK_REALTIME. Raises MachineError."""
        try:
            time.clock_settime(time.CLOCK_REALTIME, datetime.fromisoformat(now_utc).timestamp())
        except OSError as error:
            raise MachineError(f"This machine's clock can't be set: {error.strerror}.") from error

    def go_down(self, verb: str) -> None:
        """Ask systemd for ``poweroff`` or ``reboot``. Raises MachineError."""
        argv = ("systemctl", "--no-ask-password", verb)
        try:
            done = subprocess.run(  # noqa: S603 - one of two verbs
                argv, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MachineError(f"'{' '.join(argv)}' can't be run: {error}.") from error
        if done.returncode != 0:
            said = " ".join(done.stderr.split()) or f"status {done.returncode}"
            message = f"'{' '.join(argv)}' was refused ({said}): run 'sudo paddock venue install'."
            raise MachineError(message)
