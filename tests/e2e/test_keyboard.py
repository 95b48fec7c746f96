"""Race control by keyboard alone, and what a screen reader hears of a heat."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import event_view, heat_view, ruling_view
from tests.e2e.test_control import open_control

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)
TABS_MAX = 60
#: The focused element's name, or null where nobody could see that it has the focus.
FOCUSED = """() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0;
  return isSeen && at.matches(":focus-visible") ? at.innerText.trim().split("\\n")[0] : null;
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that control has the focus; each one on the way must show that it has it."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if page.evaluate("document.activeElement === document.body"):
            continue  # from the page's end back to its beginning
        assert focused is not None, page.evaluate("document.activeElement.outerHTML")
        if focused == name:
            return
    raise AssertionError(f"no Tab led to {name!r}")


def test_a_heat_from_call_to_stop(laptop_page: Page, feed: FeedServer) -> None:
    """It should call, start, take a pass, undo and stop without a pointer, each focus in sight."""
    open_control(laptop_page, feed, event_view("idle"))
    notice = laptop_page.get_by_test_id("notice")
    tab_to(laptop_page, "Next")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_contain_text("called to the line")
    feed.show(event_view("called", heat_view("called")))
    expect(laptop_page.get_by_text("At the line")).to_be_visible()
    tab_to(laptop_page, "Start")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The heat is running.")
    feed.show(event_view("running", heat_view("running", LAPS_US)))
    expect(laptop_page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    laptop_page.keyboard.press("Space")
    expect(notice).to_have_text("Pass entered.")
    tab_to(laptop_page, "Undo")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The last ruling is taken back.")
    tab_to(laptop_page, "Stop")
    laptop_page.keyboard.press("Enter")
    expect(notice).to_have_text("The heat is stopped.")
    sent = [command.path.rsplit("/", 1)[1] for command in feed.commands]
    assert sent == ["next", "start", "passes", "undo", "stop"]


def test_a_dialog_gives_the_focus_back(laptop_page: Page, feed: FeedServer) -> None:
    """It should hold the focus while a dialog asks, close by Escape, and return to the button."""
    feed.is_open_door = False
    view = event_view("running", heat_view("running", LAPS_US))
    open_control(laptop_page, feed, view)
    laptop_page.context.clear_cookies()
    tab_to(laptop_page, "Undo")
    laptop_page.keyboard.press("Enter")
    dialog = laptop_page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(6):
        laptop_page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert laptop_page.evaluate(inside)
    laptop_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(laptop_page.get_by_role("button", name="Undo")).to_be_focused()


def test_laps_are_heard_and_clocks_are_not(laptop_page: Page, feed: FeedServer) -> None:
    """It should tell a lap once and politely, while the clock that runs stays silent."""
    open_control(laptop_page, feed, event_view("running", heat_view("running", LAPS_US[:1])))
    news = laptop_page.get_by_test_id("news")
    expect(news).to_have_attribute("role", "status")
    expect(news).to_have_text("")
    feed.show(event_view("running", heat_view("running", LAPS_US)))
    expect(news).to_have_text("Lap 2: 7.102")
    feed.show(
        event_view(
            "running",
            heat_view("running", LAPS_US),
            rulings={"r1": ruling_view("r1", "LapVoided", "p2")},
        )
    )
    expect(laptop_page.get_by_role("timer").first).to_have_attribute("aria-live", "off")
    live = "[...document.querySelectorAll('[aria-live=polite], [role=status]')]"
    assert (
        laptop_page.evaluate(f"{live}.some((each) => each.querySelector('running-clock'))") is False
    )
