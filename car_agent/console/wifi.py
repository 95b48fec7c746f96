"""Which Wi-Fi the car is in, and how well it hears it; asks, and changes nothing."""

import shutil
import subprocess
from dataclasses import dataclass

from car_agent.fleet.machine import read_wifi_dbm

_PATIENCE_S = 2.0
_ASK = ("-t", "-f", "ACTIVE,SSID,SIGNAL", "device", "wifi", "list", "--rescan", "no")


@dataclass(frozen=True, slots=True)
class WifiState:
    """``ssid``: None where none is known. ``signal_percent``: 0..100. ``signal_dbm``: about −30
    beside the access point, −80 where it ends; None where the kernel tells none.
    """

    ssid: str | None
    signal_percent: int | None
    signal_dbm: int | None


def read_wifi() -> WifiState:
    """Return the Wi-Fi as NetworkManager and the kernel tell it."""
    ssid, signal_percent = _of_network_manager()
    return WifiState(ssid, signal_percent, read_wifi_dbm())


def _of_network_manager() -> tuple[str | None, int | None]:
    program = shutil.which("nmcli")
    if program is None:
        return None, None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed question
            [program, *_ASK], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None, None
    return parse_networks(done.stdout)


def parse_networks(listing: str) -> tuple[str | None, int | None]:
    """Return name and signal of the network in use, from nmcli's terse listing.

    Colons in a name come with a backslash before them, and so do backslashes.
    """
    for line in listing.splitlines():
        if not line.startswith("yes:"):
            continue
        name, _, signal = line.removeprefix("yes:").rpartition(":")
        ssid = name.replace("\\:", ":").replace("\\\\", "\\")
        return ssid or None, int(signal) if signal.isdecimal() else None
    return None, None
