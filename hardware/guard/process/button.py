"""The emergency stop on the car itself, read by the guard: pressed is latched."""

import os
import tempfile
from pathlib import Path

import structlog

from hardware.errors import HardwareError
from hardware.gates.edges import Edge
from hardware.gates.factories import factory_name
from hardware.gates.pins import GatePins, HeaderPins, PinSource, SensorWiring
from hardware.gates.profiles import TRIP_SWITCH
from hardware.guard.errors import StopButtonError
from hardware.guard.settings import StopButtonSettings

_log = structlog.get_logger()

PRESSED = "the button on the car"


class StopButton:
    """A contact that is looked at whenever its pin changes.

    An edge only wakes the guard, which then looks whether the contact is closed: what motors send
    through the wires is over by then, and a bouncing contact wakes it until it lies still.
    """

    def __init__(self, settings: StopButtonSettings, source: PinSource) -> None:
        """Listen to the pin. Raises PinError where it can't be opened."""
        profile = TRIP_SWITCH.inverted() if settings.is_inverted else TRIP_SWITCH
        wiring = SensorWiring("e-stop", "contact", settings.pin, profile)
        self._read_end, self._write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._pins = GatePins(source, [wiring], self._wake)

    def fileno(self) -> int:
        """Return what can be read once the contact has changed."""
        return self._read_end

    def is_pressed(self) -> bool:
        """Look at the contact, and forget the changes until now."""
        try:
            while os.read(self._read_end, 64):
                pass
        except BlockingIOError:
            pass
        return bool(self._pins.broken())

    def close(self) -> None:
        """Stop listening."""
        self._pins.close()

    def _wake(self, _edge: Edge) -> None:
        try:
            os.write(self._write_end, b"!")
        except BlockingIOError:
            _log.debug("button_woke_already")


def open_stop_button(settings: StopButtonSettings, folder: Path | None) -> StopButton:
    """Open the button on this machine's own pins.

    ``folder`` may be written by lgpio, which wants that. Raises StopButtonError or PinError.
    """
    work_dir = folder or Path(tempfile.gettempdir())
    try:
        source = HeaderPins(factory_name(settings.pin_factory), work_dir, settings.gpio_chip)
    except HardwareError as error:
        sentence = f"The stop button on pin {settings.pin} can't be read. {error}"
        raise StopButtonError(sentence) from error
    return StopButton(settings, source)
