"""Cars' records on the server's disk: bounded, earlier events' first to go, cards survive."""

import hashlib
from pathlib import Path

import pytest

from timing_server.adapters.folder.records import KeptRecords
from timing_server.service.errors import StorageFailedError
from timing_server.service.records.errors import RecordsFullError
from timing_server.service.records.ports import RecordCard


def card(content: bytes, event_id: str = "e1") -> RecordCard:
    sha256 = hashlib.sha256(content).hexdigest()
    return RecordCard(sha256, event_id, "h1", "n1", "red", "Wild Goose", "2026", len(content))


def keep(subject: KeptRecords, content: bytes, event_id: str = "e1") -> RecordCard:
    kept = card(content, event_id)
    assert subject.begin(kept) == 0
    assert subject.append(kept, 0, content) is None
    return kept


def test_records_are_found_again_after_a_restart(tmp_path: Path) -> None:
    """It should know each record by the card beside it, and take none twice."""
    kept = keep(KeptRecords(tmp_path, 1000, 0), b"one")
    again = KeptRecords(tmp_path, 1000, 0)
    assert list(again.cards("e1")) == [kept]
    assert again.begin(kept) is None
    found = again.find("e1", kept.record_id)
    assert found is not None
    assert found.read_bytes() == b"one"


def test_earlier_events_make_room(tmp_path: Path) -> None:
    """It should let the records of other events go, and refuse rather than lose the event's own."""
    subject = KeptRecords(tmp_path, 2000, 0)
    old = keep(subject, bytes(900), "e1")
    keep(subject, bytes([1]) * 900, "e2")
    assert subject.find("e1", old.record_id) is None
    with pytest.raises(RecordsFullError):
        subject.begin(card(bytes([2]) * 900, "e2"))


def test_room_for_the_race_is_left(tmp_path: Path) -> None:
    """It should refuse where the disk would be fuller than the race can bear."""
    with pytest.raises(RecordsFullError):
        KeptRecords(tmp_path, 1000, 2**60).begin(card(b"one"))


@pytest.mark.parametrize("event_id", ["..", "a/b", "", "a" * 80])
def test_an_id_is_no_path(tmp_path: Path, event_id: str) -> None:
    """It should keep nothing of an event whose id is no plain word."""
    subject = KeptRecords(tmp_path / "records", 1000, 0)
    with pytest.raises(StorageFailedError):
        subject.begin(card(b"one", event_id))
    assert subject.cards(event_id) == []
    assert subject.find(event_id, "0" * 64) is None
