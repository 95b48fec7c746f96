"""A link as a sleeping laptop leaves it: the stream is silent, and whoever speaks is hung up on."""

import socket
import struct

from tests.network.relay import Relay

#: Ends a connection by a reset, not by a farewell.
RESET = struct.pack("ii", 1, 0)


class SleepingLink(Relay):
    """Connections from before the last ``sleep`` are dead."""

    def __init__(self, server_port: int) -> None:
        self._dead: frozenset[socket.socket] = frozenset()
        super().__init__(server_port)

    def sleep(self) -> None:
        """Let no byte more through the connections that there are.

        The server has long forgotten them: it refuses what comes, and a stream hears nothing.
        """
        self._dead = frozenset(self._accepted)

    def pass_on(self, near: socket.socket, far: socket.socket) -> None:
        """Pass on until one side hangs up; from the dead let nothing through."""
        for source, target, piece in self.pieces(near, far):
            if near not in self._dead:
                if not piece:
                    return
                target.sendall(piece)
            elif source is near:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return
