"""The hotspot as NetworkManager keeps it: one file, readable by root alone."""

import re
import secrets
import uuid
from pathlib import PurePosixPath as Place

from timing_server.at_the_track.wishes import HotspotWish

CONNECTION = "paddock-hotspot"
KEYFILE = Place(f"/etc/NetworkManager/system-connections/{CONNECTION}.nmconnection")
POWER_SAVE_OFF = Place("/etc/NetworkManager/conf.d/paddock-wifi.conf")
#: The address of this machine on its own network, and so of the board.
ADDRESS = "10.42.0.1"

_NAMESPACE = uuid.UUID("5d3c0f5e-6f4b-4c57-9f0d-2f6f5a6b7c11")
#: Told apart on any screen and by any voice: no 0 o 1 l i.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PLAIN_SSID = re.compile(r"[A-Za-z0-9_.-]([A-Za-z0-9_. -]*[A-Za-z0-9_.-])?")
_GROUPS, _GROUP_LENGTH = 3, 4
#: Channels that need no radar check, without which a network in 5 GHz comes up minutes later.
_RADIO = {"2.4": ("bg", 6), "5": ("a", 36)}
_KEY_MANAGEMENT = {"wpa2": ("wpa-psk", 1), "wpa3": ("sae", 3)}


def new_passphrase() -> str:
    """Return a passphrase that can be typed on a phone: 12 random characters, about 59 bits."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def keyfile(wish: HotspotWish) -> str:
    """Return NetworkManager's keyfile (nm-settings-keyfile(5)) of the hotspot."""
    band, channel = _RADIO[wish.band]
    key_management, protected_frames = _KEY_MANAGEMENT[wish.security]
    return f"""\
# Written by 'paddock venue install --hotspot'; the next install writes it anew.
[connection]
id={CONNECTION}
uuid={uuid.uuid5(_NAMESPACE, wish.interface)}
type=wifi
interface-name={wish.interface}
autoconnect=true
# Before any network that this machine knows as a guest.
autoconnect-priority=100
autoconnect-retries=0

[wifi]
mode=ap
ssid={_escaped_ssid(wish.ssid)}
band={band}
channel={channel}
# 2: power save off. It delays what is sent by up to two seconds.
powersave=2

[wifi-security]
key-mgmt={key_management}
proto=rsn
pairwise=ccmp
group=ccmp
pmf={protected_frames}
psk={_escaped(wish.passphrase)}

[ipv4]
method=shared
address1={ADDRESS}/24

[ipv6]
addr-gen-mode=default
method=ignore
"""


def passphrase_of(text: str) -> str | None:
    """Return the passphrase of a keyfile that ``keyfile`` wrote, None where it has none."""
    for line in text.splitlines():
        if line.startswith("psk="):
            written = line.removeprefix("psk=")
            return re.sub(r"\\(.)", lambda found: " " if found[1] == "s" else found[1], written)
    return None


def environment(wish: HotspotWish) -> str:
    """Return what tells the server of its hotspot (systemd.exec(5), EnvironmentFile)."""
    return (
        "# Written by 'paddock venue install --hotspot'. The board shows it once race control says "
        "so.\n"
        f"PADDOCK_SERVER_WIFI_SSID={_quoted(wish.ssid)}\n"
        f"PADDOCK_SERVER_WIFI_PASSPHRASE={_quoted(wish.passphrase)}\n"
    )


def power_save_off() -> str:
    """Return what keeps NetworkManager from letting any Wi-Fi of this machine doze."""
    return (
        "# Written by 'paddock venue install'. 2: power save off.\n[connection]\nwifi.powersave=2\n"
    )


def _escaped(text: str) -> str:
    """Return text as a keyfile's value: a leading or trailing space would be lost otherwise."""
    text = text.replace("\\", "\\\\")
    stripped = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - before - len(stripped)
    return "\\s" * before + stripped + "\\s" * after


def _escaped_ssid(ssid: str) -> str:
    """Return an SSID as a keyfile's value: with unusual characters, the list of its bytes."""
    if _PLAIN_SSID.fullmatch(ssid):
        return ssid
    return "".join(f"{byte};" for byte in ssid.encode())


def _quoted(text: str) -> str:
    """Return text in double quotes, in which systemd reads a backslash as the shell does."""
    for special in ("\\", '"', "$", "`"):
        text = text.replace(special, "\\" + special)
    return f'"{text}"'
