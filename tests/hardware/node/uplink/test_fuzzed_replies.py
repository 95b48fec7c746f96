"""Whatever answers the node: nothing that a server or a proxy says may stop it or be believed."""

import json
from functools import partial
from typing import Any

import httpx2
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.node.clock import ClockKeeper
from hardware.node.health import Alarms, Counters
from hardware.node.uplink.batches import Address
from hardware.node.uplink.delivery import Delivery
from hardware.node.uplink.uplink import Uplink, UplinkEvents
from tests.hardware.node.uplink.test_delivery import MemoryJournal

JOURNAL_ID = "11111111-1111-4111-8111-111111111111"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ACKS = st.fixed_dictionaries(
    {"journal_id": st.just(JOURNAL_ID) | st.text(), "acked_seq": st.integers() | JSON}
)
BODIES = st.binary(max_size=200) | (JSON | ACKS).map(lambda value: json.dumps(value).encode())


class Mark:
    """The end of a journal of three records."""

    committed_seq = 3

    def note_ack(self, acked_seq: int) -> None:
        assert 0 <= acked_seq <= 3


def client_that_gets(status: int, body: bytes, headers: dict[str, str]) -> httpx2.Client:
    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, content=body, headers=headers)

    return httpx2.Client(base_url="http://server", transport=httpx2.MockTransport(answer))


HEADERS = st.sampled_from(
    [
        {},
        {"Content-Type": "application/json"},
        {"Content-Type": "application/json; charset=klingon"},
        {"Content-Encoding": "gzip"},
        {"Location": "http://elsewhere"},
    ]
)


@given(st.integers(100, 599), BODIES, HEADERS)
@example(409, b"[" * 100_000, {})
@example(200, b'{"journal_id":"%s","acked_seq":%d}' % (JOURNAL_ID.encode(), 10**40), {})
@example(200, b'{"journal_id":"%s","acked_seq":-1}' % JOURNAL_ID.encode(), {})
def test_any_answer_to_a_journal(status: int, body: bytes, headers: dict[str, str]) -> None:
    """It should neither break nor believe a mark that can't be true."""
    told: list[Any] = []
    delivery = Delivery()
    journal = MemoryJournal("epe")
    uplink = Uplink(
        client_that_gets(status, body, headers),
        Address("node-finish", JOURNAL_ID),
        partial(lambda made: made, journal),
        Mark(),
        delivery,
        UplinkEvents(told.append, lambda: None),
        (Alarms(), Counters()),
    )
    pause_s = uplink._try_to_send(journal)  # type: ignore[arg-type]
    assert 0 <= pause_s < 10
    assert 0 <= delivery.acked_seq <= 3


class Silent:
    """A journal's writer that must hear nothing but sound clock records."""

    def submit(self, draft: Any) -> None:
        assert draft(seq=1).bound_ns >= 0


@given(st.integers(200, 599), BODIES, HEADERS)
@example(200, b'{"race_ns":9223372036854775807,"server_boot_id":"%s"}' % JOURNAL_ID.encode(), {})
@example(200, b"[" * 100_000, {})
def test_any_answer_of_the_race_clock(status: int, body: bytes, headers: dict[str, str]) -> None:
    """It should raise only what the clock's thread takes for 'ask again later'."""
    subject = ClockKeeper(
        client_that_gets(status, body, headers),
        Silent(),  # type: ignore[arg-type]
        JOURNAL_ID,
        Alarms(),
        Counters(),
    )
    subject._measure()
