"""The console's end of the socket: asks the agent, and doesn't wait for one that hangs."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

from car_agent.console.errors import AgentAwayError, AgentSilentError, ConsoleTalkError
from car_agent.console.talk import MAX_PACKET_BYTES, Answer, Wish, read_answer

PATIENCE_S = 0.5


class AgentLine:
    """One conversation at a time; opened when something is asked, and again after a failure."""

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        self._path = path
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def ask(self, wish: Wish) -> tuple[Answer, bytes]:
        """Return the agent's answer, and the picture that came with it (b"" for none).

        Raises AgentAwayError where no agent runs, AgentSilentError where it doesn't answer.
        """
        with self._lock:
            try:
                return self._ask(wish)
            except TimeoutError as error:
                self._hang_up()
                raise AgentSilentError("The car's agent runs and doesn't answer.") from error
            except (OSError, ConsoleTalkError) as error:
                self._hang_up()
                raise AgentAwayError("The car's agent doesn't run.") from error

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            self._hang_up()

    def _ask(self, wish: Wish) -> tuple[Answer, bytes]:
        packet = wish.model_dump_json().encode()
        if self._socket is not None:
            try:
                return self._converse(self._socket, packet)
            except (BrokenPipeError, ConnectionError):
                self._hang_up()  # the agent was started anew; ask the new one
        self._socket = self._open()
        return self._converse(self._socket, packet)

    def _open(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            line.settimeout(self._patience_s)
            line.connect(str(self._path))
        except OSError:
            line.close()
            raise
        return line

    def _converse(self, line: socket.socket, packet: bytes) -> tuple[Answer, bytes]:
        line.send(packet, socket.MSG_NOSIGNAL)
        answer = read_answer(_received(line))
        return answer, _received(line) if answer.picture_bytes else b""

    def _hang_up(self) -> None:
        line, self._socket = self._socket, None
        if line is not None:
            with suppress(OSError):
                line.close()


def _received(line: socket.socket) -> bytes:
    packet = line.recv(MAX_PACKET_BYTES)
    if not packet:
        raise ConnectionResetError("the agent hung up")
    return packet
