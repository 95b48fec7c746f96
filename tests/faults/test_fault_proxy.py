"""A real journal and uplink, a real server, and everything a bad network can do between them."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, cycle, repeat
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hardware.node.health import Alarms, Counters
from hardware.node.journal import JOURNAL_FILE, Journal, JournalReader
from hardware.node.uplink.batches import Address
from hardware.node.uplink.delivery import Delivery
from hardware.node.uplink.uplink import Uplink, UplinkEvents
from hardware.node.writer import JournalWriter
from tests.hardware.node.records import edge_draft, pass_draft
from tests.network.fault_proxy import FAULTS, Fault, FaultProxy
from tests.timing_server.web.live_server import NODE_ID, Organiser, organising
from tests.waiting import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

#: Rounds of all faults: a few in every run of the tests, many by 'make faults'.
ROUNDS = min(20, int(os.environ.get("PADDOCK_FAULT_CYCLES", "2")))
PATIENCE_S = 120.0 + 20.0 * ROUNDS
APART_NS = 3_000_000_000


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    folder = tmp_path / "server"
    folder.mkdir()
    with organising(folder) as made:
        yield made


class Rig:
    """The journal and the uplink of a node, as its process has them."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        path = folder / JOURNAL_FILE
        journal = Journal(path)
        health = Alarms(), Counters()
        self.alarms = health[0]
        self.writer = JournalWriter(journal, *health)
        self.delivery = Delivery.resume(journal.acked_seq)
        self.acked = threading.Event()
        self.uplink = Uplink(
            httpx2.Client(
                base_url=url,
                headers={"Authorization": f"Bearer {token}"},
                timeout=0.5,
                trust_env=False,
            ),
            Address(NODE_ID, journal.journal_id),
            partial(JournalReader, path),
            self.writer,
            self.delivery,
            UplinkEvents(lambda _: None, lambda: None),
            health,
        )

    def start(self) -> None:
        """Begin to write and to send."""
        self.writer.start(self.uplink.take_commit)
        self.uplink.start()

    def close(self) -> None:
        """End as a node does."""
        self.uplink.close()
        self.writer.close()


def port_of(organiser: Organiser) -> int:
    port = httpx2.URL(organiser.url).port
    assert port is not None
    return port


def passes_stored(organiser: Organiser) -> int:
    return int(organiser.get("/log/summary")["passes"])


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone(organiser: Organiser, tmp_path: Path, fault: Fault) -> None:
    """It should bring every pass up once through three of each misfortune in a row."""
    faults = chain([fault] * 3, repeat("none"))
    run_through(organiser, tmp_path, lambda: next(faults), passes=5)


def test_all_faults_at_random(organiser: Organiser, tmp_path: Path) -> None:
    """It should lose nothing and double nothing however the misfortunes fall."""
    chance = random.Random(20)  # noqa: S311 - chance for a test
    order = [fault for _ in range(ROUNDS) for fault in chance.sample(FAULTS, len(FAULTS))]
    faults = chain(chain.from_iterable((fault, "none") for fault in order), cycle(["none"]))
    proxy = run_through(organiser, tmp_path, lambda: next(faults), passes=4 * len(order))
    assert all(proxy.happened[fault] == ROUNDS for fault in FAULTS)


def run_through(
    organiser: Organiser, folder: Path, choose: Callable[[], Any], passes: int
) -> FaultProxy:
    """Journal passes one by one while the proxy does its worst; check what the server has."""
    proxy = FaultProxy(port_of(organiser), choose)
    rig = Rig(folder, proxy.url, organiser.token("node", NODE_ID))
    rig.start()
    try:
        for n in range(passes):
            rig.writer.submit(edge_draft(n * APART_NS))
            rig.writer.submit(edge_draft(n * APART_NS + 1, 0))
            rig.writer.submit(pass_draft(n * APART_NS))
            threading.Event().wait(0.02)
        wait_until(lambda: rig.delivery.acked_seq == 3 * passes)
        # Whatever the test has chosen to befall requests must have come to pass.
        wait_until(lambda: _all_spent(rig, proxy, passes, organiser))
    finally:
        rig.close()
        proxy.close()
    assert passes_stored(organiser) == passes
    assert "journal_disk" not in rig.alarms.active
    return proxy


def _all_spent(rig: Rig, proxy: FaultProxy, passes: int, organiser: Organiser) -> bool:
    """Keep traffic going until the misfortunes are used up; repeats change nothing."""
    if proxy.happened["none"] > sum(proxy.happened[fault] for fault in FAULTS):
        return passes_stored(organiser) == passes
    if not rig.delivery.ranges:
        rig.uplink.resend(1, 3 * passes)
    return False


def test_a_backlog_drains_and_live_passes_keep_their_place(
    organiser: Organiser, tmp_path: Path
) -> None:
    """It should empty 10,000 passes of hours offline in full batches, the newest pass ahead."""
    backlog = 10_000
    proxy = FaultProxy(port_of(organiser), lambda: "none")
    rig = Rig(tmp_path, proxy.url, organiser.token("node", NODE_ID))
    for n in range(backlog):
        rig.writer.submit(pass_draft(n * APART_NS))
    rig.start()
    try:
        wait_until(lambda: rig.writer.committed_seq == backlog)
        rig.writer.submit(pass_draft(backlog * APART_NS))
        wait_until(lambda: rig.delivery.acked_seq == backlog + 1)
    finally:
        rig.close()
        proxy.close()
    assert passes_stored(organiser) == backlog + 1
    # 500 records fit a batch; both lanes share it, so nothing goes up more than twice.
    assert proxy.happened["none"] <= 2 * backlog // 500 + 10
