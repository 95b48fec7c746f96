"""A venue's end of the socket that a test plays itself, message by message."""

import socket
from pathlib import Path
from typing import Self

from hardware.virtual.link import LinkMessage, Welcome, pack, receive_frame
from tests import waiting
from timing_server.contract.base import Message

PATIENCE_S = waiting.PATIENCE_S


class PlayedVenue:
    """Listens at ``path``; ``accept`` waits for the next device and returns what it joined with."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        self._listener.settimeout(PATIENCE_S)
        self._visitor: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._listener.close()
        self._path.unlink()

    def accept(self, welcome: Message | None = None) -> LinkMessage:
        self.hang_up()
        self._visitor, _ = self._listener.accept()
        self._visitor.settimeout(PATIENCE_S)
        join, _ = receive_frame(self._visitor)
        self.send(welcome or Welcome())
        return join

    def send(self, message: Message, payload: bytes = b"") -> None:
        assert self._visitor is not None
        self._visitor.sendall(pack(message, payload))

    def receive(self) -> LinkMessage:
        assert self._visitor is not None
        return receive_frame(self._visitor)[0]

    def hang_up(self) -> None:
        if self._visitor is not None:
            self._visitor.close()
            self._visitor = None
