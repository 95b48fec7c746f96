"""What happens in a heat, told on the board as it happens: once, for some seconds."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import hold_time
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import T0_US, heat_view, ruling_view
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import RunView
from timing_server.contract.live.rulings import RulingView

pytestmark = pytest.mark.e2e

NOW_US = T0_US + 31_000_000
LONG_AGO_US = T0_US - 39_000_000
HOSTILE = "<img src=x onerror=alert(1)> cable in the beam"


@pytest.fixture(autouse=True)
def race_clock(feed: FeedServer, board_page: Page) -> None:
    """The race clock reads just after the rulings below were made, until the test lets it run."""
    feed.now_us = NOW_US
    hold_time(board_page)


def lap_void(ruling_id: str = "r1", **changes: Any) -> RulingView:
    about = {"entry_id": "e2", "lap_number": 4, "heat_number": 1, "reason": "reset limit"}
    return ruling_view(ruling_id, "LapVoided", "node:j:5", **(about | changes))


def ruled(*rulings: RulingView, **changes: Any) -> EventView:
    return running_view(rulings={each.ruling_id: each for each in rulings}, **changes)


def test_a_ruling_is_told_once(board_page: Page, feed: FeedServer) -> None:
    """It should tell a ruling as it comes, and neither again nor after a reload."""
    open_board(board_page, feed, ruled())
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    told = board_page.get_by_test_id("happening")
    feed.show(ruled(lap_void()), "LapVoided")
    expect(told).to_contain_text("void")
    assert "Lap 4 of Clutch Hazard void" in told.inner_text().replace("\u2068", "").replace(
        "\u2069", ""
    )
    expect(told).to_contain_text("reset limit")
    board_page.clock.run_for(7_000)
    expect(told).to_have_count(0)
    board_page.reload()
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    expect(told).to_have_count(0)


def test_what_was_missed_is_told_after_a_reconnect(board_page: Page, feed: FeedServer) -> None:
    """It should tell what was ruled while contact was lost, not what it had told before."""
    open_board(board_page, feed, ruled())
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    told = board_page.get_by_test_id("happening")
    feed.show(ruled(lap_void()), "LapVoided")
    expect(told).to_contain_text("Lap 4")
    board_page.clock.run_for(7_000)
    expect(told).to_have_count(0)
    feed.drop_streams()
    penalty = ruling_view("r2", "PenaltyGiven", "e1", entry_id="e1", value_us=2_000_000)
    old = lap_void("r0", lap_number=1, made_us=LONG_AGO_US)
    feed.show(ruled(old, lap_void(), penalty), "PenaltyGiven")
    expect(told).to_contain_text("+2.000")
    assert "Lap" not in told.inner_text()


def test_each_has_its_turn(board_page: Page, feed: FeedServer) -> None:
    """It should tell two rulings one after the other, a protest by how it ended."""
    open_board(board_page, feed, ruled())
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    told = board_page.get_by_test_id("happening")
    upheld = ruling_view("r2", "ProtestDecided", "r9", entry_id="e1", outcome="upheld")
    feed.show(ruled(lap_void(made_us=T0_US + 29_000_000), upheld), "ProtestDecided")
    expect(told).to_contain_text("Lap 4")
    board_page.clock.run_for(4_000)
    expect(told).to_contain_text("upheld")
    board_page.clock.run_for(7_000)
    expect(told).to_have_count(0)


def test_a_reversal_says_what_was_taken_back(board_page: Page, feed: FeedServer) -> None:
    """It should name what a reversal took back, with reasons as text whatever they look like."""
    open_board(board_page, feed, ruled(lap_void()))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    back = ruling_view(
        *("r2", "RulingReversed", "r1"),
        reversed_kind="LapVoided",
        entry_id="e2",
        lap_number=4,
        reason=HOSTILE,
    )
    feed.show(ruled(lap_void(is_reversed=True), back), "RulingReversed")
    told = board_page.get_by_test_id("happening")
    expect(told).to_contain_text("Taken back: Lap 4 of")
    expect(told).to_contain_text(HOSTILE)


def test_a_lap_beyond_the_limit_is_told(board_page: Page, feed: FeedServer) -> None:
    """It should tell that a lap is void by the stage's own limit, without anybody's ruling."""
    open_board(board_page, feed, ruled())
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    heat = heat_view("running", (*LAPS_US, 9_000_000))
    laps = dict(heat.laps)
    last = laps["node:j:4"]
    laps["node:j:4"] = last.model_copy(update={"state": "void", "invalid": "incidents"})
    feed.show(running_view().model_copy(update={"heat": heat.model_copy(update={"laps": laps})}))
    expect(board_page.get_by_test_id("happening")).to_contain_text("too many off-tracks and resets")


def test_racing_goes_on(board_page: Page, feed: FeedServer) -> None:
    """It should show a yellow flag as long as it is out, and tell when it is in."""
    view = running_view()
    assert view.heat is not None
    yellow = view.model_copy(update={"heat": view.heat.model_copy(update={"flag": "yellow"})})
    open_board(board_page, feed, yellow)
    expect(board_page.get_by_test_id("flag")).to_have_text("Yellow flag")
    feed.show(view, "FlagShown")
    expect(board_page.get_by_test_id("happening")).to_contain_text("Green flag")
    expect(board_page.get_by_test_id("flag")).to_have_count(0)


def test_a_best_among_several_is_news(board_page: Page, feed: FeedServer) -> None:
    """It should leave the field on screen and tell a new best beside it."""
    runs = {key: RunView(entry_id=key, place=at) for at, key in enumerate(("e1", "e2"), start=1)}

    def field(laps_us: tuple[int, ...]) -> EventView:
        view = running_view(laps_us)
        assert view.heat is not None
        laps = {
            key: lap.model_copy(update={"entry_id": "e2"}) for key, lap in view.heat.laps.items()
        }
        heat = view.heat.model_copy(update={"runs": runs, "laps": laps})
        return view.model_copy(update={"heat": heat})

    open_board(board_page, feed, field(LAPS_US))
    expect(board_page.get_by_test_id("field")).to_be_visible()
    feed.show(field((*LAPS_US, 6_900_000)))
    expect(board_page.get_by_test_id("happening")).to_contain_text("6.900")
    expect(board_page.get_by_test_id("happening")).to_contain_text("Clutch Hazard")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0)
