"""Chooses gpiozero's pin factory, and refuses those whose edge times can't time a lap."""

import importlib
import os
import platform
import re
from pathlib import Path
from typing import Any

from gpiozero.exc import GPIOZeroError

from hardware.gates.errors import PinError, PinFactoryError

FACTORY_VARIABLE = "GPIOZERO_PIN_FACTORY"
DEFAULT_FACTORY = "lgpio"

#: Where lgpio puts the pipe through which edges reach Python; it *changes the process's working
#: folder* to it when it is imported, and without it needs the working folder to be writable.
LGPIO_WORK_DIR_VARIABLE = "LG_WD"

#: Kernel edge events are stamped with CLOCK_MONOTONIC since this release, before with wall time.
MONOTONIC_SINCE_KERNEL = (5, 7)

_STAMPS_LATE = "it stamps an edge when Python gets round to it, milliseconds late when busy"
_REFUSED = {
    "rpigpio": _STAMPS_LATE,
    "native": _STAMPS_LATE,
    "pigpio": (
        "its 32-bit microsecond ticks wrap every 72 minutes and come from a clock of its own "
        "that can't be related to CLOCK_MONOTONIC"
    ),
    "mock": "nothing drives its pins; the virtual venue brings its own (--venue SOCKET)",
}


def factory_name(setting: str | None) -> str:
    """Return the factory that is asked for: setting, else $GPIOZERO_PIN_FACTORY, else lgpio."""
    return (setting or os.environ.get(FACTORY_VARIABLE) or DEFAULT_FACTORY).lower()


def open_factory(
    name: str, work_dir: Path, kernel_release: str | None = None, chip: int | None = None
) -> Any:
    """Return the gpiozero pin factory ``name``, checked to stamp edges with CLOCK_MONOTONIC.

    ``work_dir`` (writable, absolute) gets lgpio's pipe where LG_WD names no other folder.
    ``kernel_release`` None means this machine's. ``chip`` None means a Raspberry Pi's header,
    a number ``/dev/gpiochipN`` of any board. Raises PinFactoryError with the reason.
    """
    if name in _REFUSED:
        raise PinFactoryError(
            f"The pin factory '{name}' can't time laps: {_REFUSED[name]}; use '{DEFAULT_FACTORY}'."
        )
    if name != DEFAULT_FACTORY:
        raise PinFactoryError(
            f"There is no pin factory '{name}'; use '{DEFAULT_FACTORY}', "
            "or --venue SOCKET for the virtual venue."
        )
    _require_monotonic_kernel(kernel_release or platform.release())
    return _open_lgpio(work_dir, chip)


def _require_monotonic_kernel(release: str) -> None:
    found = re.match(r"(\d+)\.(\d+)", release)
    if found is None or (int(found[1]), int(found[2])) < MONOTONIC_SINCE_KERNEL:
        raise PinFactoryError(
            f"Linux {release} stamps edges with a clock that can be set; "
            "install Linux 5.7 or later to time laps."
        )


def _open_lgpio(work_dir: Path, chip: int | None) -> Any:
    os.environ.setdefault(LGPIO_WORK_DIR_VARIABLE, str(work_dir))
    try:
        module = importlib.import_module("hardware.gates.kernel_stamp")
    except ImportError as error:
        raise PinFactoryError(
            f"The pin factory '{DEFAULT_FACTORY}' is not installed here ({error}): "
            "run 'make setup-pi', or use --venue SOCKET for the virtual venue."
        ) from error
    try:
        return module.KernelStampFactory() if chip is None else module.ChipFactory(chip)
    except (module.LgpioError, GPIOZeroError, OSError) as error:
        raise PinError(_unopened(chip, error)) from error


def _unopened(chip: int | None, error: Exception) -> str:
    if chip is None:
        return (
            f"This machine's GPIO can't be opened ({error}); a Raspberry Pi is needed, and a user "
            "in the group 'gpio'. On another board, name its GPIO chip with --gpio-chip."
        )
    return (
        f"/dev/gpiochip{chip} can't be opened ({error}): look for the chip's number in "
        "/dev (gpiodetect lists them), and let this user read and write it."
    )
