"""Finds the server on this network by mDNS, and says on the network that this device is there."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel

from hardware.errors import HardwareError
from hardware.server_access import FIND, is_proven, server_url
from timing_server.contract.machines.discovery import (
    DEVICE_PORT,
    DEVICE_TYPE,
    SERVER_TYPE,
    FoundRole,
    listening_on,
    told_by_device,
)
from timing_server.contract.names import shown_text

if TYPE_CHECKING:
    from zeroconf import Zeroconf

_log = structlog.get_logger()

#: Whoever is there answers within a second; two more for a busy network.
LOOK_S = 3.0
ASK_AGAIN_S = 2.0
START_DELAY_S = 2.0
CLOSE_PATIENCE_S = 1.0
_ANSWER_MS = 1500
#: So many servers are listed; more than one is a mistake already.
_MOST = 8

Say = Callable[[str], None]


class ServerNotChosenError(HardwareError, LookupError):
    """Several servers answer on this network, and nobody said which is meant."""

    exit_code = 2


class DiscoveryPackagesError(HardwareError, ImportError):
    """The library that finds servers isn't installed."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answered, under the name that it gives itself."""

    name: str
    url: str


class LooksForServer(Protocol):
    """Settings that may leave the server's address open."""

    @property
    def server_url(self) -> str:
        """An address, or ``find``."""
        ...

    @property
    def mdns_interfaces(self) -> tuple[IPv4Address, ...]:
        """Addresses of the interfaces to look on; none: all."""
        ...


class Announces(LooksForServer, Protocol):
    """Settings of a device that may say that it is there."""

    @property
    def announces(self) -> bool:
        """Whether it may."""
        ...

    @property
    def venue_socket(self) -> Path | None:
        """The virtual venue's socket, for a device that is nowhere."""
        ...


_Settings = TypeVar("_Settings", bound=BaseModel)


def with_server(settings: _Settings, say: Say, token: str | None = None) -> _Settings:
    """Return the settings with the server of this network where they name none.

    ``token`` is what will be sent there: only a server counts that proves that it gave it. None:
    there is nothing to send yet. Waits until one answers. Raises ServerNotChosenError where several
    do without a token, and DiscoveryPackagesError.
    """
    told: LooksForServer = settings  # type: ignore[assignment]  # each of them has both
    if told.server_url != FIND:
        return settings
    found = _wait_for_one(told.mdns_interfaces, say, token)
    say(f"Found the server '{found.name}' at {found.url}.")
    return settings.model_copy(update={"server_url": found.url})


def _wait_for_one(interfaces: tuple[IPv4Address, ...], say: Say, token: str | None) -> FoundServer:
    is_waiting = False
    strangers: set[FoundServer] = set()
    while True:
        found = find_servers(interfaces)
        if token is not None:
            proven = [each for each in found if is_proven(each.url, token)]
            _name_strangers(set(found) - set(proven) - strangers, say)
            strangers |= set(found) - set(proven)
            found = proven[:1]
        if len(found) == 1:
            return found[0]
        if found:
            raise ServerNotChosenError(
                f"Several servers answer on this network: {_listed(found)}. "
                "Say which with --server URL."
            )
        if not is_waiting:
            say("Looking for a Paddock server on this network; name one with --server URL.")
            is_waiting = True
        time.sleep(ASK_AGAIN_S)


def _name_strangers(found: set[FoundServer], say: Say) -> None:
    if found:
        say(
            f"Passed over, since it doesn't prove that it gave this device its token: "
            f"{_listed(sorted(found, key=lambda each: each.name))}. Where that is a new server, "
            "pair with it: --pair."
        )


def _listed(found: Iterable[FoundServer]) -> str:
    return ", ".join(f"'{each.name}' at {each.url}" for each in found)


def find_servers(
    interfaces: tuple[IPv4Address, ...] = (), look_s: float = LOOK_S
) -> list[FoundServer]:
    """Return the servers that answer within ``look_s``, by name.

    Raises DiscoveryPackagesError, or HardwareError where this machine has no network to ask on.
    """
    zeroconf = _open([str(each) for each in interfaces] or None)
    from zeroconf import ServiceBrowser  # noqa: PLC0415 - it is installed, or opening had failed

    names: dict[str, None] = {}

    def note(name: str, **_more: object) -> None:
        names[name] = None

    try:
        ServiceBrowser(zeroconf, SERVER_TYPE, handlers=[note])
        time.sleep(look_s)
        found = [_resolve(zeroconf, name) for name in list(names)[:_MOST]]
    finally:
        zeroconf.close()
    return sorted({each for each in found if each is not None}, key=lambda each: each.name)


def _open(interfaces: list[str] | None) -> "Zeroconf":
    try:
        from zeroconf import InterfaceChoice, IPVersion, Zeroconf  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise DiscoveryPackagesError(
            "Finding servers needs the package zeroconf; install it, or say --server URL."
        ) from error
    try:
        where = interfaces or InterfaceChoice.All
        return Zeroconf(interfaces=where, ip_version=IPVersion.V4Only)
    except OSError as error:
        raise HardwareError(
            f"No network to look for a server on ({error.strerror}); say --server URL."
        ) from error


def _resolve(zeroconf: "Zeroconf", name: str) -> FoundServer | None:
    """Return a server's address, None where it doesn't tell one that can be used."""
    info = zeroconf.get_service_info(SERVER_TYPE, name, _ANSWER_MS)
    addresses = [] if info is None else info.parsed_addresses()
    if info is None or not addresses or not info.port:
        return None
    shown = name.removesuffix(f".{SERVER_TYPE}")
    plain = shown_text(shown, 40)
    try:
        return FoundServer(plain, server_url(f"http://{addresses[0]}:{info.port}"))
    except ValueError:
        return None


@contextmanager
def announced(role: FoundRole, name: str, settings: Announces) -> Iterator[None]:
    """Say on the network that a device is there for as long as the block lasts, where it may be.

    A device of a virtual venue is nowhere; one whose server is on loopback is announced there.
    """
    if not settings.announces or settings.venue_socket is not None:
        yield
        return
    host = urlsplit(settings.server_url).hostname or ""
    is_local = host in {"localhost", "::1"} or host.startswith("127.")
    where = listening_on("127.0.0.1" if is_local else "", settings.mdns_interfaces)
    announcer = DeviceAnnouncer(role, name, where)
    announcer.start()
    try:
        yield
    finally:
        announcer.close()


class DeviceAnnouncer:
    """Says that a device is there, from ``start`` to ``close``; failing to is no trouble."""

    def __init__(self, role: FoundRole, name: str, interfaces: list[str] | None) -> None:
        """``interfaces`` None: all of this machine's."""
        self._role = role
        self._name = name
        self._interfaces = interfaces
        self._stop = threading.Event()
        self._is_announced = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announce", daemon=True)

    def start(self) -> None:
        """Begin, a moment later: what the device is for comes first."""
        self._thread.start()

    def close(self) -> None:
        """Say goodbye, where anybody was told."""
        self._stop.set()
        if self._is_announced.is_set():
            self._thread.join(CLOSE_PATIENCE_S)

    def _run(self) -> None:
        if self._stop.wait(START_DELAY_S):
            return
        try:
            zeroconf = _open(self._interfaces)
            try:
                self._announce(zeroconf)
            finally:
                zeroconf.close()
        except Exception as error:  # noqa: BLE001 - a convenience; whatever fails, the race goes on
            _log.info("not_announced", reason=str(error) or type(error).__name__)

    def _announce(self, zeroconf: "Zeroconf") -> None:
        from zeroconf import ServiceInfo  # noqa: PLC0415 - it is installed, or opening had failed

        info = ServiceInfo(
            DEVICE_TYPE,
            f"{self._role}-{self._name}.{DEVICE_TYPE}",
            parsed_addresses=_own_addresses(self._interfaces),
            port=DEVICE_PORT,
            properties=told_by_device(self._role, self._name, version("paddock")),
        )
        zeroconf.register_service(info, allow_name_change=True)
        self._is_announced.set()
        self._stop.wait()
        zeroconf.unregister_service(info)


def _own_addresses(interfaces: list[str] | None) -> list[str]:
    """Return this machine's addresses on those interfaces; on all of them where none is named."""
    import ifaddr  # noqa: PLC0415 - comes with zeroconf

    if interfaces:
        return interfaces
    found = [ip.ip for each in ifaddr.get_adapters() for ip in each.ips if isinstance(ip.ip, str)]
    return [each for each in found if not each.startswith("127.")] or ["127.0.0.1"]
