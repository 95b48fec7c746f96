"""A link as a sleeping laptop leaves it: the stream is silent, and whoever speaks is hung up on."""

import contextlib
import selectors
import socket
import struct
import threading

from tests.e2e.browsing import LOOPBACK

LOOK_S = 0.05
#: Ends a connection by a reset, not by a farewell.
RESET = struct.pack("ii", 1, 0)


class SleepingLink:
    """Joins a free port to a server's; connections from before the last ``sleep`` are dead."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._sleeps = 0
        self._is_closing = False
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def sleep(self) -> None:
        """Let no byte more through the connections that there are.

        The server has long forgotten them: it refuses what comes, and a stream hears nothing.
        """
        self._sleeps += 1

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
            thread = threading.Thread(target=self._join, args=(near, self._sleeps), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _join(self, near: socket.socket, sleeps: int) -> None:
        with near, contextlib.suppress(OSError):
            far = socket.create_connection((LOOPBACK, self._server_port), timeout=5)
            with far, selectors.DefaultSelector() as ready:
                ready.register(near, selectors.EVENT_READ, far)
                ready.register(far, selectors.EVENT_READ, near)
                while not self._is_closing:
                    for key, _ in ready.select(LOOK_S):
                        assert isinstance(key.fileobj, socket.socket)
                        piece = key.fileobj.recv(16_384)
                        is_dead = sleeps != self._sleeps
                        if is_dead and key.fileobj is near:
                            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                            return
                        if is_dead:
                            ready.unregister(far)
                        elif not piece:
                            return
                        else:
                            key.data.sendall(piece)
