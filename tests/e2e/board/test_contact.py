"""The board while its contact comes and goes: it counts silence, resumes and follows."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browsing import DRAWN, hold_time
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import (
    T0_US,
    event_view,
)
from timing_server.contract.live.messages import ActiveEvent, LivePing

pytestmark = pytest.mark.e2e

PING_S = 6


def test_words_come_after_a_lost_request(board_page: Page, feed: FeedServer) -> None:
    """It should ask again for its words when the network lost them."""
    losses = iter([True])

    def lose_once(route: Route) -> None:
        if next(losses, False):
            route.abort()
        else:
            route.continue_()

    board_page.route("**/i18n/en.json", lose_once)
    open_board(board_page, feed, None)
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
    assert next(losses, None) is None


def test_clock_runs_on_the_race_clock(board_page: Page, feed: FeedServer) -> None:
    """It should run the lap's clock from the race clock of the feed, not from its own."""
    feed.now_us = T0_US + 65_000_000
    open_board(board_page, feed, running_view(()))
    clock = board_page.get_by_test_id("lap-clock")
    expect(clock).to_have_text(re.compile(r"^1:[0-5]\d\."))
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    expect(board_page.locator(".window-clock")).to_contain_text(re.compile(r"0:[0-2]\d"))


def test_no_contact_when_the_server_stops(board_page: Page, feed: FeedServer) -> None:
    """It should count the silence, stop the clock, and go on by itself when the server is back."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    feed.stop()
    banner = board_page.get_by_test_id("no-contact")
    expect(banner).to_contain_text("No contact for")
    clock = board_page.get_by_test_id("lap-clock")
    board_page.evaluate(DRAWN)
    stopped_at = clock.inner_text()
    expect(banner).to_contain_text(re.compile(r"([2-9]|\d\d) s"))
    assert clock.inner_text() == stopped_at
    feed.view = running_view((*LAPS_US, 7_300_000))
    feed.seq += 1
    feed.start()
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.300")
    expect(banner).to_have_count(0)


def test_stream_resumes_where_it_left_off(board_page: Page, feed: FeedServer) -> None:
    """It should name the last fact it saw when it reconnects, and get only what it missed."""
    open_board(board_page, feed, running_view(LAPS_US[:1]))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("8.402")
    feed.show(running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    last_seq = feed.seq
    feed.drop_streams()
    feed.show(running_view((*LAPS_US, 7_300_000)))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.300")
    assert feed.resumed_from == [None, str(last_seq)]


def test_silent_stream_is_no_contact(board_page: Page, feed: FeedServer) -> None:
    """It should not trust an open connection that says nothing."""
    hold_time(board_page)
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    board_page.clock.fast_forward(PING_S * 1000)
    board_page.clock.run_for(1000)
    expect(board_page.get_by_test_id("no-contact")).to_be_visible()
    feed.send("ping", LivePing(now_us=feed.now_us))
    expect(board_page.get_by_test_id("no-contact")).to_have_count(0)


def test_switch_to_another_event(board_page: Page, feed: FeedServer) -> None:
    """It should follow to the event that owns the venue now."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_role("heading", name="Autumn Time Trial")).to_be_visible()
    feed.show(event_view("idle").model_copy(update={"event_id": "ev2", "name": "Night Sprint"}))
    expect(board_page.get_by_role("heading", name="Night Sprint")).to_be_visible()
    feed.event_id = None
    feed.send("switched", ActiveEvent(event_id=None))
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
