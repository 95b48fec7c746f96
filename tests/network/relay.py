"""Joins a port of loopback to a server's, for links that do something to what passes."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator

from tests.network.loopback import LOOPBACK

#: How long a connection on which nothing comes takes to see that the relay closes.
_LOOK_S = 0.05
_PIECE_BYTES = 16_384


class Relay:
    """Listens at ``port``; what a link does to a connection is its ``pass_on``."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._is_closing = False
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._accepted: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def pass_on(self, near: socket.socket, far: socket.socket) -> None:
        """Pass on what comes from a client and its server; both are hung up on afterwards."""
        raise NotImplementedError

    def pieces(
        self, near: socket.socket, far: socket.socket
    ) -> Iterator[tuple[socket.socket, socket.socket, bytes]]:
        """Yield whence something came, where it belongs, and what: nothing for a farewell."""
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while not self._is_closing:
                for key, _ in ready.select(_LOOK_S):
                    assert isinstance(key.fileobj, socket.socket)
                    piece = key.fileobj.recv(_PIECE_BYTES)
                    if not piece:
                        ready.unregister(key.fileobj)
                    yield key.fileobj, key.data, piece

    def close(self) -> None:
        """Hang up on everybody."""
        self._is_closing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._is_closing:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._accepted.append(near)
            thread = threading.Thread(target=self._join, args=(near,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _join(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            far = socket.create_connection((LOOPBACK, self._server_port), timeout=5)
            with far:
                self.pass_on(near, far)
