"""A virtual device's end of the venue's socket: joins, receives, and joins again after a loss."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import structlog

from hardware.virtual.errors import LinkError, SocketPathError
from hardware.virtual.link import (
    MAX_SOCKET_PATH_BYTES,
    Join,
    LinkMessage,
    Refusal,
    Welcome,
    pack,
    receive_frame,
)
from timing_server.contract.base import Message

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0
#: A venue that takes nothing for this long is as good as gone.
_SEND_TIMEOUT_S = 1.0

OnMessage = Callable[[LinkMessage, bytes], None]


def check_socket_path(path: Path) -> None:
    """Raise SocketPathError where the kernel can't hold the path of a Unix socket."""
    length_bytes = len(str(path).encode())
    if length_bytes > MAX_SOCKET_PATH_BYTES:
        raise SocketPathError(
            f"The venue's socket path is {length_bytes} bytes long, but the kernel allows "
            f"{MAX_SOCKET_PATH_BYTES}; choose a shorter one than {path}."
        )


class VenueClient:
    """Keeps one joined connection to the venue, on a thread of its own.

    ``on_message`` is called on that thread with every message after the join, the ``Welcome``
    included, and its payload. The connection is made again, for ever, whenever it is lost: the
    venue may start after its clients, or be killed and come back.

    Raises SocketPathError at once where the path can't be a socket's.
    """

    def __init__(self, socket_path: Path, join: Join, on_message: OnMessage) -> None:
        check_socket_path(socket_path)
        self._socket_path = socket_path
        self._join = join
        self._on_message = on_message
        self._closing = threading.Event()
        self._sending = threading.Lock()
        self._socket: socket.socket | None = None
        self._joined = threading.Event()
        self._refusal: str | None = None
        self._log = structlog.get_logger().bind(venue=str(socket_path), joining=join.kind)
        self._thread = threading.Thread(target=self._run, name=f"venue-{join.kind}", daemon=True)

    @property
    def is_connected(self) -> bool:
        """Whether the venue has welcomed this client and not been lost since."""
        return self._joined.is_set()

    @property
    def refusal(self) -> str | None:
        """Why the venue last refused this client; None where it didn't, or welcomed it since."""
        return self._refusal

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until the venue has welcomed this client; False where it didn't in that time."""
        return self._joined.wait(timeout_s)

    def start(self) -> Self:
        """Begin to connect; returns at once."""
        self._thread.start()
        return self

    def send(self, message: Message) -> bool:
        """Send one message; False where there is no venue to take it."""
        packed = pack(message)
        with self._sending:
            if self._socket is None or not self._joined.is_set():
                return False
            try:
                self._socket.sendall(packed)
            except OSError:
                self._shut(self._socket)
                return False
            return True

    def close(self) -> None:
        """End the connection and the thread. May be called twice."""
        self._closing.set()
        with self._sending:
            if self._socket is not None:
                self._shut(self._socket)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    @staticmethod
    def _shut(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._closing.is_set():
            if self._serve_one_connection():
                pause_s = _FIRST_PAUSE_S
            self._closing.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _serve_one_connection(self) -> bool:
        """Return whether the venue welcomed this client before the connection ended."""
        was_welcome = False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.connect(str(self._socket_path))
                # SO_SNDTIMEO, not settimeout: reading may wait as long as it likes.
                connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(_SEND_TIMEOUT_S)
                )
                with self._sending:
                    self._socket = connection
                    connection.sendall(pack(self._join))
                if self._closing.is_set():
                    return False
                while True:
                    message, payload = receive_frame(connection)
                    was_welcome = self._receive(message, payload) or was_welcome
            except (OSError, EOFError, LinkError) as error:
                if was_welcome and not self._closing.is_set():
                    self._log.info("venue_lost", reason=str(error) or "connection closed")
            finally:
                with self._sending:
                    self._socket = None
                    self._joined.clear()
        return was_welcome

    def _receive(self, message: LinkMessage, payload: bytes) -> bool:
        if isinstance(message, Refusal):
            if message.reason != self._refusal:
                self._log.warning("venue_refuses", reason=message.reason)
            self._refusal = message.reason
            raise LinkError(f"The venue refuses {self._join.kind}: {message.reason}")
        self._on_message(message, payload)
        if isinstance(message, Welcome):
            self._refusal = None
            self._joined.set()
            return True
        return False


def _timeval(duration_s: float) -> bytes:
    """Return the kernel's struct timeval, two native longs."""
    return struct.pack("@ll", int(duration_s), int(duration_s % 1 * 1e6))
