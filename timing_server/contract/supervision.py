"""Speaks to systemd: ready, alive, ending; sd_notify(3) is a datagram to the socket it names."""

import os
import socket
from collections.abc import Mapping

import structlog

_log = structlog.get_logger()

SOCKET_VARIABLE = "NOTIFY_SOCKET"
#: Set by whoever starts this process again when it ends: a unit, or the demo's launcher.
SUPERVISED_VARIABLE = "PADDOCK_SUPERVISED"
#: How a process ends that wants to be started again (EX_TEMPFAIL of sysexits.h).
RESTART_CODE = 75
READY = "READY=1"
ALIVE = "WATCHDOG=1"
ENDING = "STOPPING=1"


def is_supervised(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is started again when it ends with ``RESTART_CODE``."""
    return environment.get(SUPERVISED_VARIABLE) == "1"


def notify(message: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send ``READY=1`` and the like; False where nobody supervises this process. Raises nothing."""
    path = environment.get(SOCKET_VARIABLE, "")
    if not path.startswith(("/", "@")):
        return False
    address = "\0" + path[1:] if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.settimeout(1.0)
            line.connect(address)
            line.send(message.encode())
    except OSError as error:
        _log.debug("supervisor_untold", reason=str(error))
        return False
    return True
