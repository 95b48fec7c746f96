"""This machine's clocks, and ids from its random numbers."""

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from timing_server.rules.units import BootId

_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class KernelClock:
    """Implements ``service.ports.SystemClock`` with Linux's CLOCK_MONOTONIC and boot id."""

    def __init__(self) -> None:
        self._boot_id = BootId(_BOOT_ID_FILE.read_text(encoding="ascii").strip())

    @property
    def boot_id(self) -> BootId:
        """The kernel boot within which ``mono_ns`` counts."""
        return self._boot_id

    def mono_ns(self) -> int:
        """Read CLOCK_MONOTONIC."""
        return time.monotonic_ns()

    def wall_utc(self) -> str:
        """Read the calendar, ISO 8601 with microseconds, UTC."""
        return datetime.now(UTC).isoformat(timespec="microseconds")


def new_id() -> str:
    """Return a random UUID."""
    return str(uuid.uuid4())
