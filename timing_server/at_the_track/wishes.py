"""What is to be set up on this machine, and where everything belongs."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath as Place
from typing import Literal

from timing_server.at_the_track.errors import UnfitWishError

Part = Literal["server", "node", "camera", "kiosk", "guard", "car", "console"]
Band = Literal["2.4", "5"]
Security = Literal["wpa2", "wpa3"]

UNITS = Place("/etc/systemd/system")
CONFIG = Place("/etc/paddock/paddock.toml")
HOTSPOT_ENV = Place("/etc/paddock/hotspot.env")
DEFAULT_DATA = Place("/var/lib/paddock")
DEFAULT_USER = "paddock"
KIOSK_USER = "paddock-kiosk"
DEFAULT_CAGE = "/usr/bin/cage"
DEFAULT_CHROMIUM = "/usr/bin/chromium"
SERVER_HERE = "http://127.0.0.1:8000"

_CAR_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_SSID_MAX_BYTES = 32
#: What a path may hold so that neither systemd nor a shell reads anything into it.
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/+-]*")


@dataclass(frozen=True, slots=True)
class HotspotWish:
    """A Wi-Fi network of this machine's own."""

    ssid: str
    passphrase: str
    interface: str = "wlan0"
    band: Band = "2.4"
    security: Security = "wpa2"


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the programs lie that the units start."""

    paddock: str
    cage: str = DEFAULT_CAGE
    chromium: str = DEFAULT_CHROMIUM


@dataclass(frozen=True, slots=True)
class Wishes:
    """The parts wanted, and as whom and where they run. ``server_url`` is what the others use.

    ``car_id`` is the car's on whose computer this is, None elsewhere. ``cameras`` are the gates
    that a camera watches, ``old_cameras`` those that none does any more.

    Raises UnfitWishError with one sentence where something can't be.
    """

    parts: tuple[Part, ...]
    programs: Programs
    user: str = DEFAULT_USER
    data: Place = DEFAULT_DATA
    server_url: str = SERVER_HERE
    hotspot: HotspotWish | None = None
    has_desktop: bool = False
    cameras: tuple[str, ...] = ()
    old_cameras: tuple[str, ...] = ()
    car_id: str | None = None

    def __post_init__(self) -> None:
        if not _USER.fullmatch(self.user):
            raise UnfitWishError(f"'{self.user}' can't be a user's name.")
        if self.car_id is not None and not _CAR_ID.fullmatch(self.car_id):
            raise UnfitWishError(
                f"'{self.car_id}' can't be a car's id: letters, digits and ._- alone, 64 at most."
            )
        if self.user == "root":
            raise UnfitWishError("Paddock doesn't run as root; name another user, or none.")
        for path in (str(self.data), self.programs.paddock):
            if not _PLAIN_PATH.fullmatch(path):
                message = (
                    f"'{path}' can't be used: the path must be absolute, of letters, digits and "
                    "._+- alone."
                )
                raise UnfitWishError(message)
        if self.hotspot is not None:
            _check_hotspot(self.hotspot)

    @property
    def makes_user(self) -> bool:
        """Whether the installer makes the user that server and node run as."""
        return self.user == DEFAULT_USER


def _check_hotspot(wish: HotspotWish) -> None:
    size = len(wish.ssid.encode())
    if not 1 <= size <= _SSID_MAX_BYTES or not wish.ssid.isprintable():
        raise UnfitWishError(
            f"A hotspot's name has 1 to {_SSID_MAX_BYTES} bytes of printable text; this has {size}."
        )
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,15}", wish.interface):
        raise UnfitWishError(f"'{wish.interface}' can't be a network interface's name.")
    if not re.fullmatch(r"[ -~]{8,63}", wish.passphrase):
        raise UnfitWishError("A Wi-Fi passphrase has 8 to 63 characters of ASCII.")
