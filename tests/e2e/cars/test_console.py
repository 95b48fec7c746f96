"""The car's own page, in a real browser, over the real console and the real agent."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from car_agent.console.agent_line import AgentLine
from car_agent.console.errors import AgentAwayError
from car_agent.console.talk import AgentWord, Look
from hardware.calibration.file import DEFAULT, read_calibration, save_calibration
from tests.car_agent.onnx_models import light_seeker
from tests.e2e.accessibility import check_access
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.hardware.cameras.videos import light_on_the_left, record_video
from tests.network.loopback import free_port
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.e2e

#: The one name by which a car answers: its own, as mDNS gives it.
OWN_NAME = socket.gethostname().lower().removesuffix(".local") + ".local"
ROOT = Path(__file__).parents[3]


@dataclass
class Car:
    """A car and its console, each a process of its own."""

    agent: subprocess.Popen[str]
    console: subprocess.Popen[str]
    address: str
    line: AgentLine
    folder: Path
    tree: PwmTree

    def next_code(self) -> str:
        """Return the code that the console shows next: one at its start, one after each login."""
        assert self.console.stdout is not None
        found = re.search(r"type (\d{6})", self.console.stdout.readline())
        assert found is not None
        return found[1]

    def word(self) -> AgentWord:
        """Return the agent's own word, past the console."""
        word = self.line.ask(Look())[0].word
        assert word is not None
        return word

    def is_there(self) -> bool:
        """Say whether the agent has opened its door."""
        try:
            return self.word().frame_rate_hz > 0
        except AgentAwayError:
            return False


def started(folder: Path, *more: str) -> subprocess.Popen[str]:
    words = ["--car-id", "red"]
    words += ["--config", str(folder / "paddock.toml")]
    files = ["--token-file", str(folder / "red.token"), "--camera", f"file:{folder / 'v.avi'}"]
    return subprocess.Popen(
        [sys.executable, "-m", "timing_server", "car", *words, *files, *more],
        env={key: value for key, value in os.environ.items() if "PADDOCK" not in key}
        | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Car]:
    folder = tmp_path_factory.mktemp("car")
    record_video(folder / "v.avi", repeat(light_on_the_left((60, 160, 240)), 60))
    tree = PwmTree(folder / "pwm")
    save_calibration(DEFAULT, folder / "calibration.json")
    (folder / "paddock.toml").write_text(
        f"""
        [car]
        announces = false
        actuators = "pwm"
        model_folder = "{folder / "models"}"
        [car.wheels]
        pwm_root = "{tree.root}"
        calibration = "{folder / "calibration.json"}"
        """,
        encoding="utf-8",
    )
    (folder / "models").mkdir()
    light_seeker(folder / "models" / "seeker.onnx")
    light_seeker(folder / "brought.onnx")
    (folder / "broken.onnx").write_bytes(b"no model")
    port = free_port()
    agent = started(folder)
    console = started(folder, "console", "--host", "127.0.0.1", "--port", str(port))
    line = AgentLine(folder / "red.sock", patience_s=PATIENCE_S)
    try:
        found = Car(agent, console, f"http://{OWN_NAME}:{port}", line, folder, tree)
        wait_until(found.is_there)
        yield found
    finally:
        line.close()
        for process in (console, agent):
            process.kill()
            process.communicate()


def log_in(page: Page, car: Car) -> None:
    code = car.next_code()
    page.goto(car.address)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_test_id("facts")).to_be_visible()


def load(page: Page, file: str) -> None:
    """Choose a model; the car tries it for a moment or for seconds."""
    page.get_by_role("button", name=re.compile(f"^Load.*: {file}$")).click()


def drive_alone(page: Page, car: Car) -> None:
    """Let the model off until it drives.

    Whose page doesn't answer within a second stands, as it should: on a busy machine that happens
    by itself, and somebody presses again.
    """
    start = page.get_by_role("button", name="Start the model")

    def drives() -> bool:
        if start.is_visible() and start.is_enabled():
            start.click()
        return car.tree.throttle_ns() != DEFAULT.motor.mid_ns

    wait_until(drives, "the model to drive")


def is_driven(car: Car) -> bool:
    """Whether a hand drives it forward and to the left."""
    guard = car.word().guard
    return guard.throttle_frac > 0 and guard.steering_frac > 0


def held(page: Page) -> None:
    """Put a finger on the pad, left of its middle and above."""
    pad = page.get_by_test_id("hand-pad")
    pad.scroll_into_view_if_needed()
    pad.hover(position={"x": 80, "y": 40})
    page.mouse.down()


def stands(car: Car) -> Callable[[], bool]:
    return lambda: car.word().guard.throttle_frac == 0 and not car.word().is_by_hand


def test_whoever_read_the_code_sees_drives_and_stops(phone_page: Page, car: Car) -> None:
    """It should let in, show the picture, drive while held, stand when let go, stop and release."""
    page = phone_page
    log_in(page, car)
    picture = page.get_by_test_id("picture")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 320)
    expect(page.get_by_test_id("facts")).to_contain_text("no model is loaded yet")
    expect(page.get_by_test_id("facts")).to_contain_text("not paired")
    check_access(page)

    held(page)
    wait_until(lambda: is_driven(car))
    page.mouse.up()
    wait_until(stands(car))

    held(page)
    wait_until(lambda: is_driven(car))
    page.evaluate("window.dispatchEvent(new Event('blur'))")  # another window, a locked screen
    wait_until(stands(car))
    page.mouse.up()

    page.get_by_role("button", name="Emergency stop").click()
    expect(page.get_by_role("button", name="Release the stop")).to_be_visible()
    assert car.word().guard.e_stop == "the car's console"
    expect(page.get_by_test_id("hand-pad")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Release the stop").click()
    expect(page.get_by_role("button", name="Emergency stop")).to_be_visible()
    assert car.word().guard.e_stop is None

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    assert car.word().is_held
    page.get_by_role("button", name="Go on").click()


def test_loads_a_model_that_lies_on_the_car(phone_page: Page, car: Car) -> None:
    """It should say why one can't drive, and load one that can, brought from the phone or not."""
    page = phone_page
    log_in(page, car)
    bring = page.get_by_label("Bring one")
    bring.set_input_files([car.folder / "broken.onnx", car.folder / "brought.onnx"])
    expect(page.get_by_text("Choose one model")).to_be_visible()
    bring.set_input_files(car.folder / "broken.onnx")
    load(page, "broken.onnx")
    expect(page.get_by_text("Not loaded: ")).to_be_visible()
    assert car.word().model_key is None
    page.get_by_role("button", name="Delete: broken.onnx").click()
    expect(page.get_by_role("button", name="Load: broken.onnx")).to_be_hidden()
    bring.set_input_files(car.folder / "brought.onnx")
    load(page, "brought.onnx")
    wait_until(lambda: car.word().model_key == "folder/brought.onnx")
    expect(page.get_by_text("Loading brought.onnx")).to_be_hidden()
    load(page, "seeker.onnx")
    wait_until(lambda: car.word().model_key == "folder/seeker.onnx")
    expect(page.get_by_text("Not loaded: ")).to_be_hidden()
    expect(page.get_by_text("Loaded", exact=True)).to_be_visible()
    expect(page.get_by_test_id("facts")).to_contain_text(car.word().model_sha256[:12])
    assert car.word().model_key == "folder/seeker.onnx"


def test_the_model_drives_while_the_page_is_there(phone_page: Page, car: Car) -> None:
    """It should let the model off without a server, at a speed, and stop when the page goes."""
    page = phone_page
    log_in(page, car)
    if car.word().model_key is None:  # where this test runs alone
        load(page, "seeker.onnx")
    page.get_by_label("Speed").select_option("30")
    drive_alone(page, car)
    expect(page.get_by_test_id("facts")).to_contain_text("The model drives")
    expect(page.get_by_test_id("hand-pad")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Stop the model").click()
    wait_until(lambda: not car.word().is_alone and car.tree.throttle_ns() == DEFAULT.motor.mid_ns)

    drive_alone(page, car)
    page.context.set_offline(offline=True)  # the phone leaves the Wi-Fi
    wait_until(lambda: not car.word().is_alone and car.tree.throttle_ns() == DEFAULT.motor.mid_ns)
    page.context.set_offline(offline=False)
    expect(page.get_by_text("It was ended")).to_be_visible()
    assert not car.word().is_alone


def test_calibrates_with_the_wheels_up(phone_page: Page, car: Car) -> None:
    """It should ask for the wheels first, show each step on the car, and save at the end."""
    page = phone_page
    log_in(page, car)
    begin = page.get_by_role("button", name="Begin")
    expect(begin).to_be_disabled()
    page.get_by_label("All wheels are off the ground").check()
    begin.click()
    expect(page.get_by_text("Step 1 of 6")).to_be_visible()
    page.get_by_role("button", name="+50").click()
    expect(page.get_by_test_id("pulse")).to_have_text("1500 µs")
    wait_until(lambda: car.tree.steering_ns() == 1_500_000)
    for number in range(2, 7):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text(f"Step {number} of 6")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The car drives by it")).to_be_visible()
    saved = read_calibration(car.folder / "calibration.json")
    assert saved == DEFAULT.with_servo(mid_ns=1_500_000)


def test_goes_on_without_the_agent(phone_page: Page, car: Car) -> None:
    """It should say that the agent is gone, and still set the emergency stop. The last test."""
    page = phone_page
    log_in(page, car)
    car.agent.kill()
    expect(page.get_by_text("The car's agent doesn't run")).to_be_visible()
    page.get_by_role("button", name="Emergency stop").click()
    expect(page.get_by_role("button", name="Release the stop")).to_be_visible()
