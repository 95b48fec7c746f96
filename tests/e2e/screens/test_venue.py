"""The venue's cards in race control and what screens show of them, with real servers."""

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.timing_server.at_the_track.commands import program
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until
from timing_server.launcher.processes import paddock_command

pytestmark = pytest.mark.e2e
SSID, PASSPHRASE = 'Pit;Lane "5"', r"a\b:c,d;e-42"


def base_of(organiser: Organiser) -> str:
    return page_url(organiser.url)


def open_devices(page: Page, organiser: Organiser) -> None:
    """Sign the browser in and open the tab."""
    body = {"role": "organiser", "principal": "race-office"}
    code = organiser.post("/codes", body)["code"]
    page.goto(f"{base_of(organiser)}/control#code={code}")
    expect(page.get_by_role("link", name="Devices")).to_be_visible()
    page.get_by_role("link", name="Devices").click()


def codes_in(page: Page) -> set[str]:
    """Decode every QR code that a person's camera would find on the screen."""
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(picture)
    return set(texts)


def test_the_wifi_is_shown_once_the_organiser_says_so(
    phone_page: Page, board_page: Page, organiser: Organiser
) -> None:
    """It should show both codes on the board, readable by a camera, until they are hidden."""
    organiser.plan()
    board_page.set_viewport_size({"width": 1920, "height": 1080})
    board_page.goto(f"{base_of(organiser)}/")
    expect(board_page.locator(".hero")).to_be_visible()
    assert organiser.http.get("/venue/wifi/qr.svg").status_code == 404
    open_devices(phone_page, organiser)
    card = phone_page.get_by_test_id("wifi-card")
    card.get_by_label("Name of the network").fill(SSID)
    card.get_by_label("Passphrase").fill(PASSPHRASE)
    assert board_page.get_by_test_id("ways-in").count() == 0
    card.get_by_role("button", name="Show it to the public").click()
    expect(board_page.get_by_test_id("ways-in")).to_be_visible()
    drawn = "(codes) => Promise.all(codes.map((each) => each.decode()))"
    board_page.locator(".ways__qr").evaluate_all(drawn)
    wifi = r"WIFI:T:WPA;S:Pit\;Lane \"5\";P:a\\b\:c\,d\;e-42;;"
    assert codes_in(board_page) == {wifi, f"{base_of(organiser)}/"}
    expect(board_page.get_by_test_id("ways-in")).to_contain_text(PASSPHRASE)
    organiser.start_next({"path": f"/events/{organiser.get('/events/active')['event_id']}"})
    expect(board_page.get_by_test_id("wifi-strip")).to_contain_text(PASSPHRASE)
    card.get_by_role("button", name="Stop showing it").click()
    expect(board_page.get_by_test_id("wifi-strip")).to_have_count(0)
    assert organiser.get("/venue/notice")["wifi"] is None


def test_a_wrong_clock_is_noticed_and_set(phone_page: Page, organiser: Organiser) -> None:
    """It should say on any tab that the clocks differ, show both, and be silent once it is set."""
    organiser.plan()
    wrong = {"now_utc": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert organiser.http.put("/clock/wall", json=wrong).is_success
    open_devices(phone_page, organiser)
    phone_page.get_by_role("link", name="Race", exact=True).click()
    card = phone_page.get_by_test_id("clock-card")
    expect(card).to_contain_text("The server's clock is wrong")
    card.get_by_role("button", name="Set it to this device's time").click()
    expect(card).to_have_count(0)
    read = datetime.fromisoformat(organiser.get("/clock/wall")["wall_utc"])
    assert abs(read - datetime.now(UTC)) < timedelta(minutes=1)


class KeptServer:
    """A real server that may end its machine, on which ``systemctl`` is the test's own."""

    def __init__(self, folder: Path, answer: str) -> None:
        self.data, self.asked = folder / "data", folder / "asked"
        script = f'echo "$@" >> {self.asked}; {answer}'
        tools = program(folder / "bin", "systemctl", script).parent
        self.process = subprocess.Popen(
            [
                *(*paddock_command(), "serve", "--data", str(self.data)),
                *("--host", "127.0.0.1", "--port", "0"),
            ],
            stdout=subprocess.DEVNULL,
            env=os.environ
            | {"PATH": f"{tools}:{os.environ['PATH']}", "PADDOCK_SERVER_KEEPS_MACHINE": "true"},
        )
        wait_until((self.data / "server.json").exists, "the server")
        found = re.search(r'"url": "([^"]+)"', (self.data / "server.json").read_text())
        assert found is not None
        self.organiser = Organiser(f"{found[1]}/api/v1", self.data)

    def is_asked(self) -> bool:
        """Whether the machine was asked for something, to the end of the sentence."""
        return self.asked.exists() and self.asked.read_text().endswith("\n")

    def close(self) -> None:
        """End it."""
        self.organiser.close()
        self.process.kill()
        self.process.wait()


@pytest.mark.parametrize("answer", ["exit 0", "echo 'Access denied' >&2; exit 1"])
def test_the_machine_goes_down_in_order(
    phone_page: Page, board_page: Page, tmp_path: Path, answer: str
) -> None:
    """It should ask twice, and with cars out a third time; tell screens; back up; then go."""
    server = KeptServer(tmp_path, answer)
    organiser = server.organiser
    try:
        organiser.start_next(organiser.plan())
        board_page.goto(f"{base_of(organiser)}/")
        expect(board_page.locator(".hero")).to_be_visible()
        open_devices(phone_page, organiser)
        card = phone_page.get_by_test_id("machine-card")
        card.get_by_role("button", name="Switch off").click()
        card.get_by_role("button", name="Switch off").click()
        expect(phone_page.locator("page-notice")).to_contain_text("on track: stop it first")
        assert not server.asked.exists()
        card.get_by_label("I give this heat up").check()
        card.get_by_role("button", name="Switch off").click()
        if answer == "exit 0":
            words = "The timing machine is going down"
            expect(board_page.get_by_test_id("going-down")).to_have_text(words)
            expect(phone_page.get_by_test_id("going-down")).to_have_text(words)
        else:
            expect(phone_page.locator("page-notice")).to_contain_text("refuses to go down")
            expect(board_page.get_by_test_id("going-down")).to_have_count(0)
        # Screens are told first; then a last backup is taken.
        wait_until(server.is_asked, "the machine to be asked")
        assert server.asked.read_text().split() == ["--no-ask-password", "poweroff"]
        names = [each["name"] for each in organiser.get("/backups")["backups"]]
        assert any("before-shutdown" in name for name in names)
        assert (server.data / "paddock.sqlite3-wal").stat().st_size == 0
        last = organiser.get("/venue/machine")
        assert (last["last_actor"], last["last_verb"]) == ("race-office", "poweroff")
    finally:
        server.close()


def test_a_machine_that_isnt_ours(phone_page: Page, organiser: Organiser) -> None:
    """It should say what to do where nobody gave the machine to the server."""
    open_devices(phone_page, organiser)
    card = phone_page.get_by_test_id("machine-card")
    expect(card).to_contain_text("sudo paddock venue install")
    assert card.get_by_role("button").count() == 0
    body = {"verb": "reboot"}
    assert organiser.refusal("/venue/machine/down", body)["code"] == "machine_not_kept"
