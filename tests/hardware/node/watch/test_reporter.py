"""A node's report of itself: gathered from its parts, and told over a real socket."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from hardware.node.health import Alarms, Counters
from hardware.node.watch.machine import MachineReading
from hardware.node.watch.reporter import HealthReporter, HealthSource, read_loopback
from tests.hardware.node.fake_server import TOKEN, JournalServer
from tests.hardware.node.records import BOOT_ID
from timing_server.contract.node_health import LoopbackResult, NodeHealth

LOOPBACK = LoopbackResult(
    gate="finish",
    sensor="beam",
    pulses=200,
    error_median_ns=1_000,
    error_max_ns=9_000,
    measured_utc=datetime(2026, 3, 1, tzinfo=UTC),
)


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


def source(alarms: Alarms, counters: Counters) -> HealthSource:
    return HealthSource(
        BOOT_ID,
        (alarms, counters),
        lambda: MachineReading(10**10, 61.5, is_undervolted=True, is_throttled=False),
        lambda: {("finish", "wide"): "ok", ("finish", "beam"): "stuck"},
        LOOPBACK,
    )


def test_gathers_everything() -> None:
    """It should hold counts, machine, sensors and the sentences of the alarms that are states."""
    alarms, counters = Alarms(), Counters()
    alarms.set_alarm("journal_disk", "The disk takes no records.")
    alarms.set_alarm("server_contact", "No contact.")
    for name, value in (("unacked", 7), ("records_in_memory", 3), ("journal_seq", 90)):
        counters.put(name, value)
    found = source(alarms, counters).read()
    assert found.states == ("journal_disk", "undervoltage")
    assert found.sentences == {"journal_disk": "The disk takes no records."}
    assert (found.queue_records, found.memory_records, found.journal_seq) == (7, 3, 90)
    assert [(each.sensor, each.state) for each in found.sensors] == [
        ("beam", "stuck"),
        ("wide", "ok"),
    ]
    assert found.clock_bound_us is None
    assert NodeHealth.model_validate_json(found.model_dump_json()) == found


def test_tells_again_after_trouble(server: JournalServer) -> None:
    """It should go on telling though the server fails."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = httpx2.Client(base_url=server.url, headers=headers, trust_env=False)
    server.health_faults.extend(["status_500", "hang_up", "truncated"])
    subject = HealthReporter(
        client,
        "node-finish",
        source(Alarms(), Counters()),
        every_s=0.01,
    )
    subject.start()
    server.wait_until(lambda: len(server.healths) >= 2)
    subject.close()
    assert server.healths[0]["loopback"]["error_max_ns"] == 9_000


def test_what_a_self_test_left(tmp_path: Path) -> None:
    """It should read the file back, and take a damaged or missing one for no test."""
    path = tmp_path / "loopback.json"
    assert read_loopback(path) is None
    path.write_text("{")
    assert read_loopback(path) is None
    path.write_text(LOOPBACK.model_dump_json())
    assert read_loopback(path) == LOOPBACK
