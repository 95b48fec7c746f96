"""Pulses from gpiozero, through the one pin factory whose pulses hardware times: pigpio.

A servo holds its place by a pulse of 1–2 ms. Where a program makes it, it is late by as much as the
computer is busy, and the wheels twitch. pigpio's daemon has the Pi's DMA make them (steps of 5 µs);
it goes on with the last pulse when its client dies.
"""

import importlib
import os
from typing import Any

from hardware.actuators.command import Actuators
from hardware.actuators.errors import ActuatorError, ActuatorNameError
from hardware.actuators.pulses import PulseActuators, calibration_of
from hardware.actuators.registry import ActuatorRequest
from hardware.actuators.settings import WheelsSettings
from hardware.calibration.file import PERIOD_NS

FACTORY_VARIABLE = "GPIOZERO_PIN_FACTORY"
DEFAULT_FACTORY = "pigpio"
_FREQUENCY_HZ = 1_000_000_000 // PERIOD_NS

_INSTEAD = "use 'pigpio' (not on a Raspberry Pi 5), or the actuators 'pwm' or 'pca9685'"
_UNFIT = {
    "lgpio": (
        "a thread of lgpio's switches the pin, late by as much as the computer is busy, and "
        "gpiozero rounds its pulses to 200 µs"
    ),
    "rpigpio": "a thread of RPi.GPIO's switches the pin, late by as much as the computer is busy",
    "native": "it can't make pulses",
    "mock": "nothing is wired to its pins",
}


class GpiozeroPwm:
    """Throttle and steering on two pins of a factory."""

    def __init__(self, factory: Any, name: str, wheels: WheelsSettings) -> None:
        """Claim the pins; nothing pulses until it is told to. Raises what gpiozero raises."""
        from gpiozero import PWMOutputDevice  # noqa: PLC0415 - only where such pins are used

        self.description = f"gpiozero ({name})"
        self._factory = factory
        self._throttle, self._steering = (
            PWMOutputDevice(pin, frequency=_FREQUENCY_HZ, pin_factory=factory)
            for pin in (wheels.throttle_pin, wheels.steering_pin)
        )

    def throttle(self, pulse_ns: int) -> None:
        """Repeat this pulse for the throttle."""
        self._throttle.value = pulse_ns / PERIOD_NS

    def steering(self, pulse_ns: int) -> None:
        """Repeat this pulse for the steering."""
        self._steering.value = pulse_ns / PERIOD_NS

    def check(self) -> None:
        """Nothing: pigpio's daemon keeps what it was told, or refuses the next pulse."""

    def close(self) -> None:
        """End the pulses; a motor controller without pulses stops by itself."""
        self._throttle.close()
        self._steering.close()
        self._factory.close()


def factory_name(wheels: WheelsSettings) -> str:
    """Return the pin factory's name. Raises ActuatorNameError where its pulses aren't fit."""
    name = (wheels.pin_factory or os.environ.get(FACTORY_VARIABLE) or DEFAULT_FACTORY).lower()
    if name in _UNFIT:
        raise ActuatorNameError(
            f"gpiozero's pin factory '{name}' can't hold a servo: {_UNFIT[name]}; {_INSTEAD}."
        )
    if name != DEFAULT_FACTORY:
        raise ActuatorNameError(f"There is no pin factory '{name}' for wheels; {_INSTEAD}.")
    return name


def open_outputs(wheels: WheelsSettings) -> GpiozeroPwm:
    """Open the pins. Raises ActuatorNameError, or ActuatorError where pigpio doesn't answer."""
    name = factory_name(wheels)
    try:
        module = importlib.import_module("gpiozero.pins.pigpio")
    except ImportError as error:
        raise ActuatorError(
            f"gpiozero's pin factory 'pigpio' needs a package that is missing ({error.name}): "
            "pip install -c constraints.txt -e '.[wheels]'."
        ) from error
    try:
        return GpiozeroPwm(module.PiGPIOFactory(), name, wheels)
    except Exception as error:  # pigpio's own errors have no parent but Exception
        raise ActuatorError(
            f"pigpio's daemon doesn't answer ({error}): sudo systemctl enable --now pigpiod."
        ) from error


def open_actuators(request: ActuatorRequest) -> Actuators:
    """Open the car's wheels on two pins of the header."""
    calibration = calibration_of(request.wheels.calibration)
    return PulseActuators(open_outputs(request.wheels), calibration)


def set_neutral(request: ActuatorRequest) -> None:
    """Set neutral, then end the pulses. Raises ActuatorError."""
    open_actuators(request).close()
