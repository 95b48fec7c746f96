"""The stop button on the car, on gpiozero's mock pins, in a guard of its own code."""

import fcntl
import select
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.gates.pins import SensorWiring
from hardware.guard.errors import StopButtonError
from hardware.guard.process.button import StopButton, open_stop_button
from hardware.guard.settings import StopButtonSettings


class MockPins:
    """A header of gpiozero's mock pins."""

    name = "mock"
    is_waiting_for_disk = False

    def __init__(self) -> None:
        self.factory = MockFactory()

    def pin(self, wiring: SensorWiring) -> Any:
        """Return the pin."""
        return self.factory.pin(wiring.pin)

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Reset."""
        self.factory.reset()


@pytest.fixture
def pins() -> Iterator[MockPins]:
    with closing(MockPins()) as header:
        yield header


def is_awake(button: StopButton) -> bool:
    """Say whether the guard's poll would wake up."""
    return bool(select.select([button.fileno()], [], [], 0)[0])


def test_a_press_wakes_the_guard(pins: MockPins) -> None:
    """It should be readable once the contact changed, and pressed while it is closed."""
    with closing(StopButton(StopButtonSettings(pin=26), pins)) as subject:
        assert not is_awake(subject)
        assert not subject.is_pressed()
        pins.factory.pin(26).drive_low()
        assert is_awake(subject)
        assert subject.is_pressed()
        assert not is_awake(subject)
        pins.factory.pin(26).drive_high()
        assert not subject.is_pressed()


def test_what_is_over_when_looked_at_is_no_press(pins: MockPins) -> None:
    """It should not stop a car for a spike that a motor sends through the wires."""
    with closing(StopButton(StopButtonSettings(pin=26), pins)) as subject:
        pins.factory.pin(26).drive_low()
        pins.factory.pin(26).drive_high()
        assert is_awake(subject)
        assert not subject.is_pressed()


def test_a_torn_wire_is_a_press_where_the_contact_is_closed_at_rest(pins: MockPins) -> None:
    """It should be pressed as long as nothing holds the pin low."""
    settings = StopButtonSettings(pin=26, is_inverted=True)
    with closing(StopButton(settings, pins)) as subject:
        assert subject.is_pressed()
        pins.factory.pin(26).drive_low()
        assert not subject.is_pressed()


def test_a_flood_of_edges_is_one_wake(pins: MockPins) -> None:
    """It should not hang the pin's thread on a pipe that nobody has read yet."""
    with closing(StopButton(StopButtonSettings(pin=26), pins)) as subject:
        fcntl.fcntl(subject.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        pin = pins.factory.pin(26)
        for _ in range(2100):
            pin.drive_low()
            pin.drive_high()
        assert not subject.is_pressed()


def test_a_button_on_a_machine_without_pins_is_one_sentence() -> None:
    """It should refuse to guard rather than guard without its button."""
    with pytest.raises(StopButtonError, match=r"The stop button on pin 26 can't be read\."):
        open_stop_button(StopButtonSettings(pin=26, pin_factory="mock"), None)
