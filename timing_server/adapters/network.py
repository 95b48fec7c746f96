"""The server's presence on the network: announces itself by mDNS, and notes devices that do.

A convenience in a thread of its own: where it fails, a line in the log says so and nothing else is
touched. What is noted is what strangers say; nothing is let in by it.
"""

import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address

import ifaddr
import structlog
from pydantic import ValidationError
from zeroconf import (
    InterfaceChoice,
    IPVersion,
    ServiceBrowser,
    ServiceInfo,
    ServiceListener,
    Zeroconf,
)

from timing_server.contract.machines.discovery import (
    DEVICE_TYPE,
    MAX_FOUND,
    SERVER_TYPE,
    FoundDevice,
    listening_on,
    plain_version,
    text_of,
)

_log = structlog.get_logger()

_ANSWER_MS = 1500
_CLOSE_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Presence:
    """Where the server is, and on which interfaces it says so; none named: as it is bound."""

    host: str
    port: int
    version: str
    interfaces: tuple[IPv4Address, ...] = ()


class NetworkPresence(ServiceListener):
    """From ``start`` to ``close`` the server can be found; ``devices`` is for any thread."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self._interfaces = listening_on(presence.host, presence.interfaces)
        self._devices: dict[str, FoundDevice] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        """Begin; the name is on the network a second or two later."""
        self._thread.start()

    def close(self) -> None:
        """Say goodbye, where there is time for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_PATIENCE_S)

    def devices(self) -> list[FoundDevice]:
        """Return the devices that say that they are there, by name."""
        with self._lock:
            return sorted(self._devices.values(), key=lambda each: (each.role, each.name))

    # --- called by the library, in its own thread ------------------------------------------------

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Note a device, where what it tells can be a device's."""
        info = zc.get_service_info(type_, name, _ANSWER_MS)
        found = None if info is None else _device_of(info)
        with self._lock:
            if found is not None and (name in self._devices or len(self._devices) < MAX_FOUND):
                self._devices[name] = found

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Note what a device says anew."""
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:  # noqa: ARG002
        """Forget a device that said goodbye."""
        with self._lock:
            self._devices.pop(name, None)

    def _run(self) -> None:
        try:
            where = self._interfaces or InterfaceChoice.All
            zeroconf = Zeroconf(interfaces=where, ip_version=IPVersion.V4Only)
            try:
                ServiceBrowser(zeroconf, DEVICE_TYPE, listener=self)
                info = self._info()
                zeroconf.register_service(info, allow_name_change=True)
                _log.info("announced", name=info.name, interfaces=self._interfaces)
                self._stop.wait()
                zeroconf.unregister_service(info)
            finally:
                zeroconf.close()
        except Exception as error:  # noqa: BLE001 - a convenience; whatever fails, the race goes on
            _log.warning("not_announced", reason=str(error) or type(error).__name__)

    def _info(self) -> ServiceInfo:
        presence = self._presence
        host = socket.gethostname().split(".", 1)[0][:40] or "paddock"
        return ServiceInfo(
            SERVER_TYPE,
            f"Paddock on {host}.{SERVER_TYPE}",
            parsed_addresses=_own_addresses(self._interfaces),
            port=presence.port,
            properties={"version": presence.version},
        )


def _device_of(info: ServiceInfo) -> FoundDevice | None:
    """Return what a device tells of itself, None where that is nonsense."""
    addresses = info.parsed_addresses()
    try:
        return FoundDevice.model_validate(
            {
                "role": text_of(info.properties, "role"),
                "name": text_of(info.properties, "name"),
                "address": addresses[0] if addresses else "",
                "version": plain_version(text_of(info.properties, "version")),
            }
        )
    except ValidationError:
        return None


def _own_addresses(interfaces: list[str] | None) -> list[str]:
    """Return this machine's addresses on those interfaces; on all of them where none is named."""
    if interfaces:
        return interfaces
    found = [ip.ip for each in ifaddr.get_adapters() for ip in each.ips if isinstance(ip.ip, str)]
    return [each for each in found if not each.startswith("127.")] or ["127.0.0.1"]
