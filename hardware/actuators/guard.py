"""The guard that owns the actuators: a command that outlives its time to live becomes neutral.

The stock DeepRacer car, the community's stack, Donkeycar and JetRacer keep the last throttle when
the program behind it dies. Here no command is believed longer than it says itself.
"""

import threading
import time
from collections.abc import Callable

import structlog

from hardware.actuators.command import Actuators, CarReading, Command
from hardware.actuators.errors import ActuatorError

_log = structlog.get_logger()

_NS_PER_S = 1_000_000_000

#: How long to wait before a device that failed is tried again.
RETRY_NS = 500_000_000


class ActuatorGuard:
    """Carries commands out at once, and watches from a thread of its own that they end in time.

    ``submit`` costs one lock and the device's own call: the watching thread sleeps until the
    deadline that it knows, and only then sees that newer commands have moved it. A device that
    fails is closed and opened again, at most every ``RETRY_NS``.
    """

    def __init__(
        self,
        open_actuators: Callable[[], Actuators],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Open the device and set it to neutral. Raises ActuatorError or ActuatorNameError."""
        self._open = open_actuators
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._watch = threading.Condition(self._lock)
        self._device: Actuators | None = open_actuators()
        self.description = self._device.description
        self._deadline_ns: int | None = None
        self._retry_ns: int | None = None
        self._is_closed = False
        self._stale_commands = 0
        self._device.neutral()
        self._thread = threading.Thread(target=self._run, name="actuator-guard", daemon=True)

    @property
    def stale_commands(self) -> int:
        """How many commands ended in neutral: late on arrival, or not renewed in time."""
        return self._stale_commands

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def submit(self, command: Command) -> bool:
        """Carry a command out; False where it came too late, and neutral was set instead.

        Raises ActuatorError where the device doesn't answer; the guard then keeps trying to reach
        it and to set it to neutral.
        """
        with self._lock:
            if self._clock_ns() >= command.expires_mono_ns:
                self._stale_commands += 1
                self._deadline_ns = None
                self._set_neutral()
                return False
            if self._device is None or self._is_closed:
                raise ActuatorError("The car's actuators don't answer; the car stays in neutral.")
            try:
                self._device.apply(command)
            except Exception as error:
                # Whatever a driver raises, its device is no longer to be trusted.
                self._give_up_device()
                self._watch.notify()
                raise ActuatorError(f"The actuators {self.description} failed: {error}") from error
            is_idle = self._deadline_ns is None
            self._deadline_ns = command.expires_mono_ns
            if is_idle:
                self._watch.notify()
            return True

    def halt(self) -> None:
        """Throttle to neutral now, and forget the command under way. Raises nothing."""
        with self._lock:
            self._deadline_ns = None
            self._set_neutral()
            self._watch.notify()

    def reading(self) -> CarReading:
        """Return the device's newest measurements, or nothing while it doesn't answer."""
        device = self._device
        return CarReading() if device is None else device.reading()

    def check(self) -> int | None:
        """Do what is due now; return the instant (mono_ns) of the next check, None = none is due.

        The watching thread's whole work; a test with a clock of its own calls it directly.
        """
        with self._lock:
            return self._check()

    def close(self) -> None:
        """Neutral, end the watching thread, give the device back. May be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._deadline_ns = None
            self._set_neutral()
            self._is_closed = True
            self._watch.notify()
            device = self._device
        if self._thread.is_alive():
            self._thread.join()
        if device is not None:
            device.close()

    def _run(self) -> None:
        with self._lock:
            while not self._is_closed:
                next_ns = self._check()
                if next_ns is None:
                    self._watch.wait()
                else:
                    self._watch.wait(max(0, next_ns - self._clock_ns()) / _NS_PER_S)

    def _check(self) -> int | None:
        now_ns = self._clock_ns()
        if self._deadline_ns is not None and now_ns >= self._deadline_ns:
            self._deadline_ns = None
            self._stale_commands += 1
            self._set_neutral()  # before the log, which may be slow
            _log.warning("command_expired", meaning="no newer command came in time: neutral")
        if self._retry_ns is not None and now_ns >= self._retry_ns:
            self._reopen()
        due = [due_ns for due_ns in (self._deadline_ns, self._retry_ns) if due_ns is not None]
        return min(due, default=None)

    def _set_neutral(self) -> None:
        if self._device is None:
            return
        try:
            self._device.neutral()
        except Exception:  # noqa: BLE001 - a driver's surprise must not end the watching thread
            _log.exception("neutral_failed", device=self.description)
            self._give_up_device()

    def _give_up_device(self) -> None:
        device, self._device = self._device, None
        self._deadline_ns = None
        self._retry_ns = self._clock_ns() + RETRY_NS
        if device is None:
            return
        try:
            device.close()
        except Exception:  # noqa: BLE001 - likewise; it is about to be opened anew
            _log.exception("close_failed", device=self.description)

    def _reopen(self) -> None:
        self._retry_ns = None
        try:
            self._device = self._open()
        except Exception as error:  # noqa: BLE001 - likewise; it is tried again
            _log.debug("actuators_unreachable", reason=str(error))
            self._retry_ns = self._clock_ns() + RETRY_NS
            return
        _log.info("actuators_back", device=self.description)
        self._set_neutral()
