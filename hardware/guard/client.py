"""The agent's side of the guard: a few µs a command, a beat, and a hand on the wheels if it dies.

One thread beats, listens and watches: the guard watches the agent, and the agent the guard. A guard
that ends or falls silent is killed, the wheels are set to neutral from here, and it is started
again.
"""

import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorError
from hardware.actuators.registry import set_neutral
from hardware.guard.core import BEAT_EVERY_NS
from hardware.guard.errors import GuardRefusedError, GuardTalkError
from hardware.guard.handle import CarriedOut, GuardStatus
from hardware.guard.launch import GuardLink, find, launch
from hardware.guard.lease import DriveLease
from hardware.guard.messages import (
    MAX_PACKET_BYTES,
    PROTOCOL,
    Beat,
    Calibrate,
    Drive,
    EStop,
    Grant,
    GuardMessage,
    Halt,
    Hello,
    Ready,
    Refused,
    Release,
    Revoke,
    Status,
    from_guard,
    pack,
)
from hardware.guard.settings import GuardRequest
from timing_server.contract.base import Message

_log = structlog.get_logger()

#: A guard says something every 50 ms. Silent for this long it hangs, and is killed.
GUARD_SILENCE_NS = 500_000_000
#: How long a guard may take to start; a Raspberry Pi with a cold card takes seconds.
START_PATIENCE_S = 20.0
_RETRY_S = 0.5
_NS_PER_S = 1_000_000_000
_CARRIED_KEPT = 2048
_BEAT = pack(Beat())
_AWAY = "the guard is away"


class GuardClient:
    """The guard as its car sees it (``hardware.guard.handle.DriveGuard``).

    ``door``: the socket of a guard that systemd runs; None starts one, which ends with this
    process.
    """

    def __init__(
        self,
        request: GuardRequest,
        door: Path | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._request = request
        self._door = door
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._link: GuardLink | None = None
        self._status = GuardStatus()
        self._stale_before = 0
        self._sent_ns = 0
        self._e_stop_kept: str | None = None
        self._calibration_kept: str | None = None
        self._carried: deque[CarriedOut] = deque(maxlen=_CARRIED_KEPT)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guard-link", daemon=True)
        self.description = request.actuators
        #: What the guard wasn't allowed to be: real-time, locked in memory; in words.
        self.weaknesses: tuple[str, ...] = ()

    def start(self) -> None:
        """Start or find the guard, which has set neutral when this returns, and watch it.

        Raises GuardRefusedError with the guard's own sentence, or why there is none.
        """
        self._link = self._open()
        self._thread.start()

    def close(self) -> None:
        """Neutral; the guard that was started here ends. May be called twice."""
        if self._closing.is_set():
            return
        self.halt()
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.end()
            if link.process is not None and link.process.returncode != 0:
                self._set_neutral()

    def submit(self, command: Command) -> bool:
        """Hand a command over; see ``DriveGuard``."""
        drive = Drive(
            steering_frac=command.steering_frac,
            throttle_frac=command.throttle_frac,
            capture_mono_ns=command.capture_mono_ns,
            issued_mono_ns=command.issued_mono_ns,
            ttl_ns=command.ttl_ns,
        )
        if not self._send(drive):
            raise ActuatorError("The guard doesn't answer; the car stays in neutral.")
        status = self._status
        if status.fault is not None:
            raise ActuatorError(f"The car stays in neutral: {status.fault}.")
        is_allowed = status.e_stop is None and status.lease_phase in {"valid", "finishing"}
        return is_allowed and self._clock_ns() < command.expires_mono_ns

    def halt(self) -> None:
        """Throttle to neutral now; see ``DriveGuard``."""
        self._send(Halt(sent_mono_ns=self._clock_ns()))

    def grant(self, lease: DriveLease) -> None:
        """Give or renew leave to drive."""
        self._send(
            Grant(
                lease_id=lease.lease_id,
                expires_mono_ns=lease.expires_mono_ns,
                then=lease.then,
                finish_until_mono_ns=lease.finish_until_mono_ns,
            )
        )

    def revoke(self, reason: str) -> None:
        """Take leave to drive away."""
        self._send(Revoke(reason=reason[:200], sent_mono_ns=self._clock_ns()))

    def e_stop(self, reason: str) -> None:
        """Latch the emergency stop; a guard that is away is told as soon as it is back."""
        self._e_stop_kept = reason[:200]
        if not self._send(EStop(reason=reason[:200], sent_mono_ns=self._clock_ns())):
            self._status = replace(self._status, e_stop=reason[:200])

    def release(self, who: str) -> None:
        """Release the emergency stop."""
        self._e_stop_kept = None
        self._send(Release(who=who[:200]))

    def calibrate(self, file: str) -> None:
        """Let the wheels use this calibration (a file in DeepRacer's format), until the end.

        A guard that is away is told as soon as it is back.
        """
        self._calibration_kept = file
        self._send(Calibrate(file=file))

    def keep_calibration(self, path: Path) -> None:
        """Note where the calibration is kept from now on: neutral is what that file says."""
        wheels = self._request.wheels.model_copy(update={"calibration": path})
        self._request = self._request.model_copy(update={"wheels": wheels})

    def status(self) -> GuardStatus:
        """Return the guard's newest word; never waits."""
        return self._status

    def take_carried(self) -> list[CarriedOut]:
        """Return the commands that reached the device since the last time that was asked."""
        found = []
        while self._carried:
            found.append(self._carried.popleft())
        return found

    def _send(self, message: Message) -> bool:
        return self._send_packet(pack(message))

    def _send_packet(self, packet: bytes) -> bool:
        """Send without waiting; False where there is no guard, or it takes nothing."""
        with self._lock:
            if self._link is None:
                return False
            try:
                self._link.connection.send(packet, socket.MSG_NOSIGNAL)
            except OSError:
                return False
            self._sent_ns = self._clock_ns()
            return True

    def _run(self) -> None:
        while not self._closing.is_set():
            link = self._link
            if link is None:
                self._reopen()
            else:
                reason = self._attend(link)
                if reason is not None:
                    self._lose(link, reason)

    def _attend(self, link: GuardLink) -> str | None:
        """Beat and listen until the guard is lost; return how, or None where the car ends."""
        poll = select.poll()
        poll.register(link.connection.fileno(), select.POLLIN)
        heard_ns = self._clock_ns()
        while not self._closing.is_set():
            now_ns = self._clock_ns()
            beat_ns = self._sent_ns + BEAT_EVERY_NS  # a command is a sign of life, too
            if now_ns >= beat_ns:
                self._send_packet(_BEAT)
                beat_ns = now_ns + BEAT_EVERY_NS
            if poll.poll(max(0, beat_ns - now_ns) / 1e6):
                try:
                    packet = link.connection.recv(MAX_PACKET_BYTES)
                    if not packet:
                        return "it ended"
                    self._take(from_guard(packet))
                except (OSError, GuardTalkError) as error:
                    return str(error)
                heard_ns = self._clock_ns()
            elif self._clock_ns() - heard_ns > GUARD_SILENCE_NS:
                return "it fell silent"
        return None

    def _take(self, message: GuardMessage) -> None:
        if not isinstance(message, Status):
            return
        self._status = GuardStatus.told(message, self._stale_before)
        for each in message.carried:
            self._carried.append(CarriedOut(each.capture_mono_ns, each.done_mono_ns))

    def _lose(self, link: GuardLink, reason: str) -> None:
        with self._lock:
            self._link = None
        self._stale_before = self._status.stale_commands
        # The guard's own note of a stop may not have reached the disk before it died.
        self._e_stop_kept = self._e_stop_kept or self._status.e_stop
        link.kill()
        self._set_neutral()
        now_ns = self._clock_ns()
        self._status = replace(
            self._status,
            lease_phase="none",
            lease_id=None,
            why_neutral=_AWAY,
            fault=_AWAY,
            throttle_frac=0.0,
            neutral_mono_ns=now_ns,
            told_mono_ns=now_ns,
        )
        _log.error("guard_lost", why=reason, meaning="neutral was set without it")

    def _set_neutral(self) -> None:
        try:
            set_neutral(self._request.actuators, self._request.actuator_request())
        except Exception:  # noqa: BLE001 - the guard is started again and tries it too
            _log.exception("neutral_without_guard_failed")

    def _reopen(self) -> None:
        try:
            link = self._open()
        except Exception as error:  # noqa: BLE001 - else no car would drive again
            _log.error("guard_not_back", reason=str(error))
            self._closing.wait(_RETRY_S)
            return
        with self._lock:
            kept = self._e_stop_kept
            if kept is not None:  # before anybody else's word, which may be leave to drive
                stop = EStop(reason=kept, sent_mono_ns=self._clock_ns())
                with suppress(OSError):  # lost again, which is found out at once
                    link.connection.send(pack(stop), socket.MSG_NOSIGNAL)
            self._link = link
        if self._calibration_kept is not None:
            self.calibrate(self._calibration_kept)
        _log.info("guard_back", device=self.description)

    def _open(self) -> GuardLink:
        """Start or find a guard and hear that it is ready. Raises GuardRefusedError."""
        link = launch(self._request) if self._door is None else find(self._door)
        try:
            link.connection.settimeout(START_PATIENCE_S)
            link.connection.send(pack(Hello(protocol=PROTOCOL, agent_pid=os.getpid())))
            packet = link.connection.recv(MAX_PACKET_BYTES)
            answer = from_guard(packet) if packet else None
        except (OSError, GuardTalkError) as error:
            link.kill()
            raise GuardRefusedError(f"The guard did not start: {error}.") from error
        if isinstance(answer, Refused):
            link.end()
            raise GuardRefusedError(answer.reason, answer.exit_code)
        if not isinstance(answer, Ready):
            link.end()
            raise GuardRefusedError("The guard ended before it was ready; its log says why.")
        link.connection.setblocking(False)
        self.description, self.weaknesses = answer.device, answer.weaknesses
        return link
