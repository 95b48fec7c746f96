"""Pages that were cut off, frozen or asleep show exactly what the server has, by its clock."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import PAGE_HOST, PHONE, PROJECTOR, page_url, watched_page
from tests.e2e.stack import Stack
from tests.network.sleeping_link import SleepingLink
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.e2e

DRIVER = "Turbo Tester"
DEAD_TIME_S = 0.01
#: Longer than a page waits for a sign of life before it opens another stream.
ASLEEP_MS = 3_600_000
AGREED_US = 50_000

#: What the page holds, and the server's document made whole as the page does it.
HELD = """async (wire) => {
  const { completeView } = await import("/static/live_document.js");
  const { feed } = document.body.firstElementChild;
  const sorted = (value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
      : Array.isArray(value) ? value.map(sorted) : value;
  const told = [completeView(wire), feed.view].map((view) => JSON.stringify(sorted(view)));
  return { seq: feed.seq, isSame: told[0] === told[1] };
}"""

#: How far the race clock of the page lies from the machine's, in microseconds; and the same as the
#: lap clock shows it, read as its text changes.
CLOCKS = """async () => {
  const { feed } = document.body.firstElementChild;
  const machineUs = () => (performance.timeOrigin + performance.now()) * 1000;
  const clock = document.querySelector("[data-testid=lap-clock] [role=timer]");
  await new Promise((done) => new MutationObserver((_, observer) => {
    observer.disconnect();
    done();
  }).observe(clock, { childList: true, characterData: true, subtree: true }));
  const atUs = machineUs();
  const [seconds, minutes = 0] = clock.textContent.split(":").reverse();
  const shownUs = (Number(minutes) * 60 + Number(seconds)) * 1e6 + feed.view.heat.lap_opened_us;
  return { toldUs: feed.raceNowUs() - machineUs(), shownUs: shownUs - atUs };
}"""


class Race:
    """A heat under way whose passes a marshal enters."""

    def __init__(self, stack: Stack) -> None:
        self.api = stack.api
        self.rest = stack.watch.rest
        event_id, heat_id = stack.plan_heat(DRIVER, dead_time_s=DEAD_TIME_S)
        self.path = f"/events/{event_id}"
        self.heat_path = f"{self.path}/heats/{heat_id}"
        self.api.post(f"{self.path}/next")
        self.api.post(f"{self.heat_path}/start")
        self.cross()

    def cross(self) -> None:
        self.rest(2 * DEAD_TIME_S)
        self.api.post(f"{self.heat_path}/passes", {"reason": "seen"})

    def is_held_by(self, page: Page) -> bool:
        """Say whether a page holds the server's document, to the last key."""
        there = self.api.get(f"{self.path}/view")
        held = page.evaluate(HELD, there["view"])
        return bool(held["isSame"] and held["seq"] == there["seq"])


def until(is_so: Callable[[], bool], page: Page, what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s, what
        page.wait_for_timeout(50)


def laps(page: Page) -> Any:
    return page.get_by_test_id("laps").get_by_role("listitem")


def open_board(page: Page, url: str) -> None:
    page.goto(f"{url}/?lang=en")
    expect(page.get_by_test_id("driver")).to_have_text(DRIVER)
    page.evaluate("window.isTheSamePage = true")


def test_a_page_outlives_the_server(stack: Stack, board_page: Page) -> None:
    """It should say that nobody answers, and go on by itself once the server is back."""
    race = Race(stack)
    race.cross()
    open_board(board_page, stack.page_url)
    expect(laps(board_page)).to_have_count(1)
    stack.close_here()
    expect(board_page.get_by_test_id("no-contact")).to_be_visible()
    stack.serve_here()
    race.cross()
    expect(laps(board_page)).to_have_count(2)
    expect(board_page.get_by_test_id("no-contact")).to_be_hidden()
    until(lambda: race.is_held_by(board_page), board_page, "the server's document")
    assert board_page.evaluate("window.isTheSamePage")


def test_a_page_wakes_up_with_a_dead_connection(stack: Stack, board_page: Page) -> None:
    """It should give up a stream that died while the laptop slept, and show what it missed."""
    race = Race(stack)
    link = SleepingLink(stack.port)
    try:
        board_page.clock.install()
        open_board(board_page, f"http://{PAGE_HOST}:{link.port}")
        link.sleep()
        race.cross()
        race.cross()
        board_page.clock.fast_forward(ASLEEP_MS)
        expect(laps(board_page)).to_have_count(2)
        expect(board_page.get_by_test_id("no-contact")).to_be_hidden()
        until(lambda: race.is_held_by(board_page), board_page, "the server's document")
        told_us = board_page.evaluate("document.body.firstElementChild.feed.raceNowUs()")
        there_us = race.api.get("/clock")["race_ns"] // 1000
        assert there_us - PATIENCE_S * 1_000_000 < told_us <= there_us
        assert board_page.evaluate("window.isTheSamePage")
    finally:
        link.close()


def test_a_frozen_page_thaws(stack: Stack, board_page: Page) -> None:
    """It should take up what came while nothing of the page ran, once and in order."""
    race = Race(stack)
    open_board(board_page, stack.page_url)
    browser = board_page.context.new_cdp_session(board_page)
    frozen: list[object] = []

    def note(event: dict[str, Any]) -> None:
        frozen.append(event["reason"])

    browser.on("Debugger.paused", note)
    browser.send("Debugger.enable")
    browser.send("Debugger.pause")
    until(lambda: bool(frozen), board_page, "the page to stand still")
    race.cross()
    race.cross()
    browser.send("Debugger.resume")
    browser.detach()
    expect(laps(board_page)).to_have_count(2)
    until(lambda: race.is_held_by(board_page), board_page, "the server's document")
    assert board_page.evaluate("window.isTheSamePage")


def test_two_screens_agree(stack: Stack, browser: Browser) -> None:
    """It should show one time on both, within 50 ms of each other and of the server."""
    race = Race(stack)
    with watched_page(browser, PROJECTOR) as one, watched_page(browser, PHONE) as other:
        open_board(one, stack.page_url)
        # Its own calendar is wrong by a day: the race clock knows none.
        other.add_init_script("Date.now = ((now) => () => now() + 86_400_000)(Date.now)")
        open_board(other, stack.page_url)

        def server_us() -> int:
            """Return how far the server's race clock lies from the machine's."""
            before_s = time.time()
            race_us = int(race.api.get("/clock")["race_ns"]) // 1000
            return race_us - round((before_s + time.time()) / 2 * 1_000_000)

        def agree() -> bool:
            told = [page.evaluate(CLOCKS) for page in (one, other)]
            clocks = [server_us(), *(each[key] for each in told for key in ("toldUs", "shownUs"))]
            return bool(max(clocks) - min(clocks) <= AGREED_US)

        until(agree, one, "both screens to be within 50 ms of the server")


@pytest.mark.parametrize("name", ["paddock.local", "PADDOCK.local", PAGE_HOST])
def test_a_venue_is_reached_by_its_name(stack: Stack, phone_page: Page, name: str) -> None:
    """It should let in, and take a ruling from, a browser that came by a name of the network."""
    race = Race(stack)
    code = stack.api.post("/codes", {"role": "marshal", "principal": "flag"})["code"]
    site = page_url(stack.url).replace(PAGE_HOST, name)
    phone_page.goto(f"{site}/control?lang=en#code={code}")
    expect(phone_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    phone_page.get_by_role("button", name="Manual pass").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Pass entered.")
    phone_page.reload()
    expect(phone_page.get_by_role("button", name="Log out")).to_be_visible()
    assert len(race.api.get(f"{race.path}/passes")) == 2
