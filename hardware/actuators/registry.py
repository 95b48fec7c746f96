"""Which actuators there are, opened by name."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hardware.actuators.command import Actuators
from hardware.actuators.errors import ActuatorNameError
from hardware.actuators.settings import WheelsSettings

#: Name → the module whose ``open_actuators`` opens them, imported when asked for.
ACTUATORS = {
    "pwm": "hardware.actuators.devices.kernel_pwm",
    "pca9685": "hardware.actuators.devices.pca9685",
    "gpiozero": "hardware.actuators.devices.gpiozero_pwm",
    "virtual": "hardware.actuators.devices.virtual",
    "none": "hardware.actuators.devices.bench_test",
}

#: Those that go on with their last pulse when every program has died; the modules of these have a
#: ``set_neutral`` too, for whoever finds the guard dead.
_HOLDING = frozenset({"pwm", "pca9685", "gpiozero"})


@dataclass(frozen=True, slots=True)
class ActuatorRequest:
    """What actuators need to know to open; ``venue_socket`` concerns virtual ones alone."""

    car_id: str
    venue_socket: Path | None = None
    wheels: WheelsSettings = field(default_factory=WheelsSettings)


class ActuatorModule(Protocol):
    """What a module named in ``ACTUATORS`` offers."""

    def open_actuators(self, request: ActuatorRequest) -> Actuators:
        """Open the device. Raises ActuatorError or ActuatorNameError in one sentence."""
        ...


class HoldingModule(ActuatorModule, Protocol):
    """What the module of actuators that hold their last pulse offers besides."""

    def set_neutral(self, request: ActuatorRequest) -> None:
        """Set neutral from outside the guard. Raises ActuatorError."""
        ...


def check_actuators_name(name: str) -> str:
    """Return the name. Raises ActuatorNameError where it is unknown."""
    if name not in ACTUATORS:
        *most, last = ACTUATORS
        raise ActuatorNameError(
            f"There are no actuators '{name}'; use {', '.join(most)} or {last}."
        )
    return name


def holds_last_pulse(name: str) -> bool:
    """Say whether these actuators go on with the last command when every program has died."""
    return name in _HOLDING


def open_actuators(name: str, request: ActuatorRequest) -> Actuators:
    """Open the actuators called ``name``.

    Raises ActuatorNameError for a name that is unknown or unfit, ActuatorError where the device
    can't be opened.
    """
    module: ActuatorModule = importlib.import_module(ACTUATORS[check_actuators_name(name)])
    return module.open_actuators(request)


def set_neutral(name: str, request: ActuatorRequest) -> None:
    """Set neutral from outside a guard that is dead; the others stop by themselves.

    Raises ActuatorError where the device doesn't answer.
    """
    if holds_last_pulse(name):
        module: HoldingModule = importlib.import_module(ACTUATORS[name])
        module.set_neutral(request)
