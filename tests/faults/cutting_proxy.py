"""A link that breaks: hangs up on each connection once so many bytes have come down it."""

import contextlib
import selectors
import socket
import threading


class CuttingProxy:
    """Joins a free port of loopback to a server's; ``cuts`` counts the connections it broke."""

    def __init__(self, server_port: int, cut_after_bytes: int) -> None:
        self._server_port = server_port
        self._cut_after_bytes = cut_after_bytes
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_closing = False
        self._links: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up on everybody."""
        self._is_closing = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for link in self._links:
            link.join(5)

    def _accept(self) -> None:
        while not self._is_closing:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            link = threading.Thread(target=self._join, args=(near,), daemon=True)
            self._links.append(link)
            link.start()

    def _join(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            far = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
            with far, selectors.DefaultSelector() as ready:
                ready.register(near, selectors.EVENT_READ, far)
                ready.register(far, selectors.EVENT_READ, near)
                self._pass_on(ready, far)

    def _pass_on(self, ready: selectors.BaseSelector, far: socket.socket) -> None:
        came_bytes = 0
        while not self._is_closing:
            for key, _ in ready.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                piece = key.fileobj.recv(16_384)
                if not piece:
                    return
                key.data.sendall(piece)
                if key.fileobj is far:
                    came_bytes += len(piece)
            if came_bytes >= self._cut_after_bytes:
                self.cuts += 1
                return
