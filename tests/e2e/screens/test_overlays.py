"""The overlays for OBS: graphics on a clear ground, nothing false without contact, options."""

from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DRAWN
from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import entry_views, event_view, heat_view, standing_views
from tests.e2e.screens.opened_screen import NOW_US, open_screen
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import HeatView, RunView

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_999, 7_102_345)
NAMES = tuple(f"Driver {at}" for at in range(1, 13))
PATHS = ("/overlay/tower", "/overlay/lower-third", "/overlay/timer")


def heat(laps_us: tuple[int, ...] = LAPS_US, **changes: Any) -> HeatView:
    runs = {"e1": RunView(entry_id="e1", car_id="car-1")}
    whole = heat_view("running", laps_us, overall_us=min(laps_us, default=1))
    return whole.model_copy(update={"runs": runs, "lap_opened_us": NOW_US - 2_000_000, **changes})


def running(shown: HeatView | None = None, **changes: Any) -> EventView:
    """Return the document with twelve drivers in the standings, the first one on track."""
    standings = standing_views(tuple(7_102_345 + at * 213_000 for at in range(12)), provisional=1)
    parts = {"standings": standings, "overall_best_us": 7_102_345, **changes}
    return event_view("running", shown or heat(), entries=entry_views(NAMES), **parts)


def alpha_of(page: Page) -> np.ndarray[Any, Any]:
    """Return how opaque each pixel is where the browser has no ground of its own, as in OBS."""
    picture = np.frombuffer(page.screenshot(omit_background=True), dtype=np.uint8)
    decoded = cv2.imdecode(picture, cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    return np.asarray(decoded)[..., 3]


@pytest.mark.parametrize("path", PATHS)
def test_clear_ground(board_page: Page, feed: FeedServer, path: str) -> None:
    """It should be clear but for its graphics, without bars, buttons or links."""
    open_screen(board_page, feed, path, running())
    expect(board_page.locator("section")).to_be_visible()
    alpha = alpha_of(board_page)
    assert (alpha == 0).mean() > 0.8
    assert alpha.max() > 200
    assert board_page.locator("button, a, input").count() == 0
    fits = "document.documentElement.scrollHeight <= innerHeight"
    assert board_page.evaluate(fits)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_false_without_contact(board_page: Page, feed: FeedServer, path: str) -> None:
    """It should leave the picture when contact is lost, and come back by itself."""
    open_screen(board_page, feed, path, running())
    shown = board_page.locator("section")
    expect(shown).to_be_visible()
    feed.stop()
    expect(shown).to_be_hidden()
    assert alpha_of(board_page).max() == 0
    feed.start()
    expect(shown).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_to_say(board_page: Page, feed: FeedServer, path: str) -> None:
    """It should show nothing before there is anything, and then what there is."""
    open_screen(board_page, feed, path, event_view("idle"))
    expect(board_page.get_by_test_id("overlay")).to_have_count(1)
    assert alpha_of(board_page).max() == 0
    feed.show(running())
    expect(board_page.locator("section")).to_be_visible()


def test_the_tower(board_page: Page, feed: FeedServer) -> None:
    """It should show as many rows as asked, and in the last one who is on track below."""
    open_screen(board_page, feed, "/overlay/tower?rows=4", running())
    rows = board_page.locator("[data-entry]")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("7.102")
    expect(rows.nth(1)).to_contain_text("+0.213")
    expect(rows.last).to_contain_text("Driver 4")
    runs = {"e9": RunView(entry_id="e9")}
    feed.show(running(heat(entry_id="e9", runs=runs)))
    expect(rows.last).to_contain_text("Driver 9")
    expect(rows.last).to_contain_text("+1.704")


def test_options(board_page: Page, feed: FeedServer) -> None:
    """It should heed rows, size, gaps and language, and no nonsense."""
    address = "/overlay/tower?rows=-3&scale=0.5&gaps=leader&lang=es"
    open_screen(board_page, feed, address, running())
    expect(board_page.locator("[data-entry]")).to_have_count(1)
    expect(board_page.get_by_text("Manga 1")).to_be_visible()
    expect(board_page.locator(".tower__gap--interval")).to_have_count(0)
    board_page.evaluate(DRAWN)
    small_px = board_page.locator(".tower").bounding_box()
    board_page.goto(f"{feed.url}/overlay/tower?rows=many&scale=&gaps=leader")
    expect(board_page.locator("[data-entry]")).to_have_count(10)
    expect(board_page.get_by_text("Manga 1")).to_be_visible()  # the tab keeps its language
    board_page.evaluate(DRAWN)
    whole_px = board_page.locator(".tower").bounding_box()
    assert small_px is not None
    assert whole_px is not None
    assert small_px["width"] == pytest.approx(whole_px["width"] / 2, abs=1)


def test_the_lower_third(board_page: Page, feed: FeedServer) -> None:
    """It should name who is on track with number, car, best lap and gap; all where several race."""
    open_screen(board_page, feed, "/overlay/lower-third", running())
    third = board_page.locator(".third")
    expect(third).to_contain_text("Driver 1")
    expect(third).to_contain_text("Swift One")
    expect(board_page.get_by_test_id("best")).to_contain_text("7.102")
    expect(board_page.get_by_test_id("gap")).to_contain_text("P1 leads")
    runs = {
        "e1": RunView(entry_id="e1", place=1, best_us=7_102_345),
        "e2": RunView(entry_id="e2", place=2, gap_us=413_000),
    }
    feed.show(running(heat(runs=runs)))
    expect(third.get_by_role("listitem")).to_have_count(2)
    expect(third).to_contain_text("+0.413")
    feed.show(event_view("idle", heat(phase="finished", ended_us=1)))
    expect(third).to_be_hidden()


def test_the_timer(board_page: Page, feed: FeedServer) -> None:
    """It should run with the race clock, and show the last lap with what it was better by."""
    open_screen(board_page, feed, "/overlay/timer", running(heat(LAPS_US[:1])))
    expect(board_page.get_by_test_id("lap")).to_have_text("Lap 2")
    clock = board_page.get_by_test_id("clock")
    expect(clock).not_to_have_text("0.00")
    assert float(clock.inner_text()) >= 2.0
    feed.show(running())
    last = board_page.get_by_test_id("last-lap")
    expect(last).to_contain_text("7.102")
    expect(last).to_contain_text("−1.300")
    feed.show(running(heat(phase="finished", ended_us=NOW_US + 60_000_000, lap_opened_us=None)))
    expect(board_page.get_by_test_id("clock")).to_have_count(0)
    expect(last).to_contain_text("7.102")
