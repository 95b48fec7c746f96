"""The socket that the server listens on, bound before anything else starts."""

import socket

from timing_server.adapters.errors import AddressTakenError

_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Bind and listen; ``port`` 0 takes a free one.

    Raises AddressTakenError with one sentence where the port is used or the address isn't ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named, and without that an
    # event waits some 40 ms for the acknowledgement of the one before it.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Without it a restarted server would wait a minute for its own old connections.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, UnicodeError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        message = (
            f"The server can't listen on {host} port {port} ({reason}); "
            "name another with --port, or --port 0 for any free one."
        )
        raise AddressTakenError(message) from error
    listener.setblocking(False)
    return listener
