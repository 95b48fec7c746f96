"""Where messages, the pure core and the device meet: one thread, one turn per message or deadline.

Neutral comes before everything else that a turn does: before a word to the agent, the log or the
latch's file.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import assert_never

import structlog

from hardware.actuators.command import Actuators, Command
from hardware.guard.core import HALTED, GuardCore, Wanted
from hardware.guard.lease import DriveLease
from hardware.guard.messages import (
    AgentMessage,
    Beat,
    Calibrate,
    Carried,
    Drive,
    EStop,
    Grant,
    Halt,
    Hello,
    Release,
    Revoke,
    Status,
)
from hardware.guard.process.device import GuardedDevice
from hardware.guard.process.latch import Latch

_log = structlog.get_logger()

#: Instants of commands that are kept for the next word to the agent.
_CARRIED_KEPT = 64

Clock = Callable[[], int]


class GuardDesk:
    """The guard without its process; not for several threads."""

    def __init__(
        self,
        open_actuators: Callable[[], Actuators],
        latch: Latch,
        clock_ns: Clock = time.monotonic_ns,
    ) -> None:
        """Open the device and set it to neutral. Raises what opening raises."""
        self._clock_ns = clock_ns
        self._latch = latch
        self.device = GuardedDevice(open_actuators, clock_ns)
        self.core = GuardCore(latch.reason)
        self._applied: Command | None = None
        self._steering_frac = 0.0
        self._is_neutral = True
        self._why_neutral: str | None = "starting"
        self._neutral_ns = clock_ns()
        self._neutral_took_ns = 0
        self._e_stop_ns = 0
        self._carried: deque[Carried] = deque(maxlen=_CARRIED_KEPT)
        self._is_news = True
        self._fault: str | None = None
        #: Says whether the car's own button is pressed now; replaced where there is one.
        self.is_button_pressed: Callable[[], bool] = lambda: False

    def connect(self) -> None:
        """Note that an agent is there."""
        self.core.connect(self._clock_ns())
        self._settle()

    def disconnect(self) -> None:
        """Note that the agent is gone."""
        was_driving = self._why_neutral is None
        self.core.disconnect(self._clock_ns())
        self._settle()
        if not was_driving:
            _log.debug("agent_gone")

    def take(self, message: AgentMessage) -> None:
        """Act on an agent's message."""
        now_ns = self._clock_ns()
        self.core.hear(now_ns)
        match message:
            case Beat() | Hello():
                pass
            case Drive():
                self.core.submit(_command(message), now_ns)
            case Halt():
                self.core.halt(now_ns, message.sent_mono_ns)
            case Grant():
                self.core.grant(_lease(message), now_ns)
            case Revoke():
                self.core.revoke(message.reason, now_ns, message.sent_mono_ns)
            case EStop():
                self.e_stop(message.reason, message.sent_mono_ns)
            case Release():
                self._release(message.who, now_ns)
            case Calibrate():
                self._calibrate(message.file, now_ns)
            case _:
                assert_never(message)
        self._settle()

    def e_stop(self, reason: str, cause_ns: int) -> None:
        """Latch the emergency stop, asked for at ``cause_ns``."""
        before = self.core.lease.e_stop_reason
        self.core.e_stop(reason, self._clock_ns(), cause_ns)
        self._settle()
        if self.core.lease.e_stop_reason != before:
            self._e_stop_ns = cause_ns
            self._is_news = True
            self._latch.set(reason)
            _log.warning("emergency_stop", reason=reason)

    def check(self) -> None:
        """Do what is due now."""
        if self.device.check():
            self._neutral_ns = self._clock_ns()
        self._settle()

    def due_ns(self) -> int:
        """Return the instant (mono_ns) of the next check."""
        core_ns = self.core.due_ns()
        return self.device.due_ns if core_ns is None else min(core_ns, self.device.due_ns)

    def is_agent_alive(self) -> bool:
        """Say whether the agent gave a sign of life lately."""
        return self.core.is_agent_alive(self._clock_ns())

    def take_news(self) -> bool:
        """Say whether something changed since the last time that was asked."""
        is_news, self._is_news = self._is_news, False
        return is_news

    def status(self) -> Status:
        """Return what there is to tell; commands carried out are told once."""
        reading = self.device.reading()
        applied = self._applied
        carried = tuple(self._carried)
        self._carried.clear()
        return Status(
            lease_id=self.core.lease.lease_id,
            lease_phase=self.core.lease.verdict(self._clock_ns()).phase,
            why_neutral=self._why_neutral,
            e_stop=self.core.lease.e_stop_reason,
            e_stop_mono_ns=self._e_stop_ns,
            neutral_mono_ns=self._neutral_ns,
            neutral_took_ns=self._neutral_took_ns,
            steering_frac=self._steering_frac,
            throttle_frac=0.0 if applied is None else applied.throttle_frac,
            stale_commands=self.core.stale_commands,
            fault=self.device.fault,
            device_resets=self.device.resets,
            speed_mps=reading.speed_mps,
            battery_frac=reading.battery_frac,
            told_mono_ns=self._clock_ns(),
            carried=carried,
        )

    def close(self) -> None:
        """Neutral, and give the device back."""
        self.device.close()

    def _settle(self) -> None:
        wanted = self.core.settle(self._clock_ns())
        if wanted.command is not None and wanted.command != self._applied:
            self._apply(wanted.command)
        if wanted.why_neutral != self._why_neutral:
            self._turn(wanted)
        if self.device.fault != self._fault:
            self._fault = self.device.fault
            self._is_news = True
            self._applied = None

    def _apply(self, command: Command) -> None:
        self._is_neutral = False
        if self.device.apply(command):
            self._applied = command
            self._steering_frac = command.steering_frac
            done_ns = self._clock_ns()
            self._carried.append(
                Carried(capture_mono_ns=command.capture_mono_ns, done_mono_ns=done_ns)
            )

    def _turn(self, wanted: Wanted) -> None:
        """Note that driving begins or ends; the device is in neutral before anybody is told."""
        was_driving = self._why_neutral is None
        is_written = True
        if wanted.command is None and not self._is_neutral:
            is_written = self.device.neutral()
            self._is_neutral, self._applied = True, None
        if was_driving and is_written:
            self._neutral_ns = self._clock_ns()
            self._neutral_took_ns = max(0, self._neutral_ns - wanted.cause_mono_ns)
        self._why_neutral = wanted.why_neutral
        self._is_news = True
        if was_driving and wanted.why_neutral != HALTED:  # which the agent asked for, and tells
            took_ms = round(self._neutral_took_ns / 1e6, 2)
            _log.warning("neutral", why=wanted.why_neutral, took_ms=took_ms)

    def _release(self, who: str, now_ns: int) -> None:
        if self.core.lease.e_stop_reason is None:
            return
        if self.is_button_pressed():
            # It stops the car anew: let up later, it must not release by itself what was refused.
            self._e_stop_ns = now_ns
            self._is_news = True
            _log.warning("release_refused", why="the button on the car is still pressed", who=who)
            return
        self.core.release(now_ns)
        self._is_news = True
        self._latch.clear()
        _log.warning("emergency_stop_released", who=who)

    def _calibrate(self, file: str, now_ns: int) -> None:
        """Neutral by the old values, then take the new ones."""
        self.core.halt(now_ns, now_ns)
        self._settle()
        self.device.calibrate(file)
        self.device.neutral()


def _command(message: Drive) -> Command:
    return Command(
        message.steering_frac,
        message.throttle_frac,
        message.capture_mono_ns,
        message.issued_mono_ns,
        message.ttl_ns,
    )


def _lease(message: Grant) -> DriveLease:
    return DriveLease(
        message.lease_id, message.expires_mono_ns, message.then, message.finish_until_mono_ns
    )
