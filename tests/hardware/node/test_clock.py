import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.node.clock import (
    DRIFT_PPM,
    ClockKeeper,
    Relation,
    RoundTrip,
    is_worth_keeping,
    read_boot_id,
    relate,
)
from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.writer import JournalWriter
from tests.hardware.node.fake_server import SERVER_BOOT_ID, JournalServer
from tests.hardware.node.records import BOOT_ID
from timing_server.contract.machines.journal import ClockRecord

S = 1_000_000_000
delays_ns = st.lists(
    st.tuples(st.integers(0, 2 * S), st.integers(0, 2 * S)), min_size=1, max_size=8
)


@given(st.integers(-(10**15), 10**15), delays_ns)
def test_bound_holds_the_truth(true_offset_ns: int, delays: list[tuple[int, int]]) -> None:
    """It should be off by no more than its bound, however unequal the two ways are."""
    trips, now_ns = [], 2 * 10**15
    for there_ns, back_ns in delays:
        race_ns = now_ns + there_ns + true_offset_ns
        trips.append(RoundTrip(now_ns, now_ns + there_ns + back_ns, race_ns, SERVER_BOOT_ID))
        now_ns += there_ns + back_ns + S
    subject = relate(trips)
    assert abs(subject.race_offset_ns - true_offset_ns) <= subject.bound_ns
    assert subject.bound_ns == (min(there + back for there, back in delays) + 1) // 2


def relation(
    at_s: float, offset_ns: int = 0, bound_ns: int = 1000, boot: str = SERVER_BOOT_ID
) -> Relation:
    return Relation(round(at_s * S), offset_ns, bound_ns, boot)


@pytest.mark.parametrize(
    ("new", "is_kept"),
    [
        (relation(30, bound_ns=900), True),
        (relation(30, bound_ns=1000 + 30 * DRIFT_PPM * 1000), True),
        (relation(30, bound_ns=800_000_000), False),
        (relation(30, bound_ns=900_000_000, offset_ns=60 * S), True),
        (relation(30, bound_ns=800_000_000, boot="another"), True),
    ],
    ids=["tighter", "as tight as the old one by now", "busy Wi-Fi", "other clock", "other boot"],
)
def test_worth_keeping(new: Relation, is_kept: bool) -> None:
    """It should replace a relation by a better one, or by one that contradicts it."""
    assert is_worth_keeping(new, relation(0)) is is_kept
    assert is_worth_keeping(new, None)


def test_boot_id_is_the_kernel_s() -> None:
    """It should be the kernel's own, the same at each reading."""
    assert read_boot_id() == read_boot_id()
    assert len(read_boot_id()) == 36


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


def wait_for(is_met: object, patience_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + patience_s
    assert callable(is_met)
    while not is_met():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_journals_what_it_measured(server: JournalServer, tmp_path: Path) -> None:
    """It should journal the relation at start and again when contact came back."""
    path = tmp_path / "journal.sqlite3"
    writer = JournalWriter(Journal(path), Alarms(), Counters())
    writer.start()
    client = httpx2.Client(base_url=server.url, trust_env=False)
    subject = ClockKeeper(client, writer, BOOT_ID, Alarms(), Counters())
    subject.start()
    wait_for(lambda: writer.committed_seq == 1)
    subject.measure_soon()
    wait_for(lambda: writer.committed_seq == 2)
    subject.close()
    writer.close()
    reader = JournalReader(path)
    for stored in reader.ordered(0, 9):
        record = ClockRecord.model_validate_json(stored.body)
        assert record.boot_id == BOOT_ID
        assert abs(record.race_offset_ns - server.race_offset_ns) <= record.bound_ns
        assert 0 < record.bound_ns < 10 * S
    reader.close()


def test_server_away_is_an_alarm(tmp_path: Path) -> None:
    """It should alarm while there is no race clock, and end without delay."""
    alarms = Alarms()
    writer = JournalWriter(Journal(tmp_path / "journal.sqlite3"), alarms, Counters())
    writer.start()
    client = httpx2.Client(base_url="http://127.0.0.1:9", trust_env=False)
    subject = ClockKeeper(client, writer, BOOT_ID, alarms, Counters())
    subject.start()
    wait_for(lambda: "race_clock" in alarms.active)
    subject.close()
    writer.close()
