"""A gpiozero mock factory whose pins change at the instant that a test says."""

from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.gates.pins import SensorWiring


class StampedPin(MockPin):  # type: ignore[misc]  # gpiozero has no types
    """A mock pin that hands over the tick it is given instead of the real time."""

    ticks: float = 0

    def drive(self, state: int, ticks: float) -> None:
        """Set the pin's electrical level as of ``ticks`` (int = ns, float = s)."""
        self.ticks = ticks
        if state:
            self.drive_high()
        else:
            self.drive_low()

    def _call_when_changed(self) -> None:
        super(MockPin, self)._call_when_changed(self.ticks, self._state)


class MockPins:
    """A PinSource over gpiozero's MockFactory."""

    name = "mock"

    def __init__(self, is_waiting_for_disk: bool = False) -> None:
        self.is_waiting_for_disk = is_waiting_for_disk
        self.factory = MockFactory(pin_class=StampedPin)
        self.is_started = False
        self.is_stopped = False

    def pin(self, wiring: SensorWiring) -> Any:
        return self.factory.pin(wiring.pin)

    def start(self) -> None:
        self.is_started = True

    def stop(self) -> None:
        self.is_stopped = True

    def close(self) -> None:
        self.factory.close()

    def break_beam(self, pin: int, ticks: float) -> None:
        """Break a beam whose receiver pulls low."""
        self.factory.pin(pin).drive(0, ticks)

    def clear_beam(self, pin: int, ticks: float) -> None:
        """Clear it again."""
        self.factory.pin(pin).drive(1, ticks)
