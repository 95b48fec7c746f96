"""Starts a guard: for one agent at the other end of a socket, or at a door for whoever comes."""

import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import structlog

from hardware.actuators.registry import holds_last_pulse, open_actuators
from hardware.guard.errors import GuardRefusedError
from hardware.guard.messages import MAX_PACKET_BYTES, PROTOCOL, Ready, Refused, pack
from hardware.guard.process.button import PRESSED, open_stop_button
from hardware.guard.process.clerk import Clerk
from hardware.guard.process.desk import GuardDesk
from hardware.guard.process.latch import Latch
from hardware.guard.process.realtime import be_punctual
from hardware.guard.process.serve import GuardServer
from hardware.guard.settings import GuardRequest
from timing_server.contract.errors import PaddockError
from timing_server.contract.log import configure_log

_log = structlog.get_logger()

#: Python lets a busy thread keep the interpreter for 5 ms by default.
_SWITCH_INTERVAL_S = 0.0005
_FAREWELL_S = 0.5


def serve_agent(fd: int, request: GuardRequest) -> int:
    """Guard for the agent behind the socket ``fd`` until it is gone; return the exit code."""
    link = socket.socket(fileno=fd)
    clerk = _begin()
    try:
        server = _assemble(request, clerk, link=link)
    except PaddockError as error:
        _refuse(link, error)
        return error.exit_code
    server.end_by_signals()
    server.run()
    clerk.finish(_FAREWELL_S)
    return 0


def _refuse(link: socket.socket, error: PaddockError) -> None:
    """Tell the agent why, once it has said its first word: unread, that would break the line."""
    link.settimeout(_FAREWELL_S)
    with suppress(OSError):
        link.recv(MAX_PACKET_BYTES)
        link.send(pack(Refused(reason=str(error), exit_code=error.exit_code)))


def serve_door(path: Path, request: GuardRequest) -> None:
    """Guard at the socket ``path`` until SIGTERM or SIGINT, one agent after the other.

    Raises an ActuatorError, PinError or the like, each one sentence, where it can't.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        _open_door(door, path)
        clerk = _begin()
        try:
            server = _assemble(request, clerk, door=door)
            server.end_by_signals()
            server.run()
        finally:
            path.unlink(missing_ok=True)
            clerk.finish(_FAREWELL_S)


def _open_door(door: socket.socket, path: Path) -> None:
    """Listen at ``path``, which is there once somebody listens. Raises GuardRefusedError."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        door.bind(str(draft))
        draft.chmod(0o660)
        door.listen(4)
        draft.replace(path)
    except OSError as error:
        raise GuardRefusedError(
            f"The guard can't listen at {path}: {error.strerror or error}; its folder must be "
            "there and writable for this user, and the path short."
        ) from error


def _begin() -> Clerk:
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    clerk = Clerk()
    configure_log(out=clerk)
    return clerk


def _assemble(
    request: GuardRequest,
    clerk: Clerk,
    link: socket.socket | None = None,
    door: socket.socket | None = None,
) -> GuardServer:
    wheels = request.actuator_request()
    latch = Latch(request.latch_file, clerk.later)
    desk = GuardDesk(lambda: open_actuators(request.actuators, wheels), latch)
    weaknesses = be_punctual() if holds_last_pulse(request.actuators) else ()
    ready = Ready(
        protocol=PROTOCOL,
        guard_pid=os.getpid(),
        device=desk.device.description,
        weaknesses=weaknesses,
    )
    server = GuardServer(desk, ready, link, door)
    if request.stop_button is not None:
        folder = None if request.latch_file is None else request.latch_file.parent
        button = open_stop_button(request.stop_button, folder)

        def look() -> None:
            if button.is_pressed():
                desk.e_stop(PRESSED, time.monotonic_ns())

        desk.is_button_pressed = button.is_pressed
        server.watch(button.fileno(), look)
        look()
    return server
