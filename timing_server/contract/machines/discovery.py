"""How servers, nodes and cars are found on a network (mDNS, DNS-SD): names, and what they tell.

Whatever is found is a claim that anybody on the network can make: it helps to type less, and opens
no door. Servers let nobody in by it, and devices show digits all the same.
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Slug

SERVER_TYPE = "_paddock._tcp.local."
DEVICE_TYPE = "_paddock-device._tcp.local."
#: A device takes no connections: the port that discards what it is sent.
DEVICE_PORT = 9
#: Nobody has more devices at a track.
MAX_FOUND = 64

FoundRole = Literal["node", "car"]
_VERSION = re.compile(r"^[A-Za-z0-9.+-]{1,40}$")


class FoundDevice(Message):
    """``GET /devices/found``: a device that says on the network that it is there."""

    role: FoundRole
    name: Slug
    address: Annotated[str, Field(max_length=45)]
    version: Annotated[str, Field(max_length=40)]


def told_by_device(role: FoundRole, name: str, version: str) -> dict[str, str]:
    """Return what a device tells of itself."""
    return {"role": role, "name": name, "version": version}


def text_of(properties: Mapping[bytes, bytes | None], key: str) -> str:
    """Return one thing that was told, as text; empty where it wasn't, or is no text."""
    value = properties.get(key.encode())
    try:
        return "" if value is None else value[:80].decode("ascii")
    except UnicodeDecodeError:
        return ""


def plain_version(text: str) -> str:
    """Return a version as it may be shown, empty for what isn't one."""
    return text if _VERSION.match(text) else ""


def listening_on(host: str, configured: tuple[IPv4Address, ...]) -> list[str] | None:
    """Return the addresses of the interfaces to use for a server at ``host``; None means all.

    What is configured wins. A server that is bound to one address is found on that one alone: one
    on loopback is nobody else's business.
    """
    if configured:
        return [str(each) for each in configured]
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound
        return None
    return ["127.0.0.1"] if host in {"localhost", "::1"} else [host]
