"""The uplink over a real socket, with a server that has every bad habit."""

import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hardware.node.health import Alarms, Counters
from hardware.node.journal import Journal, JournalReader
from hardware.node.uplink import uplink as uplink_module
from hardware.node.uplink.batches import Address
from hardware.node.uplink.delivery import Batch, Delivery
from hardware.node.uplink.uplink import (
    CONFIRM_ALARM,
    CONTACT_ALARM,
    READ_ALARM,
    REFUSED_ALARM,
    TOKEN_ALARM,
    Uplink,
    UplinkEvents,
)
from hardware.node.writer import JournalWriter
from tests.hardware.node.fake_server import TOKEN, Fault, JournalServer
from tests.hardware.node.records import edge_draft, pass_draft
from tests.network.loopback import free_port
from tests.waiting import wait_until


class Rig:
    """A journal's writer and an uplink to a server, as in a node."""

    def __init__(self, path: Path, url: str, token: str = TOKEN) -> None:
        journal = Journal(path)
        self.alarms, self.counters = Alarms(), Counters()
        self.first_refusals: list[str] = []
        self.contacts: list[None] = []
        self.writer = JournalWriter(journal, self.alarms, self.counters)
        self.delivery = Delivery.resume(journal.acked_seq)
        self.uplink = Uplink(
            httpx2.Client(
                base_url=url,
                headers={"Authorization": f"Bearer {token}"},
                timeout=0.5,
                trust_env=False,
            ),
            Address("node-finish", journal.journal_id),
            partial(JournalReader, path),
            self.writer,
            self.delivery,
            UplinkEvents(self.first_refusals.append, partial(self.contacts.append, None)),
            (self.alarms, self.counters),
        )

    def start(self) -> None:
        self.writer.start(self.uplink.take_commit)
        self.uplink.start()

    def journal(self, edges: int, passes: int = 0) -> None:
        for n in range(edges):
            self.writer.submit(edge_draft(n))
        for n in range(passes):
            self.writer.submit(pass_draft(n))

    def close(self) -> None:
        self.uplink.close()
        self.writer.close()


def is_acked(rig: Rig, seq: int) -> bool:
    return rig.delivery.acked_seq == seq


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


@pytest.fixture
def rig(path: Path, server: JournalServer) -> Iterator[Rig]:
    made = Rig(path, server.url)
    yield made
    made.close()


def test_sends_each_record_once_in_order(rig: Rig, server: JournalServer) -> None:
    """It should bring the journal up, in order, each record once, and know that it is there."""
    rig.start()
    rig.journal(edges=1200, passes=1)
    server.wait_for_mark(1201)
    wait_until(lambda: rig.delivery.acked_seq == 1201)
    edges_sent = [seq for post in server.posts for seq in post if seq != 1201]
    assert edges_sent == list(range(1, 1201))
    assert rig.alarms.active == {}


def test_pass_overtakes_a_backlog(rig: Rig, server: JournalServer) -> None:
    """It should carry a pass in the first batch though thousands of edges wait before it."""
    rig.journal(edges=3000, passes=1)
    rig.writer.start(rig.uplink.take_commit)
    wait_until(lambda: rig.writer.committed_seq == 3001)
    rig.uplink.start()
    server.wait_for_mark(3001)
    assert 3001 in server.posts[0]


@pytest.mark.parametrize(
    "faults",
    [
        ["status_500", "status_500", "status_500"],
        ["truncated"],
        ["hang_up", "hang_up"],
        ["hang_up_after_storing"],
        ["no_json", "other_journal"],
        ["mark_too_low"],
        ["mark_too_high"],
        ["hang_up_after_storing", "forget_all", "truncated", "status_500", "mark_too_low"],
    ],
    ids="+".join,
)
def test_misfortunes(
    rig: Rig, server: JournalServer, faults: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should bring everything up whatever the server does, and end without an alarm."""
    monkeypatch.setattr(uplink_module, "UNCONFIRMED_PAUSE_S", 0.05)
    server.faults.extend(faults)
    rig.start()
    rig.journal(edges=700, passes=2)
    wait_until(lambda: not server.faults)
    rig.journal(edges=10, passes=1)
    server.wait_for_mark(713)
    wait_until(lambda: rig.delivery.acked_seq == 713)
    wait_until(lambda: rig.alarms.active == {})
    assert set(server.records) == set(range(1, 714))


def test_server_that_starts_late(path: Path) -> None:
    """It should alarm while the server is away, keep on, and tell when contact is there."""
    port = free_port()
    rig = Rig(path, f"http://127.0.0.1:{port}")
    rig.start()
    rig.journal(edges=3, passes=1)
    wait_until(lambda: CONTACT_ALARM in rig.alarms.active)
    server = JournalServer(port)
    server.wait_for_mark(4)
    wait_until(lambda: rig.alarms.active == {})
    wait_until(lambda: len(rig.contacts) == 1)
    rig.close()
    server.close()


def test_server_with_an_empty_folder(path: Path) -> None:
    """It should send everything again to a server that came back without its records."""
    first = JournalServer()
    rig = Rig(path, first.url)
    rig.start()
    rig.journal(edges=5)
    first.wait_for_mark(5)
    first.close()
    second = JournalServer(first.port)
    rig.journal(edges=0, passes=1)
    second.wait_for_mark(6)
    wait_until(lambda: rig.delivery.acked_seq == 6)
    rig.close()
    second.close()


def test_node_restart_sends_only_what_is_new(path: Path, server: JournalServer) -> None:
    """It should go on at the server's mark after a restart."""
    for n in (1, 2):
        rig = Rig(path, server.url)
        rig.start()
        rig.journal(edges=0, passes=1)
        server.wait_for_mark(n)
        wait_until(partial(is_acked, rig, n))
        rig.close()
    assert server.posts == [[1], [2]]


def test_record_that_is_refused(rig: Rig, server: JournalServer) -> None:
    """It should set a refused record aside with an alarm and bring up all the others."""
    server.refused_seqs = {3, 40}
    rig.start()
    rig.journal(edges=60, passes=1)
    server.wait_until(lambda: set(server.records) == set(range(1, 62)) - {3, 40})
    wait_until(lambda: REFUSED_ALARM in rig.alarms.active)
    assert "No such gate" in rig.alarms.active[REFUSED_ALARM]
    rig.journal(edges=0, passes=1)
    server.wait_until(lambda: 62 in server.records)
    server.refused_seqs = set()
    rig.uplink._forgive_at_s = 0.0
    server.wait_for_mark(62)
    wait_until(lambda: rig.alarms.active == {})


def test_same_number_with_other_content(rig: Rig, server: JournalServer) -> None:
    """It should alarm where the server has another record under a number, and go on."""
    server.records[2] = {"seq": 2, "kind": "edge"}
    rig.start()
    rig.journal(edges=3, passes=1)
    server.wait_for_mark(4)
    wait_until(lambda: rig.delivery.acked_seq == 4)
    assert rig.counters.all["refused"] == 1


def test_server_that_never_confirms(
    rig: Rig, server: JournalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should alarm, and neither fall silent about newer records nor flood the server."""
    monkeypatch.setattr(uplink_module, "UNCONFIRMED_PAUSE_S", 3600.0)
    server.is_confirming = False
    rig.start()
    rig.journal(edges=3, passes=1)
    server.wait_until(lambda: 4 in server.records)
    wait_until(lambda: CONFIRM_ALARM in rig.alarms.active)
    rig.journal(edges=0, passes=1)
    server.wait_until(lambda: 5 in server.records)
    assert len(server.posts) < 12


def test_bad_token_at_first_contact(path: Path, server: JournalServer) -> None:
    """It should say so once at first contact, in one sentence that says what to do."""
    rig = Rig(path, server.url, token="wrong")  # noqa: S106 - wrong on purpose
    rig.start()
    rig.journal(edges=1)
    wait_until(lambda: rig.first_refusals)
    assert "refuses the token of node 'node-finish' (401)" in rig.first_refusals[0]
    rig.close()


def test_token_withdrawn_later(rig: Rig, server: JournalServer) -> None:
    """It should keep journaling with an alarm when the token is withdrawn, and resume."""
    rig.start()
    rig.journal(edges=0, passes=1)
    server.wait_for_mark(1)
    server.token = "another"  # noqa: S105 - for tests
    rig.journal(edges=0, passes=1)
    wait_until(lambda: TOKEN_ALARM in rig.alarms.active)
    assert rig.first_refusals == []
    server.token = TOKEN
    server.wait_for_mark(2)
    wait_until(lambda: rig.alarms.active == {})


def test_slow_server(rig: Rig, server: JournalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should lose and double nothing where answers take longer than its patience."""
    real, slow = server.take, [True, True]

    def take(batch: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = real(batch)
        if slow:
            slow.pop()
            time.sleep(0.8)
        return answer

    monkeypatch.setattr(server, "take", take)
    rig.start()
    rig.journal(edges=20, passes=1)
    wait_until(lambda: rig.delivery.acked_seq == 21)
    assert sorted(server.order) == list(range(1, 22))


def note_alarms(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list in which every alarm that is raised from now on will stand."""
    raised: list[str] = []
    set_alarm = rig.alarms.set_alarm

    def noticed(name: str, sentence: str) -> None:
        raised.append(name)
        set_alarm(name, sentence)

    monkeypatch.setattr(rig.alarms, "set_alarm", noticed)
    return raised


def test_acknowledgement_of_another_journal(
    rig: Rig, server: JournalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should not take it for its own, but send the same again."""
    raised = note_alarms(rig, monkeypatch)
    server.faults.append("other_journal")
    rig.start()
    rig.journal(edges=0, passes=1)
    wait_until(lambda: rig.delivery.acked_seq == 1)
    assert CONTACT_ALARM in raised
    assert server.posts == [[1], [1]]


@pytest.mark.parametrize("kind", [sqlite3.OperationalError, sqlite3.DatabaseError])
def test_journal_that_cannot_be_read_for_a_while(
    rig: Rig, server: JournalServer, monkeypatch: pytest.MonkeyPatch, kind: type[sqlite3.Error]
) -> None:
    """It should alarm, and go on when the disk can be read again."""
    real, failures = rig.delivery.next_batch, [1, 2]

    def next_batch(reader: JournalReader) -> Batch | None:
        if failures:
            failures.pop()
            message = "disk I/O error"
            raise kind(message)
        return real(reader)

    raised = note_alarms(rig, monkeypatch)
    monkeypatch.setattr(Delivery, "next_batch", lambda _self, reader: next_batch(reader))
    rig.start()
    rig.journal(edges=2, passes=1)
    server.wait_for_mark(3)
    wait_until(lambda: rig.alarms.active == {})
    assert READ_ALARM in raised


def test_end_sends_what_is_left(rig: Rig, server: JournalServer) -> None:
    """It should send what is on the disk before it ends, edges that linger included."""
    rig.start()
    rig.journal(edges=0, passes=1)
    server.wait_for_mark(1)
    rig.journal(edges=4)
    wait_until(lambda: rig.writer.committed_seq == 5)
    rig.uplink.close()
    assert server.mark() == 5


def test_resends_what_is_asked_for(rig: Rig, server: JournalServer) -> None:
    """It should send a range once more, and new passes with it, without starting from anew."""
    rig.start()
    rig.journal(edges=1500)
    server.wait_for_mark(1500)
    wait_until(lambda: is_acked(rig, 1500))
    server.posts.clear()
    rig.uplink.resend(101, 900)
    rig.journal(edges=0, passes=1)
    server.wait_for_mark(1501)
    server.wait_until(lambda: sum(len(post) for post in server.posts) >= 801)
    sent = [seq for post in server.posts for seq in post]
    assert sorted(sent) == [*range(101, 901), 1501]
    wait_until(lambda: is_acked(rig, 1501))


def test_passes_over_what_the_journal_gave_up(path: Path, server: JournalServer) -> None:
    """It should bring every pass to a new server though old edges are gone, and settle the mark."""
    journal = Journal(path)
    journal.append([draft(n) for n in range(1, 400) for draft in (edge_draft, pass_draft)], 700)
    assert journal.give_up_edges(500, 10_000) == 250
    assert journal.give_up_edges(10_000, 10_000) == 100, "nothing above the mark"
    last_seq = journal.last_seq
    journal.append([], acked_seq=0)
    journal.close()
    rig = Rig(path, server.url)
    rig.start()
    server.wait_for_mark(last_seq)
    wait_until(lambda: is_acked(rig, last_seq))
    assert len(server.of_kind("pass")) == 399
    assert len(server.of_kind("edge")) == 399 - 350
    assert rig.alarms.active == {}
    rig.close()
