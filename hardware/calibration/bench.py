"""Shows a calibration's steps on the car, through the guard: nothing moves past its deadline.

The terminal's guide and the car's own page hold one while somebody calibrates. Killed in the middle
of a step it leaves a car in neutral, as any other agent does.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorError
from hardware.calibration.file import Calibration
from hardware.calibration.session import CalibrationSession
from hardware.guard.lease import DriveLease

_log = structlog.get_logger()

SHOW_EVERY_S = 0.05
TTL_NS = 300_000_000
LEASE_NS = 1_000_000_000
#: For how long the wheels spin after each time that somebody asked for it.
SPIN_NS = 1_000_000_000


class BenchGuard(Protocol):
    """What a calibration asks of the guard, each as ``hardware.guard.handle.DriveGuard`` does."""

    def submit(self, command: Command) -> bool:
        """Hand a command over."""
        ...

    def halt(self) -> None:
        """Throttle to neutral now."""
        ...

    def grant(self, lease: DriveLease) -> None:
        """Give leave to drive."""
        ...

    def revoke(self, reason: str) -> None:
        """Take leave to drive away."""
        ...

    def calibrate(self, file: str) -> None:
        """Let the wheels use this calibration."""
        ...


class CalibrationBench:
    """One calibration under way; ``change`` may be called by any thread."""

    def __init__(
        self,
        guard: BenchGuard,
        calibration: Calibration,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """``is_wanted`` is asked again and again; once it says no, nothing is shown or kept."""
        self._is_wanted = is_wanted
        self._lock = threading.Lock()
        self._is_over = False
        self._guard = guard
        self._before = calibration
        self._clock_ns = clock_ns
        self._session = CalibrationSession(calibration)
        self._spin_until_ns = 0
        self._asked = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calibration", daemon=True)

    @property
    def session(self) -> CalibrationSession:
        """Where the calibration is."""
        return self._session

    @property
    def is_over(self) -> bool:
        """Whether it was closed, or ended because nobody wanted it any more."""
        return self._is_over

    def start(self) -> None:
        """Begin to show the steps."""
        self._guard.calibrate(self._before.to_json())
        self._thread.start()

    def change(self, act: Callable[[CalibrationSession], CalibrationSession]) -> None:
        """Do something to the session, and show what comes of it; nothing once it is over."""
        with self._lock:
            if self._is_over:
                return
            before, self._session = self._session, act(self._session)
            self._guard.halt()
            if self._session.calibration != before.calibration:
                self._guard.calibrate(self._session.calibration.to_json())
            # An emergency stop uses a lease up, and whoever goes on afterwards wants another.
            self._asked += 1
            is_new_step = self._session.step != before.step
            self._spin_until_ns = 0 if is_new_step else self._clock_ns() + SPIN_NS
            self._show()

    def show(self) -> None:
        """Hand the step's pulse to the guard once; the bench's thread does so again and again."""
        with self._lock:
            if not self._is_over:
                self._show()

    def close(self, *, is_kept: bool) -> None:
        """Neutral; the car goes on with what was found, or with what it had before."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._end(is_kept=is_kept)

    def _show(self) -> None:
        session, now_ns = self._session, self._clock_ns()
        shown = session.shown()
        if shown is None or (session.spins_wheels and now_ns >= self._spin_until_ns):
            return
        self._guard.grant(DriveLease(f"calibration {self._asked}", now_ns + LEASE_NS))
        try:
            self._guard.submit(Command(*shown, now_ns, now_ns, TTL_NS))
        except ActuatorError as error:
            _log.debug("calibration_not_shown", reason=str(error))

    def _end(self, *, is_kept: bool) -> None:
        with self._lock:
            if self._is_over:
                return
            self._is_over = True
            self._guard.halt()
            self._guard.revoke("the calibration is over")
            if not is_kept:
                self._guard.calibrate(self._before.to_json())

    def _run(self) -> None:
        while not self._closing.wait(SHOW_EVERY_S):
            if not self._is_wanted():
                self._end(is_kept=False)
                return
            self.show()
