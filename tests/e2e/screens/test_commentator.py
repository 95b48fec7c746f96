"""The commentator's page: the race at a glance, and stories in words."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import event_view, heat_view, standing_views
from tests.e2e.screens.opened_screen import NOW_US, open_screen
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import RunView
from timing_server.contract.race.stories import Stories, StoryView

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_999, 7_102_345)
BEST = StoryView(
    code="best_of_day",
    at_us=NOW_US - 4_000_000,
    heat_number=1,
    entry_ids=("e1",),
    time_us=7_102_000,
    by_us=213_000,
)
CLEAN = StoryView(code="clean_heats", at_us=1, heat_number=3, count=3)


def running(laps_us: tuple[int, ...] = LAPS_US, **changes: Any) -> EventView:
    heat = heat_view("running", laps_us, overall_us=min(laps_us))
    heat = heat.model_copy(
        update={"runs": {"e1": RunView(entry_id="e1")}, "lap_opened_us": NOW_US - 2_000_000}
    )
    standings = standing_views((7_102_345, 7_584_000, 8_001_000), provisional=1)
    return event_view("running", heat, standings=standings, overall_best_us=7_102_345, **changes)


def tell(feed: FeedServer, *stories: StoryView) -> None:
    told = Stories(seq=1, stage_id="s1", stories=stories)
    feed.reads["/events/ev1/stories"] = told.model_dump(mode="json")


def test_the_race_at_a_glance(board_page: Page, feed: FeedServer) -> None:
    """It should show who is on track, who comes, and the standings with gap and interval."""
    tell(feed, BEST, CLEAN)
    open_screen(board_page, feed, "/commentator", running())
    expect(board_page.get_by_test_id("driver")).to_have_text("Bolt Lightfoot")
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("−1.300")
    expect(board_page.get_by_test_id("place")).to_contain_text("P1")
    expect(board_page.get_by_test_id("clock")).to_contain_text("Lap 3")
    expect(board_page.get_by_test_id("next")).to_contain_text("Clutch Hazard")
    expect(board_page.get_by_test_id("next")).to_contain_text("P2 · 7.584")
    third = board_page.locator("tr[data-entry=e3]")
    expect(third).to_contain_text("+0.898")
    expect(third).to_contain_text("+0.417")


def test_the_gap_stands_beside_the_laps(board_page: Page, feed: FeedServer) -> None:
    """It should have place, gap and interval in the row of the laps on a desk's screen."""
    tell(feed)
    view = running()
    assert view.heat is not None
    runs = {"e2": RunView(entry_id="e2")}
    second = view.heat.model_copy(update={"entry_id": "e2", "runs": runs})
    open_screen(board_page, feed, "/commentator", view.model_copy(update={"heat": second}))
    names = ("last-lap", "best-lap", "place", "gap", "interval")
    facts = [board_page.get_by_test_id(name) for name in names]
    expect(facts[-1]).to_contain_text("+0.481")
    boxes = [each.bounding_box() for each in facts]
    assert len({box and round(box["y"]) for box in boxes}) == 1
    assert len({box and round(box["height"]) for box in boxes}) == 1


def test_stories_follow(phone_page: Page, feed: FeedServer) -> None:
    """It should word stories, mark new ones, and read them again as laps come and go."""
    tell(feed, CLEAN)
    open_screen(phone_page, feed, "/commentator", running(LAPS_US[:1]))
    stories = phone_page.get_by_test_id("stories").get_by_role("listitem")
    expect(stories).to_have_count(1)
    expect(stories.first).to_contain_text("3 heats in a row without an off-track")
    tell(feed, BEST, CLEAN)
    feed.show(running())
    expect(stories).to_have_count(2)
    expect(stories.first).to_contain_text("Bolt Lightfoot")
    expect(stories.first).to_contain_text("7.102, by 0.213 s")
    expect(stories.first).to_contain_text("new")
    feed.stop()
    expect(phone_page.get_by_test_id("no-contact")).to_be_visible()
    tell(feed, CLEAN)
    feed.start()
    feed.show(running(LAPS_US[:1]))
    expect(stories).to_have_count(1)
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("kind", ["none", "idle"])
def test_nothing_yet_in_spanish(
    phone_page: Page, feed: FeedServer, kind: Literal["none", "idle"]
) -> None:
    """It should say that there is no event, or nothing to tell, in Spanish."""
    tell(feed)
    view = None if kind == "none" else event_view("idle")
    open_screen(phone_page, feed, "/commentator?lang=es", view)
    said = "Aún no hay evento" if kind == "none" else "Aún no hay nada que contar"
    expect(phone_page.get_by_text(said)).to_be_visible()
