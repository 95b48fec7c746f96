"""Reads how the node's machine is: room on its disk, temperature, throttling, supply voltage.

A Raspberry Pi says so in sysfs and through ``vcgencmd`` (its documentation, "vcgencmd
get_throttled"); on another machine what it doesn't say is None.
"""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

THERMAL_FILE = Path("/sys/class/thermal/thermal_zone0/temp")
THROTTLED_FILE = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
_COMMAND = ("vcgencmd", "get_throttled")
_COMMAND_PATIENCE_S = 1.0

#: Bits of the firmware's word that tell of now; the same ones 16 higher tell of some time before.
_UNDERVOLTED = 1 << 0
_SLOWED = (1 << 1) | (1 << 2) | (1 << 3)


@dataclass(frozen=True, slots=True)
class MachineReading:
    """The machine as of now; None where it doesn't say."""

    disk_free_bytes: int | None = None
    cpu_temp_c: float | None = None
    is_undervolted: bool | None = None
    is_throttled: bool | None = None


def parse_throttled(text: str) -> tuple[bool, bool] | None:
    """Return (is_undervolted, is_throttled) of ``throttled=0x50005`` or ``50005``, else None."""
    word = text.strip().rpartition("=")[2]
    try:
        flags = int(word, 16)
    except ValueError:
        return None
    return bool(flags & _UNDERVOLTED), bool(flags & _SLOWED)


def parse_temperature(text: str) -> float | None:
    """Return degrees Celsius of the kernel's thousandths, None where it is no such number."""
    try:
        temp_c = int(text.strip()) / 1000
    except ValueError:
        return None
    return temp_c if -60 <= temp_c <= 200 else None  # a sensor that isn't there says nonsense


def ask_firmware() -> str:
    """Return what the Pi's firmware says of throttling, or nothing on another machine."""
    if THROTTLED_FILE.exists():
        return _read(THROTTLED_FILE)
    try:
        done = subprocess.run(  # noqa: S603 - our own constant
            _COMMAND, capture_output=True, text=True, timeout=_COMMAND_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout


def read_machine(
    folder: Path,
    thermal_file: Path = THERMAL_FILE,
    firmware: Callable[[], str] = ask_firmware,
) -> MachineReading:
    """Return how the machine is; ``folder`` lies on the disk that matters. Raises nothing."""
    throttled = parse_throttled(firmware())
    return MachineReading(
        disk_free_bytes=_free_bytes(folder),
        cpu_temp_c=parse_temperature(_read(thermal_file)),
        is_undervolted=None if throttled is None else throttled[0],
        is_throttled=None if throttled is None else throttled[1],
    )


def _free_bytes(folder: Path) -> int | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
