"""A part of the journal sent once more by hand, over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from hardware.node.errors import JournalError, ResendError
from hardware.node.journal import JOURNAL_FILE, Journal
from hardware.node.uplink.resending import resend_range
from tests.hardware.node.fake_server import TOKEN, JournalServer
from tests.hardware.node.records import edge_draft


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


@pytest.fixture
def client(server: JournalServer) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx2.Client(base_url=server.url, headers=headers, trust_env=False) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    journal = Journal(tmp_path / JOURNAL_FILE)
    journal.append([edge_draft(n) for n in range(1, 1201)])
    journal.close()
    return tmp_path


def test_a_range_in_parts(client: httpx2.Client, server: JournalServer, folder: Path) -> None:
    """It should send exactly the range, in batches that the server takes, while a node writes."""
    running = Journal(folder / JOURNAL_FILE)
    said: list[str] = []
    assert resend_range(client, "node-finish", folder, (1, 1100), said.append) == 1100
    assert [len(post) for post in server.posts] == [500, 500, 100]
    assert sorted(server.records) == list(range(1, 1101))
    assert said == ["Sent 1100 records; the server has everything up to record 1100."]
    running.append([edge_draft(9)])
    running.close()


def test_an_empty_range(client: httpx2.Client, server: JournalServer, folder: Path) -> None:
    """It should say that there is nothing, and ask the server for nothing."""
    said: list[str] = []
    assert resend_range(client, "node-finish", folder, (5000, 6000), said.append) == 0
    assert said == ["The journal has no record from 5000 to 6000."]
    assert server.posts == []


def test_no_journal(client: httpx2.Client, tmp_path: Path) -> None:
    """It should say where it looked."""
    with pytest.raises(JournalError, match="There is no journal in"):
        resend_range(client, "node-finish", tmp_path, (1, 2), print)


@pytest.mark.parametrize("fault", ["status_500", "truncated", "no_json"])
def test_a_server_in_trouble(
    client: httpx2.Client, server: JournalServer, folder: Path, fault: str
) -> None:
    """It should end with one sentence and not claim that anything was taken."""
    server.faults.append(fault)  # type: ignore[arg-type]
    with pytest.raises(ResendError, match="didn't take the records"):
        resend_range(client, "node-finish", folder, (1, 2), print)
