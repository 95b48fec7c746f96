"""Finding each other on loopback: the real library, the server's real announcement."""

import secrets
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest
from zeroconf import IPVersion, ServiceInfo, Zeroconf

from hardware import discovery
from hardware.discovery import DeviceAnnouncer, ServerNotChosenError, find_servers, with_server
from hardware.server_access import FIND
from hardware.settings import NodeSettings
from tests.waiting import PATIENCE_S
from timing_server.adapters import network
from timing_server.adapters.network import NetworkPresence, Presence
from timing_server.contract.machines.discovery import listening_on

LOOPBACK = (IPv4Address("127.0.0.1"),)


@pytest.fixture(autouse=True)
def types(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Speak of services that nobody else on this machine speaks of, and without delay."""
    monkeypatch.setattr(discovery, "START_DELAY_S", 0.0)
    monkeypatch.setattr(discovery, "ASK_AGAIN_S", 0.05)
    mine = secrets.token_hex(4)
    server, device = f"_pk{mine}s._tcp.local.", f"_pk{mine}d._tcp.local."
    for module in (discovery, network):
        monkeypatch.setattr(module, "SERVER_TYPE", server)
        monkeypatch.setattr(module, "DEVICE_TYPE", device)
    return server, device


@pytest.fixture
def presence(types: tuple[str, str]) -> Iterator[NetworkPresence]:
    """A server on loopback, as ``paddock serve --host 127.0.0.1`` announces itself."""
    del types
    found = NetworkPresence(Presence("127.0.0.1", 18_123, "1.2"))
    found.start()
    yield found
    found.close()


def settings(**fields: Any) -> NodeSettings:
    return NodeSettings(mdns_interfaces=LOOPBACK, **fields)


def test_the_one_server_is_found_and_said(presence: NetworkPresence) -> None:
    """It should take the only server that answers, and say which one it took."""
    del presence
    said: list[str] = []
    found = with_server(settings(server_url=FIND), said.append)
    assert found.server_url == "http://127.0.0.1:18123"
    assert "http://127.0.0.1:18123" in said[-1]


def test_an_address_that_was_given_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should ask nobody."""
    monkeypatch.delattr(discovery, "_open")
    given = settings(server_url="http://192.0.2.7:8000")
    assert with_server(given, print) is given


def test_several_servers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should choose none of them, and say how to."""
    found = [
        discovery.FoundServer(name, f"http://192.0.2.{at}:8000") for at, name in enumerate("ab")
    ]
    monkeypatch.setattr(discovery, "find_servers", lambda _interfaces: found)
    with pytest.raises(ServerNotChosenError, match=r"'a' at http://192\.0\.2\.0:8000.*--server"):
        with_server(settings(server_url=FIND), print)


def test_a_device_is_noted_until_it_leaves(presence: NetworkPresence) -> None:
    """It should be on the server's list by its own word, and off it after its goodbye."""
    device = DeviceAnnouncer("car", "red", ["127.0.0.1"])
    device.start()
    assert [(each.role, each.name) for each in wait_for(presence, 1)] == [("car", "red")]
    device.close()
    assert wait_for(presence, 0) == []


def test_what_strangers_say_is_checked(presence: NetworkPresence, types: tuple[str, str]) -> None:
    """It should note nothing whose name or role can't be a device's."""
    _, device_type = types
    stranger = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    told: list[dict[str, Any]] = [
        {"role": "organiser", "name": "red"},
        {"role": "car", "name": "<img src=x>"},
        {"role": "car", "name": b"\xff\xfe"},
        {},
        {"role": "node", "name": "good", "version": "<script>"},
    ]
    try:
        for at, properties in enumerate(told):
            name = f"stranger-{at}.{device_type}"
            info = ServiceInfo(
                *(device_type, name),
                port=9,
                properties=properties,
                parsed_addresses=["127.0.0.1"],
            )
            stranger.register_service(info, cooperating_responders=True)
        (noted,) = wait_for(presence, 1)
    finally:
        stranger.close()
    assert (noted.name, noted.version) == ("good", "")


def test_a_server_without_an_address_is_passed_over(types: tuple[str, str]) -> None:
    """It should find nothing where nobody tells what can be used."""
    server_type, _ = types
    stranger = Zeroconf(interfaces=["127.0.0.1"], ip_version=IPVersion.V4Only)
    info = ServiceInfo(server_type, f"Odd.{server_type}", port=0, parsed_addresses=["127.0.0.1"])
    try:
        stranger.register_service(info, cooperating_responders=True)
        assert find_servers(LOOPBACK, look_s=0.5) == []
    finally:
        stranger.close()


@pytest.mark.parametrize(
    ("host", "configured", "interfaces"),
    [
        ("0.0.0.0", (), None),
        ("127.0.0.1", (), ["127.0.0.1"]),
        ("localhost", (), ["127.0.0.1"]),
        ("192.0.2.7", (), ["192.0.2.7"]),
        ("0.0.0.0", LOOPBACK, ["127.0.0.1"]),
    ],
)
def test_a_server_is_found_where_it_listens(
    host: str, configured: tuple[IPv4Address, ...], interfaces: list[str] | None
) -> None:
    """It should be announced on the interfaces that are configured, else on its own alone."""
    assert listening_on(host, configured) == interfaces


def wait_for(presence: NetworkPresence, count: int) -> list[Any]:
    """Return the devices that the server has noted once there are so many."""
    deadline_s = time.monotonic() + PATIENCE_S
    while len(found := presence.devices()) != count and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return found
