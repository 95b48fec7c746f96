"""Setting a camera's line from race control: a real server, ``paddock node camera``, a browser."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hardware.virtual.world.gate_camera import GateCamera, GateCar, GateLight, GateView
from tests.e2e.browsing import page_url
from tests.faults.siege import MortalServer
from tests.hardware.camera_gate.scenes import MARKS, NS
from tests.hardware.cameras.videos import coloured, record_video
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import Organiser
from tests.waiting import PATIENCE_S, wait_until
from timing_server.launcher.processes import paddock_command

pytestmark = pytest.mark.e2e

VIEW = GateView(frame_rate_hz=30.0)


@dataclass(frozen=True)
class CameraStack:
    """A server and a camera that nobody has told where its line is."""

    url: str
    login_code: str
    organiser: Organiser
    line_file: Path


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[CameraStack]:
    data = tmp_path / "server"
    data.mkdir()
    _record(tmp_path / "line.avi")
    server = MortalServer(data, free_port())
    wait_until(server.is_answering, "the server")
    organiser = Organiser(server.url, data)
    camera = _camera(tmp_path, server.url.removesuffix("/api/v1"), organiser)
    try:
        wait_until(lambda: bool(organiser.get("/cameras")), "the camera to report")
        code = organiser.post("/codes", {"role": "organiser", "principal": "tower"})["code"]
        yield CameraStack(
            page_url(server.url), code, organiser, tmp_path / "node" / "line-finish.json"
        )
    finally:
        camera.terminate()
        camera.wait(PATIENCE_S)
        organiser.close()
        server.close()


def _record(path: Path) -> None:
    """Film a car that stands before the line."""
    camera = GateCamera(VIEW, MARKS, GateLight(), seed=3)
    frames = camera.frames((GateCar(7, 5 * NS, 500, 0.01),), 0, NS // 2)
    record_video(path, (coloured(frame.pixels) for frame in frames))


def _camera(folder: Path, url: str, organiser: Organiser) -> "subprocess.Popen[bytes]":
    config, token_file = folder / "paddock.toml", folder / "node.token"
    token_file.write_text(organiser.token("node", "node-finish"))
    config.write_text(f'[node]\ncameras = [{{ source = "file:{folder}/line.avi" }}]\n')
    node = (*paddock_command(), "node", "--config", str(config), "--data", str(folder / "node"))
    node = (*node, "--server", url, "--token-file", str(token_file), "camera")
    with (folder / "camera.log").open("ab") as log:
        return subprocess.Popen(node, stdout=log, stderr=log)


def test_the_line_is_set_in_race_control(stack: CameraStack, phone_page: Page) -> None:
    """It should show what the camera sees, take two taps as the line, and say that it is kept."""
    phone_page.goto(f"{stack.url}/control#code={stack.login_code}")
    expect(phone_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    phone_page.get_by_role("link", name="Devices").click()
    card = phone_page.get_by_test_id("cameras")
    expect(card).to_contain_text("the line isn't set")
    card.get_by_role("button", name="Set the line").click()
    picture = card.get_by_test_id("camera-picture")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    for share in (0.1, 0.9):
        phone_page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    card.get_by_role("button", name="Save the line").click()
    expect(card).not_to_contain_text("the line isn't set")
    expect(card.get_by_role("button", name="Picture and line")).to_be_visible()
    (left, right) = json.loads(stack.line_file.read_text())
    assert abs(left[0] - 0.1 * VIEW.width_px) < 4
    assert abs(right[0] - 0.9 * VIEW.width_px) < 4
    (camera,) = stack.organiser.get("/cameras")
    assert camera["health"]["line_px"] == [left, right]
