"""The voice of a screen: what it says, in which language, and that people hear it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import running_view
from tests.e2e.race_views import entry_views, event_view
from tests.timing_server.web.live_server import serving

pytestmark = pytest.mark.e2e

FIRST_US, BEST_US = (9_482_000,), (9_482_000, 7_102_345)
#: Notes how long each sound is that the page really plays.
LISTEN = """
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...rest) {
    document.documentElement.dataset.heard = this.buffer.duration;
    return start.apply(this, rest);
  };
"""


def opened(page: Page, feed: FeedServer, **changes: Any) -> None:
    """Open a board that speaks from the start, and let a person tap it once."""
    feed.show(running_view((), **changes), "HeatStarted")
    expect(page.get_by_test_id("voice")).to_be_visible()
    page.locator("body").click(position={"x": 5, "y": 300})
    expect(page.get_by_test_id("voice")).to_have_attribute("data-state", "on")


def test_laps_and_bests_are_called_out(board_page: Page, feed: FeedServer) -> None:
    """It should say a lap with name, number and time, and a best of all as such, each once."""
    feed.show(event_view("idle"), "EventOpened")
    board_page.goto(f"{feed.url}/?voice=on")
    opened(board_page, feed)
    said = board_page.get_by_test_id("voice")
    feed.show(running_view(FIRST_US), "PassDetected")
    expect(said).to_have_attribute("data-said", "Bolt Lightfoot. Lap 1. 9.482. Own best")
    feed.show(running_view(BEST_US), "PassDetected")
    expect(said).to_have_attribute("data-said", "Best lap of all! Bolt Lightfoot. 7.102")


def test_in_the_screens_language(board_page: Page, feed: FeedServer) -> None:
    """It should speak Spanish where the screen does, and say a name as it is pronounced."""
    entries = entry_views()
    entries["e1"] = entries["e1"].model_copy(update={"spoken": "Bolt Laitfut"})
    feed.show(event_view("idle", entries=entries), "EventOpened")
    board_page.goto(f"{feed.url}/?voice=on&lang=es")
    opened(board_page, feed, entries=entries)
    feed.show(running_view(FIRST_US, entries=entries), "PassDetected")
    expect(board_page.get_by_test_id("voice")).to_have_attribute(
        "data-said", "Bolt Laitfut. Vuelta 1. 9,482. Su mejor vuelta"
    )


def test_off_until_somebody_wants_it(board_page: Page, feed: FeedServer) -> None:
    """It should be silent until its switch is tapped, and silent again after another tap."""
    feed.show(event_view("idle"), "EventOpened")
    board_page.goto(feed.url)
    voice = board_page.get_by_test_id("voice")
    expect(voice).to_have_attribute("data-state", "off")
    voice.click()
    expect(voice).not_to_have_attribute("data-state", "off")
    voice.click()
    expect(voice).to_have_attribute("data-state", "off")


def test_the_server_speaks_for_a_browser_without_a_voice(board_page: Page, tmp_path: Path) -> None:
    """It should play the server's sound, or say what is missing there."""
    board_page.add_init_script(LISTEN)
    board_page.add_init_script("delete window.speechSynthesis; window.speechSynthesis = undefined")
    with serving(tmp_path) as url:
        board_page.goto(page_url(url))
        # Without an event there is no footer: the switch is put where a board would have it.
        board_page.evaluate(
            "document.body.append(document.createElement('voice-switch'))",
        )
        voice = board_page.get_by_test_id("voice")
        voice.click()
        if shutil.which("espeak-ng"):
            # The greeting's sound: a fraction of a second and more.
            heard = re.compile(r"^[0-9]+\.[0-9]+$")
            expect(board_page.locator("html")).to_have_attribute("data-heard", heard)
        else:
            expect(voice).to_have_attribute("data-state", "missing")
