"""Start lights and buttons over real processes: a server, and a node on telling mock pins."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack
from tests.waiting import PATIENCE_S
from timing_server.launcher.credentials import provide_token, token_file

pytestmark = pytest.mark.e2e

LAMPS = (5, 6, 13, 19, 26)
GREEN, BEAM, E_STOP, HAND, JUDGE, PUT_BACK = 16, 17, 22, 23, 24, 25
CONFIG = """
[node]
server_url = "{url}"
name = "node-finish"
data_dir = "{data}"
token_file = "{token}"

[node.start_lights]
lamps = [5, 6, 13, 19, 26]
green = 16
buzzer = 20

[[node.buttons]]
button = "stop-left"
role = "e_stop"
pin = 22

[[node.buttons]]
button = "hand"
role = "manual_gate"
pin = 23

[[node.buttons]]
button = "judge-left"
role = "judge_off_track"
pin = 24

[[node.buttons]]
button = "put-back"
role = "judge_reset"
pin = 25
"""


class SignalNode:
    """The node's process; ``switched`` holds (pin, level, mono_ns) in order."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        tokens = folder / "tokens"
        provide_token(stack.api, tokens, "node-finish", "node")
        token = token_file(tokens, "node-finish")
        config = folder / "node.toml"
        config.write_text(CONFIG.format(url=stack.url, data=folder / "node", token=token))
        self.switched: list[tuple[int, int, int]] = []
        self._is_ready = threading.Event()
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        log = folder / "logs" / "signal_node.log"
        with log.open("w") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.devices.signal_node"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
                env={**os.environ, "PADDOCK_CONFIG": str(config)},
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        assert self._is_ready.wait(PATIENCE_S), log.read_text()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
            if "pin" in told:
                number = int(str(told["pin"]).removeprefix("GPIO"))
                self.switched.append((number, told["level"], told["mono_ns"]))
            if "ready" in told:
                self._is_ready.set()
            self._news.put(None)

    def drive(self, pin: int, level: int) -> None:
        """Drive a pin as a wire would."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pin} {level}\n")
        self._process.stdin.flush()

    def trip(self) -> None:
        """Break the beam and clear it."""
        self.drive(BEAM, 0)
        self.drive(BEAM, 1)

    def press(self, pin: int) -> None:
        """Press a button and let it go."""
        self.drive(pin, 0)
        self.drive(pin, 1)

    def lit(self) -> set[int]:
        """Return which pins are high now."""
        levels = {pin: level for pin, level, _ in self.switched}
        return {pin for pin, level in levels.items() if level}

    def has_shone(self, pin: int) -> bool:
        """Whether a pin was high at any time."""
        return any(number == pin and level for number, level, _ in self.switched)

    def until(self, is_met: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Wait for the node to switch something."""
        deadline_s = time.monotonic() + patience_s
        while not is_met():
            left_s = deadline_s - time.monotonic()
            assert left_s > 0, f"waited in vain for {what}; {self.switched}"
            try:
                self._news.get(timeout=min(left_s, 1))
            except queue.Empty:
                continue

    def close(self) -> None:
        """End it politely."""
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def node(stack: Stack, tmp_path: Path) -> Iterator[SignalNode]:
    running = SignalNode(stack, tmp_path)
    yield running
    running.close()


def to_the_line(stack: Stack) -> tuple[str, str]:
    """Call a heat that is started by lights; return the event's path and the heat's."""
    event_id, heat_id = stack.plan_heat("Neon Falcon", start_mode="lights")
    path = f"/events/{event_id}"
    stack.api.post(f"{path}/next")
    return path, f"{path}/heats/{heat_id}"


def test_lamps_follow_a_start_by_lights(stack: Stack, node: SignalNode, phone_page: Page) -> None:
    """It should light five reds one by one, put all out at once, and ask about the false start."""
    _, heat = to_the_line(stack)
    stack.api.post(f"{heat}/start", {"hold_ms": 1000})
    # At the first red, seconds before the go: a busy machine may be late, and not that late.
    node.until(lambda: node.has_shone(LAMPS[0]), "the first red")
    node.trip()
    node.until(lambda: node.has_shone(GREEN), "the go")
    assert [pin for pin, level, _ in node.switched if pin in LAMPS and level] == list(LAMPS)
    node.until(lambda: node.lit().isdisjoint(LAMPS), "reds out")
    node.trip()
    sheet_path = f"{heat}/sheet"
    stack.watch.until(
        lambda: (
            stack.api.get(sheet_path)["runs"][0]["reaction_us"] is None
            and len(stack.api.get(sheet_path)["passes"]) == 2
        ),
        30,
        "both passes",
    )
    sheet = stack.api.get(sheet_path)
    assert [each["verdict"] for each in sheet["passes"]] == ["false_start", "counted"]
    (early,) = sheet["runs"][0]["false_starts"]
    assert early["early_us"] > 0
    stack.log_in(phone_page, "/control?lang=en")
    card = phone_page.get_by_test_id("false-starts")
    expect(card).to_contain_text("before the go")
    card.get_by_role("button", name="Dismiss").click()
    expect(card).to_have_count(0)
    run = stack.api.get(sheet_path)["runs"][0]
    assert run["reaction_us"] > 0
    # One node, one clock: what is left is half of the time that switching five pins took, which was
    # begun after the last red came on and done before the green.
    on_ns = {pin: mono_ns for pin, level, mono_ns in node.switched if level}
    assert 0 < run["reaction_bound_us"] <= (on_ns[GREEN] - on_ns[LAMPS[-1]]) / 1000


def test_a_start_that_is_broken_off(stack: Stack, node: SignalNode) -> None:
    """It should put the reds out when the start is stopped, and never show green."""
    _, heat = to_the_line(stack)
    stack.api.post(f"{heat}/start", {"hold_ms": 3000})
    node.until(lambda: len(node.lit() & set(LAMPS)) >= 2, "two reds")
    stack.api.post(f"{heat}/stop")
    node.until(lambda: not node.lit() & set(LAMPS), "reds out")
    assert GREEN not in {pin for pin, _, _ in node.switched}


def test_a_button_stops_the_heat(stack: Stack, node: SignalNode, phone_page: Page) -> None:
    """It should pause the heat, say so on control and board, and wait for a person."""
    event_id, heat_id = stack.plan_heat("Neon Falcon")
    heat = f"/events/{event_id}/heats/{heat_id}"
    stack.api.post(f"/events/{event_id}/next")
    stack.api.post(f"{heat}/start")
    stack.log_in(phone_page, "/control?lang=en")
    node.press(HAND)
    stack.watch.until(lambda: len(stack.api.get(f"{heat}/sheet")["passes"]) == 1, 30, "the hand")
    (by_hand,) = stack.api.get(f"{heat}/sheet")["passes"]
    assert by_hand["bound_us"] >= 150_000
    node.drive(E_STOP, 0)
    banner = phone_page.get_by_test_id("stop")
    expect(banner).to_contain_text("Button stop-left (node-finish) is pressed.")
    expect(banner.get_by_role("button", name="Lift the stop")).to_be_disabled()
    assert stack.api.get(f"{heat}/sheet")["phase"] == "paused"
    node.drive(E_STOP, 1)
    banner.get_by_role("button", name="Lift the stop").click()
    expect(banner).to_have_count(0)
    phone_page.get_by_role("button", name="Resume").click()
    stack.watch.until(
        lambda: stack.api.get(f"{heat}/sheet")["phase"] == "running", 30, "the heat to go on"
    )
    node.drive(E_STOP, 0)
    phone_page.goto(f"{stack.page_url}/?lang=en")
    expect(phone_page.get_by_test_id("stop")).to_contain_text("Emergency stop")


def test_a_judge_marks_the_run(stack: Stack, node: SignalNode, phone_page: Page) -> None:
    """It should mark the only car at once, and ask a marshal where two are on track."""
    event_id, heat_id = stack.plan_heat("Neon Falcon", cars_max=2)
    event = f"/events/{event_id}"
    stack.api.post(f"{event}/next")
    stack.api.post(f"{event}/heats/{heat_id}/start")
    stack.log_in(phone_page, "/control?lang=en")
    node.press(JUDGE)
    ruling = phone_page.locator("[data-ruling]")
    expect(ruling).to_contain_text("Off track")
    expect(ruling).to_contain_text("node:node-finish/judge-left")
    stack.api.post(f"{event}/heats/{heat_id}/stop")
    second_id = plan_shared(stack, event)
    stack.api.post(f"{event}/next", {"heat_id": second_id})
    stack.api.post(f"{event}/heats/{second_id}/start")
    node.press(PUT_BACK)
    card = phone_page.get_by_test_id("judge-calls")
    expect(card).to_contain_text("Button put-back (node-finish)")
    if folder := os.environ.get("PADDOCK_SHOTS"):
        phone_page.screenshot(path=f"{folder}/judge-phone.png")
        phone_page.set_viewport_size({"width": 1920, "height": 1080})
        phone_page.screenshot(path=f"{folder}/judge-wide.png")
        phone_page.set_viewport_size({"width": 390, "height": 844})
    card.get_by_role("button", name="Turbo Otter").click()
    expect(card).to_have_count(0)
    (marked,) = [
        run["entry_id"]
        for run in stack.api.get(f"{event}/heats/{second_id}/sheet")["runs"]
        if run["resets"]
    ]
    assert marked == stack.api.get(f"{event}/heats/{second_id}/sheet")["runs"][1]["entry_id"]


def plan_shared(stack: Stack, event: str) -> str:
    """Plan a heat of the first entry and a second; returns its id."""
    driver = stack.api.post("/drivers", {"name": "Turbo Otter", "colour": "#f97316"})
    second = stack.api.post(f"{event}/entries", {"driver_ids": [driver["driver_id"]]})
    (stage_id,) = {each["stage_id"] for each in stack.api.get(f"{event}/stages")}
    first = next(
        each["entry_id"]
        for each in stack.api.get(f"{event}/entries")
        if each["entry_id"] != second["entry_id"]
    )
    body = {"stage_id": stage_id, "entry_ids": [first, second["entry_id"]]}
    heat_id: str = stack.api.post(f"{event}/heats", body)["heat_id"]
    return heat_id
