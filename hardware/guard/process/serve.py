"""The guard's loop: packets in, neutral in time, a word to the agent out.

It waits in ``poll`` for whatever is first: a packet, the end of the agent, a signal, the car's own
button, a deadline. Deadlines are absolute instants; how long the last turn took moves none of them.
"""

import errno
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import structlog

from hardware.guard.errors import GuardTalkError
from hardware.guard.messages import (
    MAX_PACKET_BYTES,
    PROTOCOL,
    TELL_EVERY_NS,
    AgentMessage,
    Beat,
    Drive,
    Hello,
    Ready,
    Refused,
    from_agent,
    pack,
)
from hardware.guard.process.desk import GuardDesk
from timing_server.contract.base import Message

_log = structlog.get_logger()

_NS_PER_MS = 1_000_000
#: How many packets one turn reads at most; an agent that floods must not keep deadlines waiting.
_PACKETS_A_TURN = 64


class AgentLink:
    """One agent's end of the socket."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.is_welcome = False

    def send(self, message: Message) -> None:
        """Send, or lose it: an agent that doesn't read is no reason to wait."""
        try:
            self.connection.send(pack(message))
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EPIPE, errno.ECONNRESET}:
                _log.debug("agent_untold", reason=error.strerror)

    def receive(self) -> tuple[list[AgentMessage], bool]:
        """Return what came, in its order, and whether the agent is still there.

        Of drive commands that waited together only the newest counts. An agent that says what is
        no message isn't believed any more.
        """
        found: list[AgentMessage] = []
        for _ in range(_PACKETS_A_TURN):
            try:
                packet = self.connection.recv(MAX_PACKET_BYTES)
            except BlockingIOError:
                return found, True
            except OSError:
                return found, False
            if not packet:
                return found, False
            try:
                message = from_agent(packet)
            except GuardTalkError as error:
                self.send(Refused(reason=str(error)))
                return found, False
            if isinstance(message, Drive) and found and isinstance(found[-1], Drive):
                found[-1] = message
            elif not (isinstance(message, Beat) and found):
                found.append(message)
        return found, True


class GuardServer:
    """Serves one agent: the one at the other end of ``link``, or who comes to ``door``.

    With a link alone it ends when the agent does; with a door it waits for the next one.
    """

    def __init__(
        self,
        desk: GuardDesk,
        ready: Ready,
        link: socket.socket | None = None,
        door: socket.socket | None = None,
    ) -> None:
        self._desk = desk
        self._ready = ready
        self._link = None if link is None else AgentLink(link)
        self._door = door
        self._poll = select.poll()
        self._watched: dict[int, Callable[[], None]] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        self._is_ending = False
        self._tell_ns = 0
        self._watch(self._wake_in, self._clear_wake)
        if door is not None:
            door.setblocking(False)
            self._watch(door, self._welcome)
        if self._link is not None:
            self._watch(self._link.connection, self._hear)

    def watch(self, fd: int, act: Callable[[], None]) -> None:
        """Call ``act`` on the guard's thread whenever ``fd`` can be read."""
        self._watched[fd] = act
        self._poll.register(fd, select.POLLIN)

    def end_by_signals(self) -> None:
        """End on SIGTERM, and on SIGINT where a person at a terminal may send it."""
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._note_end)
        signal.signal(signal.SIGINT, signal.SIG_IGN if self._door is None else self._note_end)

    def run(self) -> None:
        """Serve until the agent (or, with a door, a signal) ends it; then neutral."""
        try:
            while not self._is_ending:
                self._turn()
        finally:
            self._desk.close()

    def _turn(self) -> None:
        for fd, _event in self._poll.poll(self._wait_ms()):
            act = self._watched.get(fd)  # gone where an earlier one of this turn parted with it
            if act is not None:
                act()
        self._desk.check()
        now_ns = time.monotonic_ns()
        link = self._link
        if link is None or not link.is_welcome:
            return
        if self._desk.take_news() or now_ns >= self._tell_ns:
            link.send(self._desk.status())
            self._tell_ns = now_ns + TELL_EVERY_NS

    def _wait_ms(self) -> float | None:
        is_told = self._link is not None and self._link.is_welcome
        dues = [due for due in (self._desk.due_ns(), self._tell_ns if is_told else None) if due]
        if not dues:
            return None
        return max(0, min(dues) - time.monotonic_ns()) / _NS_PER_MS

    def _watch(self, end: socket.socket, act: Callable[[], None]) -> None:
        self.watch(end.fileno(), act)

    def _hear(self) -> None:
        link = self._link
        if link is None:
            return
        messages, is_there = link.receive()
        for message in messages:
            if isinstance(message, Hello):
                is_there = self._greet(link, message) and is_there
            elif link.is_welcome:
                self._desk.take(message)
        if not is_there:
            self._part(link)

    def _greet(self, link: AgentLink, hello: Hello) -> bool:
        if hello.protocol != PROTOCOL:
            link.send(
                Refused(
                    reason=f"The guard speaks version {PROTOCOL} and this agent {hello.protocol}: "
                    "restart the guard after an update (sudo systemctl restart paddock-guard)."
                )
            )
            return False
        link.is_welcome = True
        self._desk.connect()
        link.send(self._ready)
        self._tell_ns = 0
        return True

    def _part(self, link: AgentLink) -> None:
        self._desk.disconnect()  # neutral, before anything else
        self._unwatch(link.connection)
        self._link = None
        self._is_ending = self._door is None

    def _welcome(self) -> None:
        """Let an agent in; while another is there, and not silent, it is told so."""
        if self._door is None:
            return
        try:
            connection, _ = self._door.accept()
        except OSError as error:
            _log.debug("agent_not_accepted", reason=error.strerror)
            return
        self._hear()  # the end of an agent that has just gone may wait unread
        if self._link is not None:
            if self._desk.is_agent_alive():
                self._watch(connection, lambda: self._turn_away(connection))
                return
            self._part(self._link)
        self._link = AgentLink(connection)
        self._watch(connection, self._hear)

    def _turn_away(self, connection: socket.socket) -> None:
        """Answer a second agent's first word; unread, that would break the line."""
        with suppress(OSError):
            connection.recv(MAX_PACKET_BYTES)
        AgentLink(connection).send(
            Refused(reason="Another agent drives this car; end it before starting this.")
        )
        self._unwatch(connection)

    def _unwatch(self, connection: socket.socket) -> None:
        fd = connection.fileno()
        self._poll.unregister(fd)
        del self._watched[fd]
        connection.close()

    def _clear_wake(self) -> None:
        while True:
            try:
                if not self._wake_in.recv(64):
                    return
            except OSError:
                return

    def _note_end(self, _number: int, _frame: FrameType | None) -> None:
        self._is_ending = True
