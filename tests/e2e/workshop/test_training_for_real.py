"""A first-timer at an empty server: from nothing to a model that laps, in the browser alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import PATIENCE_S, Organiser

pytestmark = [pytest.mark.e2e, pytest.mark.train, pytest.mark.timeout(1800)]

#: Some minutes on two cores that are free; this is for those that are not.
TRAINING_MS = 1_500_000
SLOW = "def reward_function(params):\n    return 1.0 - params['distance_from_center']\n"


class Server:
    """`paddock serve` in a process of its own, as people start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api/v1"
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server, and return once it answers."""
        where = ("--host", "127.0.0.1", "--port", str(self.port), "--data", str(self.folder))
        process = subprocess.Popen(
            [sys.executable, "-m", "timing_server", "serve", *where],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PADDOCK_SERVER_ANNOUNCES": "false"},
        )
        deadline_s = time.monotonic() + PATIENCE_S
        while not (self.folder / "server.json").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        return process

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        (self.folder / "server.json").unlink()

    def trainers(self) -> list[psutil.Process]:
        """Return the processes that train for it."""
        wanted = str(self.folder / "trainings")
        found = []
        for each in psutil.process_iter(["cmdline"]):
            line = each.info["cmdline"] or []
            if "train" in line and any(wanted in part for part in line):
                found.append(each)
        return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "server")
    yield made
    made.process.terminate()
    made.process.wait()


def test_a_first_timer_gets_to_a_model_that_laps(server: Server, laptop_page: Page) -> None:
    """It should take one code and one press from an empty library to ten clean laps of ten."""
    page = laptop_page
    page.goto(f"{page_url(server.url)}/train")
    code = (server.folder / "setup-code").read_text().strip()
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("img", name="What the practising car sees")).to_be_visible(
        timeout=TRAINING_MS
    )
    ending = page.get_by_test_id("ending")
    expect(ending).to_contain_text("It laps: 10 of 10 clean laps.", timeout=TRAINING_MS)
    ending.get_by_test_id("to-model").click()
    expect(page.get_by_role("heading", name="Close to the centre line · Demo")).to_be_visible()
    assert not server.trainers()


def test_a_training_survives_that_its_server_is_killed(server: Server) -> None:
    """It should end with the server whatever ends that, and go on from its last round."""
    organiser = Organiser(server.url, server.folder)
    body = {"name": "Survivor", "source": SLOW, "max_minutes": 60}
    training_id = organiser.post("/workshop/trainings", body)["training_id"]
    path = f"/workshop/trainings/{training_id}"

    def until_steps(wanted: int) -> Any:
        deadline_s = time.monotonic() + TRAINING_MS / 1000
        while (found := organiser.get(path))["steps"] < wanted:
            assert found["state"] in {"waiting", "running"}, json.dumps(found)
            assert time.monotonic() < deadline_s
            time.sleep(0.5)
        return found

    until_steps(2048)
    (trainer,) = server.trainers()
    children = trainer.children(recursive=True)
    assert children, "reward functions run in processes of their own"
    server.kill()
    _, alive = psutil.wait_procs([trainer, *children], timeout=PATIENCE_S)
    assert not alive
    server.process = server.start()
    found = until_steps(4096)
    kinds = [line["steps"] for line in found["progress"] if line["kind"] == "round"]
    assert kinds[:2] == [0, 2048]
    assert 4096 in kinds
    assert any("Going on after 2,048 steps" in str(line) for line in found["progress"])
    organiser.close()
