"""A link that breaks: hangs up on each connection once so many bytes have come down it."""

import socket

from tests.network.relay import Relay


class CuttingLink(Relay):
    """``cuts`` counts the connections that it broke."""

    def __init__(self, server_port: int, cut_after_bytes: int) -> None:
        self._cut_after_bytes = cut_after_bytes
        self.cuts = 0
        super().__init__(server_port)

    def pass_on(self, near: socket.socket, far: socket.socket) -> None:
        """Pass on until enough has come from the server, or one side hangs up."""
        came_bytes = 0
        for source, target, piece in self.pieces(near, far):
            if not piece:
                return
            target.sendall(piece)
            if source is far:
                came_bytes += len(piece)
            if came_bytes >= self._cut_after_bytes:
                self.cuts += 1
                return
