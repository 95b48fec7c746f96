"""A lap of before that drives along on the board's map."""

import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import track_map
from timing_server.contract.live.ghost import GhostLap, GhostReport

pytestmark = pytest.mark.e2e

HOUR_US = 3_600_000_000


def ghost(
    event_id: str = "ev1", duration_us: int = HOUR_US, track_name: str | None = None
) -> GhostReport:
    """Return a lap of number 2 round a ring of a metre; a slow one, so that it is under way."""
    turns = [2 * math.pi * at / 20 for at in range(21)]
    return GhostReport(
        lap=GhostLap(
            event_id=event_id,
            entry_id="e2",
            heat_number=3,
            number=4,
            track_name=track_name,
            duration_us=duration_us,
            at_us=tuple(round(duration_us * at / 20) for at in range(21)),
            x_m=tuple(math.cos(turn) for turn in turns),
            y_m=tuple(math.sin(turn) for turn in turns),
            heading_rad=tuple(turns),
        )
    )


def open_with_map(page: Page, feed: FeedServer, report: GhostReport) -> None:
    """Open the board in the middle of a lap, with the map and a ghost."""
    open_board(page, feed, running_view(LAPS_US))
    expect(page.get_by_test_id("driver")).to_be_visible()
    # In this order: with the map, what there is to show of the ghost is shown.
    feed.send("ghost", report)
    feed.send("track", track_map())
    expect(page.locator("track-map svg")).to_be_visible()


def test_a_ghost_drives_along(board_page: Page, feed: FeedServer) -> None:
    """It should go off with the lap under way, be named, and go when it is taken away."""
    open_with_map(board_page, feed, ghost())
    told = board_page.get_by_test_id("ghost")
    expect(told).to_contain_text("Ghost: Clutch Hazard 60:00.000")
    shape = board_page.locator(".map__ghost")
    expect(shape).to_have_class("map__ghost")
    expect(shape).to_have_attribute("transform", re.compile(r"translate\((0\.99|1\.00)"))
    feed.send("ghost", GhostReport())
    expect(shape).to_have_count(0)
    expect(told).to_have_count(0)


def test_a_ghost_that_is_home_is_not_seen(board_page: Page, feed: FeedServer) -> None:
    """It should be seen only until it has finished its own lap."""
    open_with_map(board_page, feed, ghost(duration_us=1_000))
    expect(board_page.get_by_test_id("ghost")).to_be_visible()
    expect(board_page.locator(".map__ghost")).to_be_hidden()
    feed.send("ghost", ghost())
    expect(board_page.locator(".map__ghost")).to_be_visible()


def test_a_ghost_stays_in_its_event(board_page: Page, feed: FeedServer) -> None:
    """It should not haunt another event, in which nobody knows whose lap it is."""
    open_with_map(board_page, feed, ghost(event_id="another"))
    expect(board_page.locator(".map__ghost")).to_have_count(0)
    expect(board_page.get_by_test_id("ghost")).to_have_count(0)


def test_a_ghost_stays_on_its_track(board_page: Page, feed: FeedServer) -> None:
    """It should be drawn where it was driven, and on no other track's map."""
    open_with_map(board_page, feed, ghost(track_name="another"))
    expect(board_page.locator(".map__ghost")).to_have_count(0)
    feed.send("ghost", ghost(track_name=track_map().name))
    expect(board_page.locator(".map__ghost")).to_be_visible()
