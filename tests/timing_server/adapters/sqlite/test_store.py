import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.rules.units import BootId, JournalId, NodeId, StreamId
from timing_server.service.entities import (
    Car,
    Credential,
    Driver,
    Evaluation,
    Evidence,
    LogCounts,
    OneTimeCode,
    Retry,
    StoredFact,
    Uplink,
)
from timing_server.service.errors import StorageFailedError

NODE, JOURNAL, BOOT = NodeId("n"), JournalId("j"), BootId("b")


@pytest.fixture
def subject(tmp_path: Path) -> Iterator[SqlStore]:
    store = SqlStore(open_database(tmp_path / "a.sqlite3"))
    yield store
    store.close()


def fact(seq: int, stream: str = "e1", type_name: str = "PassDetected") -> StoredFact:
    return StoredFact(StreamId(stream), seq, type_name, f"hash-{seq}", f'{{"seq":{seq}}}'.encode())


def evidence(seq: int, kind: str = "edge", boot: BootId = BOOT) -> Evidence:
    return Evidence(NODE, boot, JOURNAL, seq, kind, b"{}", f"sha-{seq}")


def test_the_log_comes_back_as_it_was_written(subject: SqlStore) -> None:
    """It should return a stream's bytes in order, from where and as far as is asked."""
    with subject.transaction() as rows:
        rows.append_facts([fact(1), fact(2), fact(1, "e2", "EventCreated"), fact(3)])
    assert subject.read_stream(StreamId("e1")) == [fact(1), fact(2), fact(3)]
    assert subject.read_stream(StreamId("e1"), after_seq=1, limit=1) == [fact(2)]
    assert subject.read_stream(StreamId("nowhere")) == []
    assert subject.newest_fact() == fact(3)
    assert subject.read_types(["EventCreated"]) == [fact(1, "e2", "EventCreated")]
    assert subject.read_types(["PassDetected"], newest=2) == [fact(2), fact(3)]
    assert subject.log_counts() == LogCounts(facts=4, passes=3, streams=2)


def test_a_place_in_a_stream_is_taken_once(subject: SqlStore) -> None:
    """It should refuse a second fact under the same stream and seq, and keep nothing of it."""
    with subject.transaction() as rows:
        rows.append_facts([fact(1)])
    with pytest.raises(StorageFailedError), subject.transaction() as rows:
        rows.append_facts([fact(2), fact(1)])
    assert subject.read_stream(StreamId("e1")) == [fact(1)]


def test_a_transaction_is_kept_whole_or_not_at_all(subject: SqlStore) -> None:
    """It should undo everything when an exception leaves the block."""
    with suppress(KeyError), subject.transaction() as rows:
        rows.append_facts([fact(1)])
        rows.put_driver(Driver("d", "Somebody", "#000000"))
        raise KeyError
    assert subject.newest_fact() is None
    assert subject.registry().drivers == {}


def test_a_savepoint_undoes_one_job_of_a_group(subject: SqlStore) -> None:
    """It should keep what came before and after the job that failed."""
    with subject.transaction() as rows:
        with rows.savepoint():
            rows.append_facts([fact(1)])
        with suppress(KeyError), rows.savepoint():
            rows.append_facts([fact(2)])
            raise KeyError
        with rows.savepoint():
            rows.append_facts([fact(2, type_name="ClockRelated")])
    assert [each.type_name for each in subject.read_stream(StreamId("e1"))] == [
        "PassDetected",
        "ClockRelated",
    ]


def test_readers_see_only_what_is_committed(subject: SqlStore) -> None:
    """It should not show a group before it is on the disk."""
    with subject.transaction() as rows:
        rows.append_facts([fact(1)])
        assert subject.newest_fact() is None
    assert subject.newest_fact() == fact(1)


def test_evidence_and_marks(subject: SqlStore) -> None:
    """It should know records by their key and follow each journal's mark."""
    with subject.transaction() as rows:
        assert rows.acked_seq(NODE, JOURNAL) == 0
        rows.add_evidence([evidence(1, "start"), evidence(2), evidence(4)])
        assert rows.known_evidence(NODE, JOURNAL, [1, 3, 4]) == {1: "sha-1", 4: "sha-4"}
        assert rows.known_evidence(NODE, JournalId("other"), [1]) == {}
        assert rows.next_evidence_seqs(NODE, JOURNAL, 1, 10) == [2, 4]
        rows.put_uplink(Uplink(NODE, JOURNAL, 1))
        rows.put_uplink(Uplink(NODE, JOURNAL, 2))
        assert rows.acked_seq(NODE, JOURNAL) == 2
    assert subject.uplinks() == [Uplink(NODE, JOURNAL, 2)]
    assert subject.newest_records("start") == [evidence(1, "start")]
    with pytest.raises(StorageFailedError), subject.transaction() as rows:
        rows.add_evidence([evidence(2)])


def test_names_are_replaced(subject: SqlStore) -> None:
    """It should keep the newest name of each driver, car and event."""
    with subject.transaction() as rows:
        for name in ("Old", "New"):
            rows.put_driver(Driver("d", name, "#000000"))
            rows.put_car(Car("c", name, "#ffffff"))
            rows.put_event_name("e", name)
            rows.put_blob("track", name.encode())
    found = subject.registry()
    assert found.drivers == {"d": Driver("d", "New", "#000000")}
    assert found.cars == {"c": Car("c", "New", "#ffffff")}
    assert found.event_names == {"e": "New"}
    assert subject.blob("track") == b"New"
    assert subject.blob("other") is None


def test_credentials_codes_and_retries(subject: SqlStore) -> None:
    """It should keep them until they are deleted."""
    credential = Credential("id", "p", "node", "n", "token", "sha", "2026-01-01", None)
    code = OneTimeCode("sha", "p", "organiser", None, 5)
    retry = Retry("p", "key", "asked", b"{}", 7)
    with subject.transaction() as rows:
        rows.put_credential(credential)
        rows.put_code(code)
        rows.put_retry(retry)
        assert rows.find_retry("p", "key") == retry
        assert rows.find_retry("other", "key") is None
    assert subject.credentials() == [credential]
    assert subject.codes() == [code]
    with subject.transaction() as rows:
        rows.delete_credential("id")
        rows.delete_code("sha")
        rows.forget_retries(8)
        assert rows.find_retry("p", "key") is None
    assert subject.credentials() == []
    assert subject.codes() == []


def _files_with(folder: Path, text: str) -> set[str]:
    found = [path for path in folder.iterdir() if text.encode() in path.read_bytes()]
    return {path.name for path in found}


def test_a_forgotten_person_is_in_no_file(tmp_path: Path, subject: SqlStore) -> None:
    """It should leave no byte of the name, in the write-ahead log neither, while it goes on."""
    person = Driver("d1", "Zigzag Zebra", "#112233", contact="zz@example.org")
    with subject.transaction() as rows:
        rows.put_driver(person)
    assert _files_with(tmp_path, "Zigzag Zebra")
    with subject.transaction() as rows:
        rows.delete_driver("d1")
    assert _files_with(tmp_path, "Zigzag Zebra") == _files_with(tmp_path, "zz@example") == set()


def test_a_long_reader_only_puts_it_off(tmp_path: Path, subject: SqlStore) -> None:
    """It should go on where somebody still reads what was before, and tidy up after the next."""
    with subject.transaction() as rows:
        rows.put_driver(Driver("d1", "Zigzag Zebra", "#112233"))
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM drivers").fetchall()
        with subject.transaction() as rows:
            rows.delete_driver("d1")
        assert _files_with(tmp_path, "Zigzag Zebra") == {"a.sqlite3-wal"}
    with subject.transaction() as rows:
        rows.append_facts([fact(1)])
    assert _files_with(tmp_path, "Zigzag Zebra") == set()


def evaluated(number: int, sha256: str = "m", seed: int = 1) -> Evaluation:
    at = f"2026-01-0{number}"
    where = ("demo", "t", seed, 10, "v")
    return Evaluation(f"e{number}", sha256, "laps", *where, at, b"{}")


def test_evaluations_are_kept_once_for_each_setting(subject: SqlStore) -> None:
    """It should keep the newest of a setting, and of a model no more than was said."""
    with subject.transaction() as rows:
        for number in (1, 2):
            rows.put_evaluation(evaluated(number), most=2)
        rows.put_evaluation(evaluated(3, seed=2), most=2)
        rows.put_evaluation(evaluated(4, sha256="other"), most=2)
    assert [each.evaluation_id for each in subject.evaluations({"m"})] == ["e3", "e2"]
    with subject.transaction() as rows:
        rows.put_evaluation(evaluated(5, seed=3), most=2)
    assert [each.evaluation_id for each in subject.evaluations({"m"})] == ["e5", "e3"]
    assert [each.evaluation_id for each in subject.evaluations({"other"})] == ["e4"]
    assert subject.evaluations({"m"}, "stress") == []


def test_what_no_model_has_any_more_is_forgotten(subject: SqlStore, tmp_path: Path) -> None:
    """It should leave neither laps nor a reward's source of it, in no file."""
    with subject.transaction() as rows:
        rows.put_evaluation(evaluated(1), most=2)
        rows.put_evaluation(evaluated(2, sha256="other"), most=2)
        for sha256 in ("kept", "gone"):
            rows.put_reward_source(sha256, f"# the {sha256} secret".encode())
    with subject.transaction() as rows:
        rows.keep_only({"other"}, {"kept"})
    assert subject.evaluations({"m"}) == []
    assert len(subject.evaluations({"other"})) == 1
    assert subject.reward_source("gone") is None
    assert subject.reward_source("kept") == b"# the kept secret"
    files = b"".join(file.read_bytes() for file in tmp_path.glob("a.sqlite3*"))
    assert b"the kept secret" in files
    assert b"the gone secret" not in files
