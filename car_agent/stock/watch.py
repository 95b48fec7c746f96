"""What is told of a stock car once a second, and the thread that asks its console for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from car_agent.stock.errors import ConsoleError
from car_agent.stock.wheels import StockWheels
from car_agent.telemetry import Tally
from hardware.cameras.frames import Frame
from timing_server.contract.machines.devices import CarTelemetry, ConsoleReport

_log = structlog.get_logger()

ASK_EVERY_S = 5.0


class ConsoleHealth(Protocol):
    """The part of the console that says how the car is."""

    trouble: str | None

    def battery_frac(self) -> float | None:
        """Return how full the battery is. Raises ConsoleError."""


@dataclass
class CarHealth:
    """What the console said last; ``model_name`` is what was loaded through it."""

    battery_frac: float | None = None
    model_name: str | None = None
    load_trouble: str | None = None


class ConsoleWatch:
    """Asks every few seconds, so that a car that is away is known before it is to drive."""

    def __init__(self, console: ConsoleHealth, health: CarHealth) -> None:
        self._console = console
        self._health = health
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console-watch", daemon=True)

    def start(self) -> None:
        """Start asking."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=ASK_EVERY_S)

    def look(self) -> None:
        """Ask once."""
        try:
            self._health.battery_frac = self._console.battery_frac()
        except ConsoleError as error:
            _log.debug("battery_not_known", reason=str(error))

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:  # noqa: BLE001 - at the edge of a thread, and logged
                _log.exception("console_watch_failed_unexpectedly")
            if self._stop.wait(ASK_EVERY_S):
                return


class StockRecord:
    """Stands where a car with an agent has its record of driving."""

    def __init__(
        self, wheels: StockWheels, health: CarHealth, trouble: Callable[[], str | None]
    ) -> None:
        """``trouble`` says what is wrong with the console now."""
        self._wheels = wheels
        self._health = health
        self._trouble = trouble

    def report(self, tally: Tally, _now_ns: int) -> CarTelemetry:
        """Return the message for the server: what isn't known of such a car is left at zero."""
        trouble = self._trouble() or self._health.load_trouble
        return CarTelemetry(
            is_driving=self._wheels.is_running,
            model_sha256=None,
            frame_rate_hz=0.0,
            frames=0,
            dropped_frames=tally.dropped_frames,
            stale_commands=tally.stale_commands,
            frame_age_ms=0.0,
            inference_p50_ms=0.0,
            inference_p95_ms=0.0,
            steering_frac=0.0,
            throttle_frac=0.0,
            battery_frac=self._health.battery_frac,
            console=ConsoleReport(
                model_name=self._health.model_name,
                speed_pct=self._wheels.throttle_pct,
                stop_ms=self._wheels.stop_ms,
                trouble=None if trouble is None else trouble[:300],
            ),
        )

    def view(self) -> Frame | None:
        """The console's picture isn't fetched: the car's processor has enough to do."""
        return None
