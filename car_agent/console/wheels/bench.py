"""A calibration from the car's own page: the guided steps, shown through the guard, kept whole.

A page that is lost ends it, and so does a heat of the car: neutral, and the car's calibration is
what it was before.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from car_agent.console.talk import Calibrate, CalibrationWord, RefusalCode
from car_agent.console.wheels.off_heat import OffHeatGuard
from car_agent.console.wheels.seat import Seat
from hardware.actuators.errors import CalibrationError
from hardware.actuators.pulses import calibration_of
from hardware.calibration.bench import CalibrationBench
from hardware.calibration.file import save_calibration
from hardware.calibration.session import CalibrationSession

_log = structlog.get_logger()

#: How long a calibration waits for a page that isn't heard.
CONTACT_NS = 3_000_000_000
_NS_PER_US = 1000


@dataclass(frozen=True, slots=True)
class CalibrationPlace:
    """``path``: the car's calibration, there or not. ``has_pulses``: its wheels go by one.

    ``keep`` is told once it was written.
    """

    path: Path
    has_pulses: bool
    keep: Callable[[Path], None]


class ConsoleBench:
    """One calibration at a time; any thread may call."""

    def __init__(
        self,
        guard: OffHeatGuard,
        seat: Seat,
        place: CalibrationPlace,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._guard = guard
        self._seat = seat
        self._place = place
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._bench: CalibrationBench | None = None
        self._press = ""
        self._is_saved = False

    @property
    def has_pulses(self) -> bool:
        """Say whether there is anything to calibrate."""
        return self._place.has_pulses

    def do(self, wish: Calibrate) -> RefusalCode | None:
        """Begin, stay or do something; return why not."""
        with self._lock:
            if not self.has_pulses:
                return "car_no_pulses"
            refusal = self._seat.take("calibration", wish.press, wish.tick_mono_ns, CONTACT_NS)
            if refusal is not None:
                return refusal
            if wish.act == "begin":
                return self._begin(wish.press)
            if self._bench is None or self._bench.is_over or self._press != wish.press:
                self._seat.leave(wish.press)
                return "car_start_anew"
            if wish.act != "stay":
                self._bench.change(_meant(wish))
            return self._save() if self._bench.session.is_done else None

    def end(self, press: str) -> None:
        """End that calibration without saving."""
        with self._lock:
            if self._press == press:
                self._close()
        self._seat.leave(press)

    def close(self) -> None:
        """End whatever is under way."""
        with self._lock:
            self._close()

    def word(self, press: str) -> CalibrationWord | None:
        """Return where that calibration is; None where it isn't the one under way."""
        bench = self._bench
        if bench is None or self._press != press:
            return None
        session = bench.session
        pulse_ns = session.pulse_ns()
        return CalibrationWord(
            press=press,
            step=session.step,
            pulse_us=None if pulse_ns is None else pulse_ns / _NS_PER_US,
            spins_wheels=session.spins_wheels,
            is_saved=self._is_saved,
        )

    def _begin(self, press: str) -> RefusalCode | None:
        if self._press == press:
            return None  # the page's word came twice
        self._close()
        path = self._place.path
        try:
            before = calibration_of(path if path.exists() else None)
        except CalibrationError as error:
            return self._failed(press, error)
        self._press, self._is_saved = press, False
        self._bench = CalibrationBench(
            self._guard, before, self._clock_ns, lambda: self._seat.is_taken_by(press)
        )
        self._bench.start()
        self._bench.change(CalibrationSession.confirmed)  # the wheels are up
        _log.info("calibration_begun")
        return None

    def _save(self) -> RefusalCode | None:
        bench = self._bench
        if bench is None or self._is_saved:
            return None
        try:
            save_calibration(bench.session.calibration, self._place.path)
        except CalibrationError as error:
            return self._failed(self._press, error)
        self._place.keep(self._place.path)
        bench.close(is_kept=True)
        self._is_saved = True
        self._seat.leave(self._press)
        _log.info("calibration_saved", path=str(self._place.path))
        return None

    def _failed(self, press: str, error: CalibrationError) -> RefusalCode:
        _log.error("calibration_failed", reason=str(error))
        self._close()
        self._seat.leave(press)
        return "car_calibration_file"

    def _close(self) -> None:
        if self._bench is not None and not self._bench.is_over:
            self._bench.close(is_kept=False)
            _log.info("calibration_ended")


def _meant(wish: Calibrate) -> Callable[[CalibrationSession], CalibrationSession]:
    """Return what a wish does to the session."""
    match wish.act:
        case "flip":
            return CalibrationSession.flipped
        case "confirm":
            return CalibrationSession.confirmed
        case "back":
            return _back
        case _:
            by_ns = wish.by_us * _NS_PER_US
            return lambda session: session.nudged(by_ns)


def _back(session: CalibrationSession) -> CalibrationSession:
    """Return to the step before; the first is that of the steering: the wheels stay up."""
    return session if session.step == "steering_mid" else session.back()
