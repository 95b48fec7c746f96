"""The drive loop: newest frame → model → policy → wheels, as long as the server's order stands.

Every way in which driving can go wrong ends in neutral throttle and a line in the log: a lost
server, a camera without pictures, a model that fails. The loop itself goes on: the car drives again
by itself once its camera and its model do, and by another go once contact was lost.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from car_agent.blackbox.steps import Step
from car_agent.driving.frames import NewestFrame
from car_agent.driving.policy import Answer, Decision, Policy
from car_agent.driving.preprocess import Preprocessor
from car_agent.errors import TokenError
from car_agent.link.orders import Permission
from car_agent.models.load import LoadedModel
from car_agent.telemetry import DriveRecord
from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorError
from hardware.cameras.frames import Frame
from hardware.guard.handle import DriveGuard

_log = structlog.get_logger()

#: How long the loop waits for a frame before it looks at the order again: a stop reaches the
#: wheels within this time even where the camera gives nothing.
FRAME_WAIT_S = 0.1

#: How often a trouble that goes on is logged.
REPEAT_LOG_NS = 5_000_000_000


class Leave(Protocol):
    """Who lets the car drive."""

    def permission(self, now_ns: int) -> Permission:
        """Say whether it may drive at that instant, and if not, why."""
        ...

    @property
    def refusal(self) -> TokenError | None:
        """Why the server won't have this car at all; None as long as it didn't say so."""
        ...

    def note_model(self, model_sha256: str) -> None:
        """Note which model is loaded from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Pilot:
    """What turns a picture into a decision."""

    preprocess: Preprocessor
    model: LoadedModel
    policy: Policy

    def decide(self, frame: Frame) -> tuple[Decision, Answer]:
        """Return what the model wants, and what it said.

        Raises PolicyError where its answer is not a number, or what the model's runtime raises.
        """
        answer = self.model.infer(self.preprocess(frame.pixels))
        return self.policy(answer), answer


@dataclass(frozen=True, slots=True)
class DriveLimits:
    """``command_ttl_ns``: how long after its picture was taken a command may move the car.

    ``camera_patience_ns``: how long without a picture until that is logged as a stall.
    """

    command_ttl_ns: int
    camera_patience_ns: int


class Supervisor:
    """Drives while it may. One thread calls ``step`` or ``run``."""

    def __init__(
        self,
        slot: NewestFrame,
        pilot: Pilot | None,
        guard: DriveGuard,
        leave: Leave,
        record: DriveRecord,
        limits: DriveLimits,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._slot = slot
        self._pilot = pilot
        self._guard = guard
        self._leave = leave
        self._record = record
        self._health = record.health
        self._limits = limits
        self._clock_ns = clock_ns
        self._permission = Permission(False, "starting")
        self._frame_seen_ns = clock_ns()
        self._troubles: dict[str, int] = {}
        self._next_pilot: Callable[[], Pilot | None] = lambda: None

    @property
    def model(self) -> LoadedModel | None:
        """What drives, or would; None where nothing is loaded yet."""
        return None if self._pilot is None else self._pilot.model

    def take_pilots_from(self, next_pilot: Callable[[], Pilot | None]) -> None:
        """Ask for another pilot while the car stands; what is returned takes over."""
        self._next_pilot = next_pilot

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Drive until told to stop, then neutral.

        Raises TokenError where the server won't have this car.
        """
        try:
            while not should_stop():
                if self._leave.refusal is not None:
                    raise self._leave.refusal
                self.step(FRAME_WAIT_S)
        finally:
            self._halt()

    def step(self, wait_s: float) -> None:
        """Take one frame and act on it, or find that none came within ``wait_s``."""
        frame = self._slot.take(wait_s)
        now_ns = self._clock_ns()
        self._heed(self._leave.permission(now_ns))
        if not self._permission.is_allowed:
            self._change_pilot()
        if frame is None:
            self._note_silence(now_ns)
            return
        self._note_frame(frame, now_ns)
        if not self._permission.is_allowed:
            return
        # A capture in the future is a stamp of another clock; such a command would never expire.
        capture_ns = min(frame.capture_mono_ns, now_ns)
        if now_ns - capture_ns >= self._limits.command_ttl_ns:
            self._record.note_late_frame()
            return
        if self._pilot is not None:
            self._drive(frame, capture_ns, self._pilot)

    def _change_pilot(self) -> None:
        """Let the model of the next run take over, where it is ready; the car stands."""
        pilot = self._next_pilot()
        if pilot is None:
            return
        self._pilot = pilot
        self._leave.note_model(pilot.model.sha256)
        self._record.note_model(pilot.model.sha256)
        _log.info("model_loaded", model=pilot.model.card.name, model_sha256=pilot.model.sha256)

    def _drive(self, frame: Frame, capture_ns: int, pilot: Pilot) -> None:
        started_ns = self._clock_ns()
        self._health.begin_thinking(started_ns)
        try:
            decision, answer = pilot.decide(frame)
        except Exception as error:  # noqa: BLE001 - whatever a model does, the car must stop
            self._health.end_thinking(is_failure=True)
            self._halt()
            self._note_trouble("inference_failed", str(error))
            return
        self._health.end_thinking(is_failure=False)
        issued_ns = self._clock_ns()
        command = Command(
            decision.steering_frac,
            decision.throttle_frac * self._permission.throttle_scale,
            capture_ns,
            issued_ns,
            self._limits.command_ttl_ns,
        )
        try:
            is_carried_out = self._guard.submit(command)
        except ActuatorError as error:
            self._record.note_halt()
            self._note_trouble("actuators_failed", str(error))
            return
        self._record.note_step(
            Step(frame.seq, answer, decision, command, started_ns, is_carried_out)
        )
        if is_carried_out:
            self._record.note_drive(decision, issued_ns - started_ns, issued_ns - capture_ns)
        else:
            self._record.note_halt()

    def _heed(self, permission: Permission) -> None:
        """Act on a change of permission; a stop is neutral at once."""
        if permission == self._permission:
            return
        was_allowed = self._permission.is_allowed
        self._permission = permission
        self._record.show_view(permission.is_own_heat)
        if permission.is_allowed and was_allowed:
            _log.info("driving", how=permission.reason, throttle_scale=permission.throttle_scale)
            return
        if permission.is_allowed:
            # From now on a silent camera matters: its patience begins anew, and so its warning.
            self._frame_seen_ns = self._clock_ns()
            self._health.is_camera_stalled = False
            _log.info("driving")
            return
        if was_allowed:
            self._halt()
        say = _log.warning if permission.is_trouble else _log.info
        say("not_driving", why=permission.reason)

    def _note_frame(self, frame: Frame, now_ns: int) -> None:
        self._frame_seen_ns = now_ns
        self._record.note_frame(frame, now_ns)
        if self._health.is_camera_stalled:
            self._health.is_camera_stalled = False
            _log.info("camera_gives_pictures_again")

    def _note_silence(self, now_ns: int) -> None:
        """Neutral and a line in the log where the camera has been silent for too long."""
        silence_ns = now_ns - self._frame_seen_ns
        if self._health.is_camera_stalled or silence_ns <= self._limits.camera_patience_ns:
            return
        self._health.is_camera_stalled = True
        self._halt()
        if self._permission.is_allowed:
            _log.warning("camera_stalled", silence_s=round(silence_ns / 1e9, 1))
        else:
            _log.debug("camera_silent", silence_s=round(silence_ns / 1e9, 1))

    def _note_trouble(self, event: str, reason: str) -> None:
        """Log a trouble, and again every few seconds while it goes on."""
        now_ns = self._clock_ns()
        logged_ns = self._troubles.get(event)
        if logged_ns is None or now_ns - logged_ns >= REPEAT_LOG_NS:
            self._troubles[event] = now_ns
            _log.error(event, reason=reason)

    def _halt(self) -> None:
        self._guard.halt()
        self._record.note_halt()
