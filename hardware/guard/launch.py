"""Starts a guard process for an agent, or finds one that systemd runs."""

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hardware.guard.errors import GuardRefusedError
from hardware.guard.settings import GuardRequest

_END_PATIENCE_S = 2.0
_KILL_PATIENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class GuardLink:
    """The agent's end of the socket, and the guard's process where the agent started it."""

    connection: socket.socket
    process: subprocess.Popen[bytes] | None = None

    def end(self) -> None:
        """Hang up, and wait for a guard of our own to end; kill it where it doesn't."""
        self.connection.close()
        if self.process is not None:
            try:
                self.process.wait(_END_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End a guard of our own at once, also one that hangs or was stopped."""
        self.connection.close()
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            # A process in the middle of a device's call may not end until that returns.
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_KILL_PATIENCE_S)


def launch(request: GuardRequest) -> GuardLink:
    """Start a guard that ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        fd = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "hardware.guard.process", str(fd), request.model_dump_json()],
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            # Ctrl-C at the terminal is the agent's; the guard ends when the agent has.
            start_new_session=True,
        )
    return GuardLink(ours, process)


def find(path: Path) -> GuardLink:
    """Connect to the guard that listens at ``path``. Raises GuardRefusedError where none does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(str(path))
    except OSError as error:
        connection.close()
        raise GuardRefusedError(
            f"No guard listens at {path} ({error.strerror}); start it (systemctl start "
            "paddock-guard), or leave guard_socket out: the car then starts its own."
        ) from error
    return GuardLink(connection)
