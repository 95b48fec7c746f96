from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from hardware.node.clock import ClockKeeper
from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.writer import JournalWriter
from tests.hardware.node.fake_server import JournalServer
from tests.hardware.node.records import BOOT_ID
from tests.waiting import wait_until
from timing_server.contract.machines.journal import ClockRecord


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


def test_journals_what_it_measured(server: JournalServer, tmp_path: Path) -> None:
    """It should journal the relation at start and again when contact came back."""
    path = tmp_path / "journal.sqlite3"
    writer = JournalWriter(Journal(path), Alarms(), Counters())
    writer.start()
    client = httpx2.Client(base_url=server.url, trust_env=False)
    subject = ClockKeeper(client, writer, BOOT_ID, Alarms(), Counters())
    subject.start()
    wait_until(lambda: writer.committed_seq == 1)
    subject.measure_soon()
    wait_until(lambda: writer.committed_seq == 2)
    subject.close()
    writer.close()
    reader = JournalReader(path)
    for stored in reader.ordered(0, 9):
        record = ClockRecord.model_validate_json(stored.body)
        assert record.boot_id == BOOT_ID
        assert abs(record.race_offset_ns - server.race_offset_ns) <= record.bound_ns
        assert 0 < record.bound_ns < 10_000_000_000
    reader.close()


def test_server_away_is_an_alarm(tmp_path: Path) -> None:
    """It should alarm while there is no race clock, and end without delay."""
    alarms = Alarms()
    writer = JournalWriter(Journal(tmp_path / "journal.sqlite3"), alarms, Counters())
    writer.start()
    client = httpx2.Client(base_url="http://127.0.0.1:9", trust_env=False)
    subject = ClockKeeper(client, writer, BOOT_ID, alarms, Counters())
    subject.start()
    wait_until(lambda: "race_clock" in alarms.active)
    subject.close()
    writer.close()
