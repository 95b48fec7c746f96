"""The agent's end of the console's socket: answers questions, carries wishes out.

One thread for all consoles, of which there is one in ordinary life. A console that hangs up while
somebody drives through it has let go.
"""

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from car_agent.console.errors import ConsoleTalkError
from car_agent.console.talk import (
    MAX_PACKET_BYTES,
    AgentWord,
    Answer,
    ByHand,
    Calibrate,
    DriveAlone,
    Look,
    RefusalCode,
    Wish,
    read_wish,
)
from car_agent.console.wheels.wishes import Wishes

_log = structlog.get_logger()

_MAX_CONSOLES = 8
_ANSWER_S = 0.2


class ConsoleDoor:
    """Serves consoles at a socket that only this user may open."""

    def __init__(
        self,
        path: Path,
        wishes: Wishes,
        word: Callable[[], AgentWord],
        picture: Callable[[], bytes | None],
    ) -> None:
        """``picture`` returns the newest picture as JPEG, None where there is none."""
        self._path = path
        self._wishes = wishes
        self._word = word
        self._picture = picture
        self._door: socket.socket | None = None
        self._consoles: dict[int, socket.socket] = {}
        self._presses: dict[int, str] = {}
        self._wake_in, self._wake_out = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="console-door", daemon=True)

    def start(self) -> None:
        """Listen; a car drives as well without its console, so that a failure is only told."""
        door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        draft = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            door.bind(str(draft))
            draft.chmod(0o600)
            door.listen(4)
            draft.replace(self._path)
        except OSError as error:
            door.close()
            _log.warning("console_unreachable", path=str(self._path), reason=str(error))
            return
        self._door = door
        self._thread.start()

    def close(self) -> None:
        """Hang up; may be called twice."""
        door, self._door = self._door, None
        if door is not None:
            self._wake_out.send(b"x")
            self._thread.join()
            door.close()
            with suppress(OSError):
                self._path.unlink()
        for end in (*self._consoles.values(), self._wake_in, self._wake_out):
            end.close()

    def _run(self) -> None:
        door = self._door
        if door is None:
            return
        poll = select.poll()
        poll.register(door, select.POLLIN)
        poll.register(self._wake_in, select.POLLIN)
        while self._door is not None:
            for fd, _event in poll.poll():
                if fd == door.fileno():
                    self._welcome(door, poll)
                elif fd in self._consoles and not self._serve(self._consoles[fd]):
                    poll.unregister(fd)
                    self._part(fd)

    def _welcome(self, door: socket.socket, poll: select.poll) -> None:
        try:
            console, _ = door.accept()
        except OSError as error:
            _log.debug("console_not_accepted", reason=error.strerror)
            return
        if len(self._consoles) >= _MAX_CONSOLES:
            console.close()
            return
        console.settimeout(_ANSWER_S)
        self._consoles[console.fileno()] = console
        poll.register(console, select.POLLIN)

    def _serve(self, console: socket.socket) -> bool:
        """Answer one question; False where that console is gone."""
        try:
            packet = console.recv(MAX_PACKET_BYTES)
            if not packet:
                return False
            wish = read_wish(packet)
            if isinstance(wish, ByHand | DriveAlone | Calibrate):
                self._presses[console.fileno()] = wish.press
            self._answer(console, wish, self._wishes.do(wish))
        except (OSError, ConsoleTalkError) as error:
            _log.debug("console_lost", reason=str(error))
            return False
        except Exception:  # noqa: BLE001 - else a surprise would leave the car without a console
            _log.exception("console_failed_unexpectedly")
            return False
        return True

    def _answer(self, console: socket.socket, wish: Wish, refusal: RefusalCode | None) -> None:
        is_look = isinstance(wish, Look)
        picture = self._picture() if isinstance(wish, Look) and wish.wants_picture else None
        answer = Answer(
            tick_mono_ns=time.monotonic_ns(),
            refusal=refusal,
            word=self._word() if is_look else None,
            calibration=self._wishes.calibration(wish),
            picture_bytes=0 if picture is None else len(picture),
        )
        console.send(answer.model_dump_json().encode())
        if picture:
            console.send(picture)

    def _part(self, fd: int) -> None:
        press = self._presses.pop(fd, None)
        if press is not None:
            self._wishes.let_go(press)
        self._consoles.pop(fd).close()
