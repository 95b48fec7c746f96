"""The camera's process beside a node's journal: passes in, words out, whatever breaks."""

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx2
import pytest
from pypdf import PdfReader

from hardware.camera_gate.errors import CameraGateError
from hardware.camera_gate.judging.matching import Lookout
from hardware.camera_gate.judging.watch import GateWatch
from hardware.camera_gate.process import desk as subject
from hardware.camera_gate.process.evidence import KeptWord
from hardware.camera_gate.process.passes_feed import PassesFeed
from hardware.camera_gate.process.uplink import CameraUplink, identifications_of
from hardware.camera_gate.process.word_box import WordBox
from hardware.camera_gate.reading.dictionaries import DEFAULT_SET
from hardware.camera_gate.reading.paper import print_marks
from hardware.node.journal import JOURNAL_FILE, Journal
from hardware.virtual.world.gate_camera import GateCamera, GateCar, GateLight, GateView
from tests.hardware.camera_gate.scenes import CAR_WIDTH_MM, MARKS, NS
from tests.waiting import PATIENCE_S
from timing_server.contract.machines.journal import PassRecord

BOOT = "11111111-2222-3333-4444-555555555555"
UTC_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VIEW = GateView()


def passing(mono_ns: int, gate: str = "finish", boot_id: str = BOOT) -> partial[PassRecord]:
    fields = {"gate": gate, "mono_ns": mono_ns, "boot_id": boot_id, "wall_utc": UTC_NOW}
    return partial(PassRecord, edges=2, sensors=("beam",), **fields)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / JOURNAL_FILE)


def test_the_feed_follows_the_node(tmp_path: Path, journal: Journal) -> None:
    """It should give the gate's passes of this boot from when it opened, each once."""
    journal.append([passing(1)])
    feed = PassesFeed(tmp_path / JOURNAL_FILE, "finish", BOOT)
    assert feed.fresh() == []
    other = BOOT.replace("1", "9")
    journal.append([passing(2), passing(3, gate="sector"), passing(4, boot_id=other)])
    assert [record.mono_ns for record in feed.fresh()] == [2]
    assert feed.fresh() == []
    assert feed.journal_id == journal.journal_id


def test_no_journal_is_waited_for(tmp_path: Path) -> None:
    """It should give nothing where there is no node, or a file that is no journal."""
    feed = PassesFeed(tmp_path / JOURNAL_FILE, "finish", BOOT)
    assert feed.fresh() == []
    (tmp_path / JOURNAL_FILE).write_bytes(b"no database at all" * 100)
    assert feed.fresh() == []
    assert feed.journal_id is None


def said_of(*cars: GateCar, passes: tuple[int, ...]) -> list[KeptWord]:
    """What the desk says of cars that cross at about second five, for passes at instants."""
    words: list[KeptWord] = []
    watch = GateWatch(VIEW.line, MARKS, Lookout(), CAR_WIDTH_MM)
    desk = subject.PassDesk("camera-finish", "finish", words.append)
    desk.watch = watch
    desk.take([passing(mono_ns)(seq=place) for place, mono_ns in enumerate(passes, start=1)])
    camera = GateCamera(VIEW, MARKS, GateLight(), seed=1)
    for frame in camera.frames(cars, 5 * NS - NS // 3, 5 * NS + NS // 3):
        watch.take(frame)
        desk.turn(frame.capture_mono_ns, UTC_NOW, BOOT)
    desk.turn(5 * NS + 2 * NS, UTC_NOW, BOOT)
    return [KeptWord.model_validate_json(each.model_dump_json()) for each in words]


def test_a_pass_gets_its_word_and_pictures() -> None:
    """It should name the mark, with pictures before and after the beam's instant."""
    (word,) = said_of(GateCar(7, 5 * NS, 500, 2.0), passes=(5 * NS,))
    report = word.report
    assert (report.outcome, report.marks, report.seq) == ("identified", ("mark-7",), 1)
    offsets = [each.offset_us for each in word.pictures]
    assert len(offsets) == 10
    assert offsets == sorted(offsets)
    assert offsets[4] <= 0 < offsets[5]
    assert all(each.jpeg.startswith(b"\xff\xd8") for each in word.pictures)
    batch = identifications_of(report)
    assert batch is not None
    assert [each.mark for each in batch.identifications] == ["mark-7"]


def test_a_pass_without_pictures_is_judged_all_the_same() -> None:
    """It should say 'missing' of a pass that no picture is near, and bind nothing."""
    (word,) = said_of(passes=(2 * NS,))
    assert word.report.outcome == "missing"
    assert identifications_of(word.report) is None


def test_a_crossing_without_a_beam_is_said() -> None:
    """It should report a mark that crossed though no pass came, and bind nothing."""
    (word,) = said_of(GateCar(7, 5 * NS, 500, 2.0), passes=())
    report = word.report
    assert (report.outcome, report.marks, report.seq) == ("mark_without_pass", ("mark-7",), None)
    assert abs((UTC_NOW - report.seen_utc).total_seconds() - 2.0) < 0.1
    assert identifications_of(report) is None


def test_doubt_is_sent_as_doubt() -> None:
    """It should send both marks and the unread one, so that no single one has the word."""
    cars = (GateCar(7, 5 * NS, 300, 2.0), GateCar(8, 5 * NS, 800, 2.0))
    (word,) = said_of(*cars, passes=(5 * NS,))
    batch = identifications_of(word.report)
    assert word.report.outcome == "double"
    assert batch is not None
    assert {each.mark for each in batch.identifications} == {"mark-7", "mark-8", "unread"}


def numbered(word: KeptWord, seq: int) -> KeptWord:
    report = word.report.model_copy(update={"seq": seq})
    return word.model_copy(update={"report": report})


def test_the_box_keeps_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should give up what was sent before what waits, above its size."""
    monkeypatch.setattr("hardware.camera_gate.process.word_box.MAX_KEPT", 2)
    box = WordBox(tmp_path / "camera.sqlite3")
    (word,) = said_of(passes=(2 * NS,))
    for seq in (1, 2):
        box.put(numbered(word, seq))
    box.mark_sent(2)
    box.put(numbered(word, 3))
    assert box.waiting() == 2
    found = WordBox(tmp_path / "camera.sqlite3").next_waiting()
    assert found is not None
    assert found[1].report.seq == 1
    (tmp_path / "broken").write_bytes(b"no database at all" * 100)
    with pytest.raises(CameraGateError, match="can't be used"):
        WordBox(tmp_path / "broken")


def test_a_damaged_word_is_passed_over(tmp_path: Path) -> None:
    """It should go on with the next report where the file holds one that can't be read."""
    box = WordBox(tmp_path / "camera.sqlite3")
    with closing(sqlite3.connect(tmp_path / "camera.sqlite3", isolation_level=None)) as file:
        file.execute("INSERT INTO words (body) VALUES ('{')")
    assert box.next_waiting() is None
    assert box.waiting() == 0
    box.close()


def test_a_box_that_fails_ends_no_thread(tmp_path: Path) -> None:
    """It should try again where the disk doesn't give what waits."""
    path = tmp_path / "camera.sqlite3"
    uplink = CameraUplink(httpx2.Client(base_url="http://127.0.0.1:9"), "node-finish", path)
    with closing(WordBox(path)) as box, closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE words")
        file.commit()
        assert not uplink._turn(box)


def test_words_survive_a_server_that_is_away(tmp_path: Path) -> None:
    """It should send again what wasn't taken, the identity before the pictures, each once."""
    taken: list[str] = []
    is_up = threading.Event()
    is_done = threading.Event()

    def server(request: httpx2.Request) -> httpx2.Response:
        if not is_up.is_set():
            is_up.set()
            raise httpx2.ConnectError("gone", request=request)
        taken.append(request.url.path.removeprefix("/api/v1/nodes/node-finish/"))
        taken[-1] = taken[-1].split("/")[-2] if "frames" in taken[-1] else taken[-1].split("/")[-1]
        if len(taken) == 12:
            is_done.set()
        assert request.content
        return httpx2.Response(200)

    path = tmp_path / "camera.sqlite3"
    (word,) = said_of(GateCar(7, 5 * NS, 500, 2.0), passes=(5 * NS,))
    box = WordBox(path)
    box.put(word)
    client = httpx2.Client(base_url="http://127.0.0.1", transport=httpx2.MockTransport(server))
    uplink = CameraUplink(client, "node-finish", path)
    uplink.start()
    assert is_up.wait(PATIENCE_S)
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_done.is_set() and time.monotonic() < deadline_s:
        uplink.wake()
        is_done.wait(0.05)
    uplink.close()
    assert taken == ["identifications", "passes", *["frames"] * 10]
    assert box.waiting() == 0


def test_marks_are_printed(tmp_path: Path) -> None:
    """It should print each mark with its name, and refuse numbers that the set hasn't."""
    print_marks(tmp_path / "marks.pdf", DEFAULT_SET, 4, 3, 90)
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "marks.pdf").pages)
    assert [name in text for name in ("mark-4", "mark-5", "mark-6", "mark-7")] == [True] * 3 + [
        False
    ]
    with pytest.raises(CameraGateError, match="0 to 49"):
        print_marks(tmp_path / "marks.pdf", "aruco_4x4_50", 45, 10, 90)
    with pytest.raises(CameraGateError, match="doesn't fit"):
        print_marks(tmp_path / "marks.pdf", DEFAULT_SET, 0, 1, 200)
