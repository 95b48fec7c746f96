"""Which actuators there are, and why some that people ask for are refused."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hardware.actuators.command import Actuators
from hardware.actuators.errors import ActuatorNameError

#: Name → the module whose ``open_actuators`` opens them, imported when asked for.
ACTUATORS = {
    "virtual": "hardware.actuators.virtual",
    "none": "hardware.actuators.bench_test",
}

#: Names that are refused, with the reason. A servo holds its place by a pulse of 1.0–2.0 ms; a
#: pulse made by a program is late by as much as the computer is busy, and the wheel twitches.
UNFIT = {
    "gpiozero": (
        "gpiozero makes servo pulses in software, late by up to milliseconds on a busy computer; "
        "steering would twitch. Use 'none' to test camera and model without moving the wheels."
    ),
}


@dataclass(frozen=True, slots=True)
class ActuatorRequest:
    """What actuators need to know to open; ``venue_socket`` concerns virtual ones alone."""

    car_id: str
    venue_socket: Path | None = None


class ActuatorModule(Protocol):
    """What a module named in ``ACTUATORS`` offers."""

    def open_actuators(self, request: ActuatorRequest) -> Actuators:
        """Open the device. Raises ActuatorError or ActuatorNameError in one sentence."""
        ...


def check_actuators_name(name: str) -> str:
    """Return the name. Raises ActuatorNameError where it is unknown or unfit."""
    if name in UNFIT:
        raise ActuatorNameError(f"Actuators '{name}' can't be used: {UNFIT[name]}")
    if name not in ACTUATORS:
        raise ActuatorNameError(f"There are no actuators '{name}'; use {' or '.join(ACTUATORS)}.")
    return name


def open_actuators(name: str, request: ActuatorRequest) -> Actuators:
    """Open the actuators called ``name``.

    Raises ActuatorNameError for a name that is unknown or unfit, ActuatorError where the device
    can't be opened.
    """
    module: ActuatorModule = importlib.import_module(ACTUATORS[check_actuators_name(name)])
    return module.open_actuators(request)
