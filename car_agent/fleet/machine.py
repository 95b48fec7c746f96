"""How the car's machine is: temperature, room on its disk, strength of its Wi-Fi, uptime."""

import re
import time
from pathlib import Path

from hardware.node.watch.machine import MachineReading, read_machine

WIRELESS_FILE = Path("/proc/net/wireless")
_ROW = re.compile(r"^\s*\S+:\s+\S+\s+\S+\s+(-?\d+)\.?\s")

__all__ = ["MachineReading", "read_machine", "read_uptime_s", "read_wifi_dbm"]


def read_uptime_s() -> int:
    """Return for how many seconds the machine has been up."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


def read_wifi_dbm(wireless_file: Path = WIRELESS_FILE) -> int | None:
    """Return the strongest signal of this machine's Wi-Fi in dBm, None without Wi-Fi."""
    try:
        lines = wireless_file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = [int(row[1]) for row in map(_ROW.match, lines) if row]
    # Some drivers tell a share instead, or 0 where they don't know.
    levels = [level for level in found if -200 <= level < 0]
    return max(levels, default=None)
