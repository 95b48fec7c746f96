"""What stands where a car has its guard: leases and stops become calls to the car's console.

It is none. The car has no process that ends a command in time: it drives from its console's
``start`` to its ``stop``, and goes on where this bridge, or the Wi-Fi between them, dies. What can
be done from outside is done: the lease is counted here, a stop is repeated until it is answered,
and its acknowledgement is the instant of that answer.
"""

import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol

import structlog

from car_agent.stock.errors import ConsoleError
from hardware.actuators.command import Command
from hardware.guard.handle import CarriedOut, GuardStatus
from hardware.guard.lease import DriveLease, LeaseBook

_log = structlog.get_logger()

_NS_PER_MS = 1_000_000
#: How soon a call that failed is made again.
RETRY_S = 0.2

State = Literal["unknown", "stopped", "running"]


class ConsoleWheels(Protocol):
    """The part of the console that moves the car. Each call raises ConsoleError."""

    def start(self) -> None:
        """Let it drive."""

    def stop(self) -> None:
        """Stop it."""

    def drive_by_model(self) -> None:
        """Hand it to its model."""

    def limit_throttle(self, throttle_pct: int) -> None:
        """Limit its throttle."""


class StockWheels:
    """Stands where others have a guard (``hardware.guard.handle.DriveGuard``).

    One thread calls ``step``, which waits for the console; everything else returns at once.
    """

    def __init__(
        self,
        console: ConsoleWheels,
        throttle_limit_pct: int,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``throttle_limit_pct`` is what race control's 100 % means for this car."""
        self._console = console
        self._limit_pct = throttle_limit_pct
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._leases = LeaseBook()
        self._wake = threading.Event()
        # Whether it drives isn't known: somebody may have started it by its own page.
        self._state: State = "unknown"
        self._stop_due_ns: int | None = None
        self._throttle_pct: int | None = None
        self._e_stop_ns = 0
        self._stop_sent_ns = 0
        self._neutral_ns = 0
        self._took_ns = 0
        self._trouble: str | None = None
        #: For how long the console took to answer the last stop, from its cause; None before.
        self.stop_ms: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether the car was started, as far as is known."""
        return self._state == "running"

    @property
    def throttle_pct(self) -> int | None:
        """The limit that the console took last."""
        return self._throttle_pct

    def step(self, is_allowed: bool, throttle_scale: float) -> None:
        """Bring the car to what the lease and race control say now, by at most one change."""
        with self._lock:
            may = self._leases.verdict(self._clock_ns()).may == "drive" and is_allowed
            is_stop_due = self._stop_due_ns is not None
        throttle_pct = round(self._limit_pct * throttle_scale)
        try:
            if is_stop_due or (not may and self._state != "stopped"):
                self._stop()
            elif may and self._state != "running":
                self._start(throttle_pct)
            elif may and throttle_pct != self._throttle_pct:
                self._limit(throttle_pct)
        except ConsoleError as error:
            self._note(str(error))
        else:
            self._note(None)

    def wait(self, wait_s: float) -> None:
        """Wait for the next step, or for a stop that comes before it."""
        self._wake.wait(RETRY_S if self._trouble is not None else wait_s)
        self._wake.clear()

    def grant(self, lease: DriveLease) -> None:
        """Give or renew leave to drive."""
        with self._lock:
            self._leases.grant(lease, self._clock_ns())
        self._wake.set()

    def revoke(self, reason: str) -> None:
        """Take leave to drive away, and stop."""
        with self._lock:
            self._leases.revoke(reason)
            if self._state != "stopped":
                self._ask_stop()
        self._wake.set()

    def e_stop(self, reason: str) -> None:
        """Latch, and stop the car even where it stands: its answer is wanted."""
        with self._lock:
            if self._leases.e_stop_reason is None:
                self._e_stop_ns = self._clock_ns()
            self._leases.e_stop(reason)
            self._ask_stop()
        self._wake.set()

    def release(self, _who: str) -> None:
        """Unlatch; the car stands until it is granted a new lease."""
        with self._lock:
            self._leases.release()

    def halt(self) -> None:
        """Stop."""
        with self._lock:
            self._ask_stop()
        self._wake.set()

    def submit(self, _command: Command) -> bool:
        """Take no command: the car's own model drives it."""
        return False

    def calibrate(self, _file: str) -> None:
        """Leave that to the console's own page."""

    def take_carried(self) -> list[CarriedOut]:
        """Nothing is known of single commands."""
        return []

    def status(self) -> GuardStatus:
        """Return what is known. A stop counts as heeded once the console has answered one."""
        with self._lock:
            now_ns = self._clock_ns()
            verdict = self._leases.verdict(now_ns)
            is_heeded = self._stop_sent_ns >= self._e_stop_ns
            return GuardStatus(
                lease_id=self._leases.lease_id,
                lease_phase=verdict.phase,
                why_neutral=None if self.is_running else verdict.why or "standing",
                e_stop=self._leases.e_stop_reason if is_heeded else None,
                e_stop_mono_ns=self._e_stop_ns,
                neutral_mono_ns=self._neutral_ns,
                neutral_took_ns=self._took_ns,
                fault=self._trouble,
                told_mono_ns=now_ns,
            )

    def park(self, tries: int = 3) -> None:
        """Stop the car for good: the bridge ends."""
        self.revoke("the bridge ends")
        for _ in range(tries):
            self.step(is_allowed=False, throttle_scale=0.0)
            if self._state == "stopped":
                return
        _log.error("car_not_stopped", meaning="catch the car", why=self._trouble)

    def _ask_stop(self) -> None:
        if self._stop_due_ns is None:
            self._stop_due_ns = self._clock_ns()

    def _stop(self) -> None:
        with self._lock:
            sent_ns = self._clock_ns()
            due_ns = sent_ns if self._stop_due_ns is None else self._stop_due_ns
            self._stop_due_ns = None
        try:
            self._console.stop()
        except ConsoleError:
            with self._lock:
                self._stop_due_ns = due_ns
            raise
        with self._lock:
            now_ns = self._clock_ns()
            self._state = "stopped"
            self._stop_sent_ns, self._neutral_ns, self._took_ns = sent_ns, now_ns, now_ns - due_ns
            self.stop_ms = self._took_ns // _NS_PER_MS
        _log.info("car_stopped", took_ms=self.stop_ms)

    def _start(self, throttle_pct: int) -> None:
        self._console.drive_by_model()
        self._limit(throttle_pct)
        with self._lock:
            is_late = self._leases.verdict(self._clock_ns()).may != "drive"
            if is_late or self._stop_due_ns is not None:
                return
            # An answer that is lost doesn't mean that the car stands.
            self._state = "unknown"
        self._console.start()
        self._state = "running"
        _log.info("car_started", throttle_pct=throttle_pct)

    def _limit(self, throttle_pct: int) -> None:
        self._console.limit_throttle(throttle_pct)
        self._throttle_pct = throttle_pct

    def _note(self, trouble: str | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble is None:
                _log.info("console_answers")
            else:
                _log.warning("console_trouble", reason=trouble)
