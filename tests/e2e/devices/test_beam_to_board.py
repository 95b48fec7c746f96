"""From the pin's edge to the pixels: real server, node, gpiozero pin and Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

DRIVER = "Neon Falcon"
#: Longer than the dead time of 2 s, so that the second beam break closes a lap.
APART_S = 2.4


def passes_stored(stack: Stack) -> int:
    return int(stack.api.get("/log/summary")["passes"])


def trip(stack: Stack) -> None:
    """Wave a hand through the virtual beam and wait until the pass is in the log."""
    before = passes_stored(stack)
    stack.api.post("/demo/trip", {"gate": "finish"})
    stack.watch.until(lambda: passes_stored(stack) > before, 30, "the pass to arrive")


def test_lap_after_edges(track_stack: Stack, board_page: Page) -> None:
    """It should show a lap once the pin has changed twice, and say so when the feed is gone."""
    event_id, heat_id = track_stack.plan_heat(DRIVER)
    track_stack.api.post(f"/events/{event_id}/next")
    board_page.goto(f"{track_stack.page_url}/?lang=en")
    expect(board_page.get_by_text(DRIVER).first).to_be_visible()
    track_stack.api.post(f"/events/{event_id}/heats/{heat_id}/start")
    trip(track_stack)
    track_stack.watch.rest(APART_S)
    trip(track_stack)
    (row,) = track_stack.api.get(f"/events/{event_id}/standings")["standings"]
    (lap_us,) = row["laps"]
    shown = f"{lap_us // 1_000_000}.{lap_us // 1000 % 1000:03d}"
    expect(board_page.get_by_text(shown).first).to_be_visible()
    track_stack.stop_server()
    expect(board_page.get_by_text("no contact for", exact=False).first).to_be_visible()
