"""The board on screens of every size, with as much on it as there may be."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.board.test_delta import reference
from tests.e2e.browsing import DRAWN
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board
from tests.e2e.race_views import (
    T0_US,
    entry_views,
    event_view,
    heat_view,
    standing_views,
)
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import RunView
from timing_server.contract.race.measures import SectorView

pytestmark = pytest.mark.e2e

#: Texts that end beyond the right edge of what clips them.
BEYOND_RIGHT = """() => [...document.querySelectorAll('.digits, .label, .plate, .button, h1, h2')]
  .filter((element) => element.checkVisibility() && element.getClientRects().length > 0)
  .filter((element) => {
    const clip = (element.closest('.hero, .panel, .podium, .footer, .header')
      ?? document.documentElement).getBoundingClientRect();
    return element.getBoundingClientRect().right > clip.right + 1;
  })
  .map((element) => `${element.className}: ${element.textContent.trim().slice(0, 30)}`)"""

#: Texts that stick out of the screen or of the box that clips them.
OUTSIDE = """() => [...document.querySelectorAll(
    '.digits, .label, .plate, .panel__title, .legend, .button, .hero__title, h1')]
  .filter((element) => element.checkVisibility() && element.getClientRects().length > 0)
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const clip = (element.closest('.hero, .panel, .podium, .footer, .header')
      ?? document.documentElement).getBoundingClientRect();
    return box.left < clip.left - 1 || box.right > clip.right + 1
      || box.top < clip.top - 1 || box.bottom > clip.bottom + 1
      || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  })
  .map((element) => `${element.className}: ${element.textContent.trim().slice(0, 30)}`)"""


SIZES = ((1920, 1080), (1280, 720), (3840, 2160))
FULL = tuple(f"Bartholomew Understeer the Extraordinary {at}"[:40] for at in range(12))


def full_views() -> list[tuple[str, EventView]]:
    """Return each scene with as much on it as there may be."""
    bests_us = tuple(7_102_345 + at * 233_000 for at in range(12))
    parts: dict[str, Any] = {
        "entries": entry_views(FULL),
        "standings": standing_views(bests_us, provisional=2),
    }
    laps_us = (*LAPS_US, *(7_300_000 + at for at in range(9)))
    return [
        ("idle", event_view("idle", **parts)),
        ("called", event_view("called", heat_view("called"), **parts)),
        ("running", event_view("running", heat_view("running", laps_us), **parts)),
        ("result", event_view("result", heat_view("finished", laps_us), **parts)),
        ("podium", event_view("podium", heat_view("finished", laps_us), **parts)),
    ]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_cut_off(board_page: Page, feed: FeedServer, size: tuple[int, int]) -> None:
    """It should fit each scene on one screen, full of long names, without scrolling."""
    board_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_board(board_page, feed, event_view("idle"))
    for scene, view in full_views():
        feed.show(view)
        expect(board_page.locator(".board")).to_have_attribute("data-scene", scene)
        board_page.evaluate(DRAWN)
        outside = board_page.evaluate(OUTSIDE)
        assert outside == [], scene


def test_phone_scrolls_down_only(phone_page: Page, feed: FeedServer) -> None:
    """It should flow into one column on a phone, with nothing beyond its right edge."""
    open_board(phone_page, feed, event_view("idle"))
    for scene, view in full_views():
        feed.show(view)
        expect(phone_page.locator(".board")).to_have_attribute("data-scene", scene)
        phone_page.evaluate(DRAWN)
        assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), scene
        assert phone_page.evaluate(BEYOND_RIGHT) == [], scene


@pytest.mark.parametrize("size", [*SIZES, (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_pictures_of_drivers_leave_room(
    board_page: Page, feed: FeedServer, size: tuple[int, int]
) -> None:
    """It should show faces on track and on the podium, push nothing out, and draw none without."""
    board_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_board(board_page, feed, event_view("idle"))
    outside = OUTSIDE if size[0] > 900 else BEYOND_RIGHT
    faces = board_page.get_by_test_id("face")
    for scene, view in full_views():
        for picture, count in (
            (None, 0),
            ("/drivers/d/picture?v=1", 3 if scene == "podium" else 1),
        ):
            entries = {
                key: each.model_copy(update={"picture": picture})
                for key, each in view.entries.items()
            }
            feed.show(view.model_copy(update={"entries": entries}))
            expect(board_page.locator(".board")).to_have_attribute("data-scene", scene)
            expect(faces).to_have_count(0 if scene == "idle" else count)
            board_page.evaluate(DRAWN)
            assert board_page.evaluate(outside) == [], scene


@pytest.mark.parametrize("size", [*SIZES, (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_eight_cars_at_once_fit(board_page: Page, feed: FeedServer, size: tuple[int, int]) -> None:
    """It should show every car of a heat with its sectors, and in which part of the lap it is."""
    board_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_board(board_page, feed, event_view("idle"))
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()
    runs = {
        f"e{at}": RunView(
            entry_id=f"e{at}",
            place=at,
            gap_us=at * 812_000,
            laps=9,
            best_us=7_102_345,
            lap_opened_us=T0_US,
            penalty_us=5_000_000,
            sectors=(SectorView(first=1, last=1 + at % 2, duration_us=2_500_000),),
        )
        for at in range(1, 9)
    }
    heat = heat_view("running", LAPS_US).model_copy(update={"runs": runs})
    rivals = {each: reference(each, 2_377_000, 4_720_000) for each in runs}
    feed.show(event_view("running", heat, entries=entry_views(FULL), references=rivals))
    rows = board_page.get_by_test_id("field").get_by_role("listitem")
    expect(rows.first).to_contain_text("+5.000 pen.")
    expect(rows.locator(".field-list__name")).to_have_count(8)
    expect(rows.get_by_test_id("delta-own")).to_have_count(8)
    expect(board_page.get_by_test_id("sector-map").locator(".plate")).to_have_count(8)
    board_page.evaluate(DRAWN)
    assert board_page.evaluate(OUTSIDE if size[0] > 900 else BEYOND_RIGHT) == []
