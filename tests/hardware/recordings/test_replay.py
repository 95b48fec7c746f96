"""A recorded day through real gpiozero pins, journal and uplink, and back out to the nanosecond."""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins
from hardware.node.journal import JOURNAL_FILE, JournalReader
from hardware.recordings.errors import RecordingError
from hardware.recordings.recorder import new_file, record_journal, record_pins
from hardware.recordings.recording import line_of, read_recording
from hardware.recordings.replay import FOLDER, ReplaySource, run_replay
from hardware.recordings.report import report_on
from hardware.settings import NodeSettings
from tests.hardware.node.fake_server import TOKEN, JournalServer
from tests.hardware.recordings.pulses import edge, pulse
from tests.waiting import PATIENCE_S

#: Eleven passes of one gate with odd nanoseconds, a backup sensor 3 ms behind, and a sector gate.
DAY = [
    one
    for lap in range(11)
    for one in (
        *pulse(1000 + 9482.123457 * lap, 4.000001, "primary"),
        *pulse(1003 + 9482.123457 * lap, 4.000001, "backup"),
        *pulse(4000 + 9482.123457 * lap, 1, gate="sector-1"),
    )
]


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "day.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in DAY))
    return path


@contextmanager
def busy_machine(threads: int = 2) -> Iterator[None]:
    """Keep every core at work, and the garbage collector with it."""
    is_over = threading.Event()

    def burn() -> None:
        while not is_over.is_set():
            junk = [[n] for n in range(2000)]
            junk.append(junk)  # type: ignore[arg-type]  # a knot that only the collector unties
            gc.collect(0)

    burning = [threading.Thread(target=burn, daemon=True) for _ in range(threads)]
    for thread in burning:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in burning:
            thread.join()


def replayed(edges: list[Edge], speed: float) -> list[Edge]:
    """Return what listens to the pins of a replay."""
    heard: list[Edge] = []
    is_over = threading.Event()
    source = ReplaySource(edges, speed)
    source.on_end = is_over.set
    pins = GatePins(source, source.pins.wirings, heard.append)
    assert is_over.wait(PATIENCE_S)
    pins.close()
    source.close()
    return heard


def gaps_ns(edges: list[Edge]) -> list[int]:
    return [later.mono_ns - earlier.mono_ns for earlier, later in pairwise(edges)]


def test_every_edge_at_its_distance_whatever_the_load() -> None:
    """It should let the pins do what they did, to the nanosecond, on a machine with no time."""
    with busy_machine():
        heard = replayed(DAY, 1000)
    ordered = sorted(DAY, key=lambda one: one.mono_ns)
    assert gaps_ns(heard) == gaps_ns(ordered)
    assert [(e.gate, e.sensor, e.level) for e in heard] == [
        (e.gate, e.sensor, e.level) for e in ordered
    ]


def test_same_level_twice() -> None:
    """It should repeat a recording's gap too: two breaks without the release between them."""
    heard = replayed([edge(0), edge(1), edge(2, 0), edge(3, 0)], 1)
    assert [one.level for one in heard] == [1, 1, 0, 0]


def test_at_its_own_pace_the_clock_is_the_machine_s() -> None:
    """It should stamp with CLOCK_MONOTONIC at 1x, so that passes join the heat that runs."""
    before_ns = time.monotonic_ns()
    heard = replayed(pulse(5_000_000, 5), 1)
    assert before_ns < heard[0].mono_ns < time.monotonic_ns()


def test_through_node_journal_and_uplink(
    server: JournalServer, tmp_path: Path, recording: Path
) -> None:
    """It should bring up the passes of the recording, laps exact, into a journal of their own."""
    settings = NodeSettings(server_url=server.url, data_dir=tmp_path / "node", token=TOKEN)
    with busy_machine():
        run_replay(settings, recording, speed=200)
    expected = report_on(DAY).passes
    shift_ns = {
        found["mono_ns"] - wanted.mono_ns
        for found, wanted in zip(
            sorted(server.of_kind("pass"), key=lambda found: int(found["mono_ns"])),
            expected,
            strict=True,
        )
    }
    assert len(shift_ns) == 1
    assert len(server.of_kind("edge")) == len(DAY)
    (start,) = server.of_kind("start")
    assert (start["pin_factory"], start["gates"]) == ("mock (replay)", ["finish", "sector-1"])
    assert not (tmp_path / "node" / JOURNAL_FILE).exists()
    journal = tmp_path / "node" / FOLDER / JOURNAL_FILE
    reader = JournalReader(journal)
    assert len(reader.passes()) == len(expected)
    reader.close()
    again = tmp_path / "again.jsonl"
    assert record_journal(again, journal) == len(DAY)
    assert gaps_ns(list(read_recording(again))) == gaps_ns(sorted(DAY, key=lambda e: e.mono_ns))


def test_sensors_are_judged_while_timing(
    server: JournalServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It should raise and clear the red lamp of a sensor that was stuck."""
    path = tmp_path / "stuck.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in (*pulse(0, 9000), *pulse(20_000, 5))))
    settings = NodeSettings(server_url=server.url, data_dir=tmp_path / "node", token=TOKEN)
    run_replay(settings, path, speed=50)
    said = [line for line in capfd.readouterr().err.splitlines() if "sensor finish/beam" in line]
    assert len(said) == 2
    assert "is broken since 2 s" in said[0]
    assert "alarm_cleared" in said[1]


@pytest.mark.parametrize(
    ("edges", "sentence"),
    [([], "holds no edges"), ([edge(n, gate=f"g{n}") for n in range(17)], "has 17 sensors")],
)
def test_not_to_be_replayed(edges: list[Edge], sentence: str, tmp_path: Path) -> None:
    """It should say so before a node is started."""
    path = tmp_path / "it.jsonl"
    path.write_text("".join(line_of(one) + "\n" for one in edges))
    settings = NodeSettings(server_url="http://127.0.0.1:9", data_dir=tmp_path / "n", token=TOKEN)
    with pytest.raises(RecordingError, match=sentence):
        run_replay(settings, path, 1)


def test_recording_a_replay_gives_the_recording(tmp_path: Path) -> None:
    """It should write down exactly what the pins did, and end when it is told to."""
    source, is_ended, said = ReplaySource(DAY, 500), threading.Event(), list[str]()
    source.on_end = is_ended.set
    path = tmp_path / "new.jsonl"
    edges = record_pins(path, source, tuple(source.pins.wirings), said.append, is_ended)
    assert edges == len(DAY)
    found = read_recording(path)
    assert gaps_ns(list(found)) == gaps_ns(sorted(DAY, key=lambda one: one.mono_ns))
    assert said[0].startswith("Recording 3 sensors into")
    assert sum(line.startswith("pass") for line in said) >= 21


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """It should refuse a file that is there, and one that can't be."""
    (tmp_path / "there").touch()
    for path, sentence in (
        (tmp_path / "there", "never written over"),
        (tmp_path / "a" / "b", "No"),
    ):
        with pytest.raises(OSError, match=sentence), new_file(path):
            pass
    with pytest.raises(RecordingError, match="There is no journal"):
        record_journal(tmp_path / "x", tmp_path / "no.sqlite3")
