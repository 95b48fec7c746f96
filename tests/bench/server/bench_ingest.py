"""Storing passes durably, against bare sqlite3 inserts at the same synchronous level."""

import sqlite3
import tempfile
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from structlog.testing import capture_logs

from tests.bench.table import BenchRow, BenchTable
from timing_server.contract.machines.journal import PassRecord
from timing_server.main import open_folder
from timing_server.rules.units import JournalId, NodeId
from timing_server.service.devices.ingest import Incoming
from timing_server.service.kit import Kit
from timing_server.settings import ServerSettings
from timing_server.web.devices.nodes import incoming_of

NODE_ID = "node-finish"
#: Passes in one commit: a lone one, a burst, and a journal catching up after an outage.
GROUPS = (1, 16, 256)
REPETITIONS = {1: 300, 16: 150, 256: 40}
WARM_UP = 5


class Journal:
    """A node's journal that goes on and on."""

    def __init__(self) -> None:
        self.journal_id = str(uuid.uuid4())
        self._boot_id = str(uuid.uuid4())
        self._seq = 0

    def next_records(self, count: int) -> list[Incoming]:
        """Return the next passes as the server's ingest takes them."""
        return [incoming_of(NODE_ID, self.journal_id, self._next()) for _ in range(count)]

    def _next(self) -> PassRecord:
        self._seq += 1
        return PassRecord(
            seq=self._seq,
            boot_id=self._boot_id,
            mono_ns=self._seq * 3_000_000_000,
            wall_utc=datetime.now(UTC),
            gate="finish",
            pulse_ns=4_000_000,
            edges=2,
            sensors=("beam",),
        )


class BareTable:
    """One table, one insert per pass, one commit per group: the least that durability costs."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE passes (seq INTEGER PRIMARY KEY, content BLOB)")

    def store(self, records: Sequence[Incoming]) -> None:
        """Insert and commit."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO passes VALUES (?, ?)",
            [(record.evidence.seq, record.evidence.content) for record in records],
        )
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def measure() -> BenchTable:
    """Measure each group size in turn with the bare table, on the same disk."""
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        settings = ServerSettings(data_dir=Path(folder) / "server", host="127.0.0.1", port=0)
        bare = BareTable(Path(folder) / "bare.sqlite3")
        with open_folder(settings) as (_, kit):
            journal = Journal()
            rows = tuple(_compare(kit, bare, journal, group) for group in GROUPS)
        bare.close()
    return BenchTable("Durable ingest", rows)


def _compare(kit: Kit, bare: BareTable, journal: Journal, group: int) -> BenchRow:
    bare_us: list[float] = []
    ours_us: list[float] = []
    for repetition in range(REPETITIONS[group] + WARM_UP):
        records = journal.next_records(group)
        began_ns = time.perf_counter_ns()
        bare.store(records)
        between_ns = time.perf_counter_ns()
        kit.ingest.store(NodeId(NODE_ID), JournalId(journal.journal_id), records).result()
        ended_ns = time.perf_counter_ns()
        if repetition >= WARM_UP:
            bare_us.append((between_ns - began_ns) / 1000)
            ours_us.append((ended_ns - between_ns) / 1000)
    name = f"{group} pass{'es' if group > 1 else ''} to acknowledgement"
    return BenchRow(name, f"sqlite3, {group} insert{'s' if group > 1 else ''}", bare_us, ours_us)
