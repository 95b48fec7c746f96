"""The server as a process: how it starts, says no, and ends."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.command_line import assert_one_sentence, paddock
from tests.timing_server.web.live_server import PATIENCE_S, Node, Organiser, Screen, organising


def command(folder: Path, *arguments: str) -> list[str]:
    return [
        *(sys.executable, "-m", "timing_server", "serve", "--data", str(folder)),
        *("--host", "127.0.0.1", *arguments),
    ]


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run ``paddock serve`` on a free port until the block ends."""
    (folder / "server.json").unlink(missing_ok=True)
    running = subprocess.Popen(
        command(folder, "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate(timeout=PATIENCE_S)


def address_of(folder: Path, running: "subprocess.Popen[str]") -> str:
    """Wait for the server to say where it is."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not (folder / "server.json").exists():
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < deadline_s, "the server took too long to start"
        time.sleep(0.02)
    found = json.loads((folder / "server.json").read_text())
    assert found["pid"] == running.pid
    return f"{found['url']}/api/v1"


def race_offsets(folder: Path) -> list[int]:
    """Return the race clock's offset at each start, from the log on the disk."""
    with closing(sqlite3.connect(folder / "paddock.sqlite3")) as database:
        found = database.execute("select stored from facts where type = 'ServerStarted'")
        return [json.loads(stored)["body"]["race_offset_ns"] for (stored,) in found]


def refused(folder: Path, *arguments: str) -> str:
    """Start a server that must not start; returns what it said."""
    words = ("serve", "--data", str(folder), "--host", "127.0.0.1", *arguments)
    done = paddock(*words, folder=Path.cwd())
    assert done.stdout == ""
    assert_one_sentence(done)
    return done.stderr.strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_cleanly_with_screens_attached(
    tmp_path: Path, number: signal.Signals
) -> None:
    """It should show its address and the setup code, and let streams go at the end."""
    with process(tmp_path) as running:
        url = address_of(tmp_path, running)
        code = (tmp_path / "setup-code").read_text().strip()
        organiser = Organiser(url, tmp_path)
        plan = organiser.plan()
        screens = [Screen(url, plan["event_id"]) for _ in range(3)]
        for screen in screens:
            screen.wait_for(1, "snapshot")
        running.send_signal(number)
        said = running.communicate(timeout=PATIENCE_S)[0]
        assert running.returncode == 0
        organiser.close()
        assert not (tmp_path / "server.json").exists()
        assert f"{url.removesuffix('/api/v1')}/control" in said
        assert code in said
        assert "▄" in said


def test_a_killed_server_comes_back_to_the_same_race(tmp_path: Path) -> None:
    """It should have lost nothing that was acknowledged, and its clock should go on."""
    with process(tmp_path) as running:
        organiser = Organiser(address_of(tmp_path, running), tmp_path)
        plan = organiser.plan(drivers=2, dead_time_s=0)
        node = Node(organiser)
        organiser.start_next(plan)
        start = node.now_mono_ns()
        node.send(node.clock(), *(node.passing(start + n) for n in range(5)))
        before = organiser.get(f"{plan['path']}/view")
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=PATIENCE_S)
        organiser.close()
    with process(tmp_path) as running:
        organiser = Organiser(address_of(tmp_path, running), tmp_path)
        after = organiser.get(f"{plan['path']}/view")
        # The one thing that is new is the word of the interruption itself.
        (interruption,) = after["view"]["heat"].pop("interruptions")
        assert interruption["cause"] == "server_restarted"
        assert before["view"]["heat"].pop("interruptions") == []
        assert (after["seq"], after["view"]) == (before["seq"] + 1, before["view"])
        first, second = race_offsets(tmp_path)
        assert first == second
        facts = [line["fact"] for line in organiser.get(f"{plan['path']}/log")["facts"]]
        assert [fact["race_ns"] for fact in facts] == sorted(fact["race_ns"] for fact in facts)
        organiser.close()


def test_acknowledged_journals_survive_a_kill_at_any_moment(tmp_path: Path) -> None:
    """It should hold every record that it acknowledged, once, when it was killed while storing."""
    acked: list[int] = []
    with process(tmp_path) as running:
        organiser = Organiser(address_of(tmp_path, running), tmp_path)
        node = Node(organiser)

        def stream() -> None:
            try:
                while True:
                    acked.append(node.send(*(node.passing(node.seq) for _ in range(3))))
            except httpx2.TransportError:
                return

        sender = threading.Thread(target=stream)
        sender.start()
        while len(acked) < 10:
            assert sender.is_alive()
            time.sleep(0.005)
        os.kill(running.pid, signal.SIGKILL)
        sender.join(PATIENCE_S)
        assert not sender.is_alive()
        organiser.close()
    with process(tmp_path) as running:
        organiser = Organiser(address_of(tmp_path, running), tmp_path)
        stored = organiser.get("/log/summary")["passes"]
        assert acked[-1] <= stored <= node.seq
        resent = Node(organiser, node.journal_id)
        resent.boot_id = node.boot_id
        resent.send(*(resent.passing(resent.seq) for _ in range(node.seq)))
        assert organiser.get("/log/summary")["passes"] == node.seq
        organiser.close()


def test_a_second_server_on_the_folder_says_so(tmp_path: Path) -> None:
    """It should end with one sentence, and leave the first alone."""
    with process(tmp_path) as running:
        url = address_of(tmp_path, running)
        assert "Another Paddock server works on" in refused(tmp_path, "--port", "0")
        health = httpx2.get(f"{url}/health").json()
        assert health["status"] == "ok"
        assert url.startswith(health["reachable_url"])


def test_a_used_port_says_so(tmp_path: Path) -> None:
    """It should name the port and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--port", port)
        assert port in said
        assert "--port" in said


def test_a_folder_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    """It should name the folder and what to do."""
    (tmp_path / "file").write_text("in the way")
    assert "--data" in refused(tmp_path / "file" / "data", "--port", "0")


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    """It should neither overwrite nor use it."""
    (tmp_path / "paddock.sqlite3").write_bytes(b"something else entirely" * 100)
    assert "can't be opened" in refused(tmp_path, "--port", "0")
    assert (tmp_path / "paddock.sqlite3").read_bytes().startswith(b"something else")


def test_a_wrong_setting_says_so(tmp_path: Path) -> None:
    """It should name the key that the settings file misspells."""
    config = tmp_path / "paddock.toml"
    config.write_text("[server]\nprot = 80\n")
    said = refused(tmp_path / "data", "--config", str(config))
    assert "prot" in said


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """It should go on storing what nodes send when its own complaints are lost (a full disk)."""
    (tmp_path / "server.json").unlink(missing_ok=True)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        running = subprocess.Popen(
            command(tmp_path, "--port", "0"), stdout=subprocess.DEVNULL, stderr=full, text=True
        )
        try:
            organiser = Organiser(address_of(tmp_path, running), tmp_path)
            node = Node(organiser)
            record = node.passing(5)
            node.send(record)
            conflict = node.post(record | {"mono_ns": 6}, node.passing(7))
            assert conflict.status_code == 409
            assert node.send(node.passing(8)) == 3
            organiser.close()
        finally:
            running.kill()
            running.wait(PATIENCE_S)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_damaged_event(tmp_path: Path, is_open: bool) -> None:
    """It should say in one sentence that the open event can't be trusted; another stops nobody."""
    with organising(tmp_path) as organiser:
        plan = organiser.plan()
        if not is_open:
            organiser.post(f"{plan['path']}/close")
    with closing(sqlite3.connect(tmp_path / "paddock.sqlite3")) as database:
        database.execute(
            "update facts set stored = cast(replace(stored, 'Time', 'Tame') as blob)"
            " where type = 'StagePlanned'"
        )
        database.commit()
    if is_open:
        assert refused(tmp_path, "--port", "0").startswith("paddock: The log's stream ")
        return
    with organising(tmp_path) as organiser:
        assert organiser.http.get(f"{plan['path']}/view").json()["code"] == "log_damaged"
        assert organiser.post("/events", {"name": "Another"})["event_id"]
