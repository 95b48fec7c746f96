"""Whole nodes as processes of their own: started badly, ended politely, and killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
import structlog

from hardware.node import main
from hardware.node.errors import NodeError
from hardware.node.journal import JOURNAL_FILE, Journal, JournalReader
from hardware.node.main import run_node
from hardware.node.watch.reporter import HealthReporter
from hardware.settings import NodeSettings
from tests.command_line import paddock
from tests.hardware.gates.pin_sources import MockPins
from tests.hardware.node.fake_server import TOKEN, JournalServer
from tests.hardware.node.records import edge_draft
from tests.waiting import PATIENCE_S

#: A few in every run of the tests, many by 'make faults'.
KILLS = int(os.environ.get("PADDOCK_FAULT_CYCLES", "4"))


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


class ScriptedNode:
    """A scripted_node process."""

    def __init__(
        self,
        server_url: str,
        data_dir: Path,
        token: str = TOKEN,
        log: IO[str] | int = subprocess.PIPE,
    ) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.hardware.node.scripted_node"),
                *(server_url, str(data_dir), token),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            env={**os.environ, "PADDOCK_CONFIG": os.devnull},
        )

    def wait_ready(self) -> None:
        assert self.read() == "ready", self.process.communicate(timeout=PATIENCE_S)[1]

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def drive(self, command: str) -> int:
        """Drive the pin; return the edge's mono_ns once it is on the disk."""
        self.tell(command)
        return int(self.read())

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Send a signal; return exit status and what was written to stderr."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said


@pytest.fixture
def nodes() -> Iterator[list[ScriptedNode]]:
    started: list[ScriptedNode] = []
    yield started
    for node in started:
        if node.process.poll() is None:
            node.process.kill()
        node.process.communicate(timeout=PATIENCE_S)


def test_from_the_pin_to_the_server(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should bring start, clock, edges and the pass up, and end cleanly on SIGTERM."""
    nodes.append(node := ScriptedNode(server.url, tmp_path / "node"))
    node.wait_ready()
    broken_ns = node.drive("B")
    cleared_ns = node.drive("C")
    server.wait_until(lambda: len(server.of_kind("pass")) == 1)
    server.wait_until(lambda: len(server.of_kind("edge")) == 2)
    (found,) = server.of_kind("pass")
    assert found["mono_ns"] == broken_ns
    if cleared_ns - broken_ns < 100_000_000:
        assert found["pulse_ns"] == cleared_ns - broken_ns
    assert [edge["level"] for edge in server.of_kind("edge")] == [1, 0]
    (start,) = server.of_kind("start")
    assert (start["pin_factory"], start["gates"]) == ("mock", ["finish"])
    server.wait_until(lambda: len(server.of_kind("clock")) >= 1)
    clock = server.of_kind("clock")[0]
    assert abs(clock["race_offset_ns"] - server.race_offset_ns) <= clock["bound_ns"]
    code, said = node.end(signal.SIGTERM)
    assert (code, "[error" in said) == (0, False), said


def test_clean_end_on_ctrl_c_sends_the_rest(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should tell and send a pass that is still gathering when Ctrl-C comes."""
    nodes.append(node := ScriptedNode(server.url, tmp_path / "node"))
    node.wait_ready()
    server.wait_until(lambda: len(server.of_kind("start")) == 1)
    broken_ns = node.drive("B")
    code, said = node.end(signal.SIGINT)
    assert code == 0, said
    assert [found["mono_ns"] for found in server.of_kind("pass")] == [broken_ns]
    reader = JournalReader(tmp_path / "node" / JOURNAL_FILE)
    assert [found.mono_ns for found in reader.passes()] == [broken_ns]
    reader.close()


@pytest.mark.faults
@pytest.mark.timeout(7200)
def test_killed_again_and_again(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should lose and double nothing that was on the disk, over kills at random moments."""
    chance, data_dir = random.Random(7), tmp_path / "node"  # noqa: S311 - a test's dice
    on_disk: list[int] = []
    breaks: list[int] = []
    at_ns = time.monotonic_ns() - 40_000_000_000  # passes 700 ms apart, without waiting for them
    for _ in range(KILLS):
        nodes.append(node := ScriptedNode(server.url, data_dir))
        node.wait_ready()
        for _ in range(chance.randrange(1, 5)):
            at_ns += 700_000_000
            on_disk.append(node.drive(f"B {at_ns}"))
            breaks.append(at_ns)
            if chance.random() < 0.3:
                break
            on_disk.append(node.drive(f"C {at_ns + 4_000_000}"))
        server.faults.extend(chance.choices(["hang_up_after_storing", "status_500"], k=1))
        time.sleep(chance.random() * 0.2)
        node.end(signal.SIGKILL)
    nodes.append(last := ScriptedNode(server.url, data_dir))
    last.wait_ready()
    server.wait_until(lambda: len(server.of_kind("pass")) >= len(breaks))
    server.wait_until(lambda: len(server.of_kind("start")) == KILLS + 1)
    last.end(signal.SIGTERM)
    assert [edge["mono_ns"] for edge in server.of_kind("edge")] == on_disk
    assert sorted(found["mono_ns"] for found in server.of_kind("pass")) == breaks
    assert server.mark() == max(server.records)


def test_a_log_that_cannot_be_written(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should go on timing and sending where the log's disk is full."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        nodes.append(node := ScriptedNode(server.url, tmp_path / "node", log=full))
    node.wait_ready()
    broken_ns = node.drive("B")
    server.wait_until(lambda: len(server.of_kind("pass")) == 1)
    assert server.of_kind("pass")[0]["mono_ns"] == broken_ns
    assert node.process.poll() is None


def test_bad_token(server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]) -> None:
    """It should end with one sentence when the server refuses its token at first contact."""
    nodes.append(node := ScriptedNode(server.url, tmp_path / "node", token="wrong"))  # noqa: S106 - wrong on purpose
    _, said = node.process.communicate(timeout=PATIENCE_S)
    assert node.process.returncode == 1
    assert said.splitlines()[-1].startswith("paddock: The server at http://127.0.0.1:")
    assert "refuses the token of node 'node-finish' (401)" in said.splitlines()[-1]


def test_one_node_per_folder(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should refuse a folder on which another node works, and leave that one alone."""
    nodes.append(first := ScriptedNode(server.url, tmp_path / "node"))
    first.wait_ready()
    nodes.append(second := ScriptedNode(server.url, tmp_path / "node"))
    _, said = second.process.communicate(timeout=PATIENCE_S)
    assert second.process.returncode == 1
    assert "Another node already works in" in said
    assert first.drive("B") > 0


class CrashingPins(MockPins):
    """Pins whose thread dies as soon as the node listens."""

    def start(self) -> None:
        super().start()
        threading.Thread(target=self._crash, name="pins").start()

    def _crash(self) -> None:
        message = "chip gone"
        raise RuntimeError(message)


def test_half_a_node_ends(tmp_path: Path) -> None:
    """It should end with one sentence when one of its threads dies."""
    settings = NodeSettings(server_url="http://127.0.0.1:9", data_dir=tmp_path, token=TOKEN)
    try:
        with pytest.raises(NodeError, match=r"part 'pins' broke down: RuntimeError\('chip gone'\)"):
            run_node(settings, lambda _wired, _stop: CrashingPins())
    finally:
        structlog.reset_defaults()


def test_the_watchdog_is_fed_whatever_the_network_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be fed though a report hangs for ever, as one does that looks a name up."""
    is_over = threading.Event()
    monkeypatch.setattr(HealthReporter, "_run", lambda _: is_over.wait())
    monkeypatch.setattr(main, "BEAT_EVERY_S", 0.01)
    beats: list[None] = []

    def beat() -> None:
        beats.append(None)
        if len(beats) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(main, "beat", beat)
    settings = NodeSettings(
        name="node-finish", server_url="http://127.0.0.1:9", token=TOKEN, data_dir=tmp_path
    )
    try:
        run_node(settings, lambda _wired, _stop: MockPins())
    finally:
        is_over.set()
        structlog.reset_defaults()
    assert len(beats) >= 3


def test_a_damaged_journal(
    server: JournalServer, tmp_path: Path, nodes: list[ScriptedNode]
) -> None:
    """It should end with one sentence where what it must read at the start can't be read."""
    path = tmp_path / "node" / JOURNAL_FILE
    path.parent.mkdir()
    journal = Journal(path)
    journal.append([edge_draft(n) for n in range(2000)])
    journal.close()
    content = bytearray(path.read_bytes())
    content[40_000:200_000] = b"\xff" * 160_000
    path.write_bytes(content)
    nodes.append(node := ScriptedNode(server.url, tmp_path / "node"))
    _, said = node.process.communicate(timeout=PATIENCE_S)
    assert node.process.returncode == 1
    assert said.splitlines()[-1].startswith(f"paddock: The journal {path} can't be used")
    assert "Traceback" not in said


def paddock_node(*arguments: str, folder: Path) -> tuple[int, str]:
    """Run ``paddock node`` to its end; return status and the last line of stderr."""
    done = paddock("node", *arguments, folder=folder, environment={"PADDOCK_CONFIG": os.devnull})
    return done.returncode, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""


@pytest.fixture
def good(tmp_path: Path) -> list[str]:
    """Arguments with which a node would start, were there pins."""
    token_file = tmp_path / "token"
    token_file.write_text("a-token\n")
    return [
        *("--server", "http://127.0.0.1:9", "--token-file", str(token_file)),
        *("--data", str(tmp_path / "data")),
    ]


@pytest.mark.parametrize(
    ("changed", "code", "sentence"),
    [
        (["--server", "paddock.local"], 2, "server_url"),
        (["--server", "http://paddock.local:99999"], 2, "server_url"),
        (["--name", "two words"], 2, "Setting [node] name"),
        (["--token-file", "/nowhere/token"], 2, "The token file /nowhere/token can't be read"),
        (["--data", "/proc/paddock"], 1, "The node's folder /proc/paddock can't be written"),
        (["--pin-factory", "toaster"], 2, "There is no pin factory 'toaster'"),
        (["--pin-factory", "native"], 2, "The pin factory 'native' can't time laps"),
        (["--config", "/nowhere.toml"], 2, "The settings file /nowhere.toml can't be read"),
        (["--venue", "/" + "long" * 40], 2, "socket path"),
    ],
)
def test_bad_start(
    good: list[str], changed: list[str], code: int, sentence: str, tmp_path: Path
) -> None:
    """It should end with a status and one sentence that names the fault."""
    found_code, said = paddock_node(*good, *changed, folder=tmp_path)
    assert (found_code, said.startswith("paddock: ")) == (code, True), said
    assert sentence in said


def test_wrong_key(good: list[str], tmp_path: Path) -> None:
    """It should name a misspelt setting and those that there are."""
    (tmp_path / "paddock.toml").write_text('[node]\nservr_url = "http://x"\n')
    code, said = paddock_node(*good, "--config", str(tmp_path / "paddock.toml"), folder=tmp_path)
    assert code == 2
    assert "[node] has no setting 'servr_url'" in said


def test_empty_token(good: list[str], tmp_path: Path) -> None:
    """It should say that a token file holds no token."""
    (tmp_path / "token").write_text("\n")
    code, said = paddock_node(*good, folder=tmp_path)
    assert (code, "holds no token" in said) == (2, True)


def test_help_teaches(tmp_path: Path) -> None:
    """It should show an example and how to wire a sensor."""
    plain = {"COLUMNS": "400", "TERM": "dumb", "NO_COLOR": "1"}
    done = paddock("node", "--help", folder=tmp_path, environment=plain)
    assert "paddock node --server http://" in done.stdout
    assert "GPIO 17" in done.stdout
