"""The one network that tests talk on, and a port of it for a server that is yet to start."""

import random
import socket
from functools import cache
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"

_FIRST_PORT: Final = 20_000
_EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TRIES: Final = 1_000


def free_port() -> int:
    """Return a port of loopback that nobody has now, and that nobody gets by chance soon.

    The kernel gives whoever asks for any port one of its ephemeral range: in the seconds until a
    server listens, another test's server or client would have it. So it is one below that range,
    and a random one, since other tests choose as well.
    """
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        port = chance.randrange(_FIRST_PORT, _first_ephemeral())
        try:
            socket.create_server((LOOPBACK, port)).close()
        except OSError:
            continue
        return port
    raise OSError(f"{LOOPBACK} has no free port.")


def site_port() -> int:
    """Return a port for a server whose pages a browser opens: the same as last time, if it's free.

    Browsers know a site by its port, and what they keep of it they keep for the next server there.
    """
    port = _last_site_port()
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return free_port()
    return port


@cache
def _last_site_port() -> int:
    return free_port()


def _first_ephemeral() -> int:
    try:
        return int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except OSError:
        return 32_768  # what Linux begins with, and below what others do
