"""Speaks to systemd: ready, alive, ending; sd_notify(3) is a datagram to the socket it names."""

import os
import socket
from collections.abc import Mapping

import structlog

_log = structlog.get_logger()

SOCKET_VARIABLE = "NOTIFY_SOCKET"
READY = "READY=1"
ALIVE = "WATCHDOG=1"
ENDING = "STOPPING=1"


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
