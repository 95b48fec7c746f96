"""Dark, light, and a club's own colours, as a real browser draws them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from display.themes import TOKENS_FILE, themes
from tests.e2e.browsing import PHONE, watched_page
from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import event_view
from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

TOKENS = themes(TOKENS_FILE.read_text(encoding="utf-8"))
#: The ground that was there when the page's body began: before anything is painted.
FIRST_GROUND = """
new MutationObserver((_, observer) => {
  if (!document.body) return;
  observer.disconnect();
  window.firstTheme = document.documentElement.dataset.theme;
}).observe(document, { childList: true, subtree: true });
"""


def expect_ground(page: Page, colour: str) -> None:
    """Expect the page's ground to have a colour, #rrggbb."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    told = "rgb({}, {}, {})".format(*channels)
    expect(page.locator("body")).to_have_css("background-color", told)


def expect_drawn(page: Page, theme: str) -> None:
    expect_ground(page, TOKENS[theme]["bg"])


@pytest.fixture
def shown(feed: FeedServer) -> FeedServer:
    feed.view = event_view("idle")
    feed.event_id = feed.view.event_id
    return feed


def test_a_page_in_the_hand_follows_the_device(browser: Browser, shown: FeedServer) -> None:
    """It should be as the device wishes, from the first paint on, and when that changes."""
    with watched_page(browser, PHONE, color_scheme="light") as page:
        page.add_init_script(FIRST_GROUND)
        page.goto(f"{shown.url}/start-list")
        assert page.evaluate("firstTheme") == "light"
        expect_drawn(page, "light")
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect_drawn(page, "dark")


def test_what_is_chosen_is_kept_on_this_screen(browser: Browser, shown: FeedServer) -> None:
    """It should keep a choice over pages and restarts, and leave what hangs on a wall alone."""
    with watched_page(browser, PHONE, color_scheme="light") as page:
        page.add_init_script(FIRST_GROUND)
        page.goto(f"{shown.url}/start-list?theme=light")
        page.get_by_label("Colours").select_option("dark")
        expect_drawn(page, "dark")
        expect(page).to_have_url(f"{shown.url}/start-list")
        page.goto(f"{shown.url}/season")
        assert page.evaluate("firstTheme") == "dark"
        page.get_by_label("Colours").select_option("auto")
        page.reload()
        expect_drawn(page, "light")
        page.goto(shown.url)
        assert page.evaluate("firstTheme") == "dark"
        expect_drawn(page, "dark")


def test_an_address_draws_the_board_light(board_page: Page, shown: FeedServer) -> None:
    """It should draw a board as its address says, keep that, and offer no switch on it."""
    board_page.goto(f"{shown.url}/?theme=light")
    expect_drawn(board_page, "light")
    expect(board_page.get_by_label("Colours")).to_be_hidden()
    board_page.goto(shown.url)
    expect_drawn(board_page, "light")
    board_page.goto(f"{shown.url}/?theme=pink")
    expect_drawn(board_page, "light")


def test_a_board_in_the_hand_can_be_changed(phone_page: Page, shown: FeedServer) -> None:
    """It should let somebody with a phone choose the board's language and colours on it."""
    phone_page.goto(shown.url)
    phone_page.get_by_label("Colours").select_option("light")
    expect_drawn(phone_page, "light")
    phone_page.get_by_label("Language").select_option("es")
    expect(phone_page.get_by_role("link", name="Resultados")).to_be_visible()
    expect(phone_page.get_by_label("Colores")).to_have_value("light")


def test_a_screen_that_may_not_remember(browser: Browser, shown: FeedServer) -> None:
    """It should draw what the address asks for where a kiosk forbids storage."""
    with watched_page(browser, PHONE, color_scheme="dark") as page:
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
        )
        page.goto(f"{shown.url}/start-list?theme=light")
        expect_drawn(page, "light")
        page.get_by_label("Colours").select_option("dark")
        expect_drawn(page, "dark")


def test_two_tabs_of_a_screen_agree(phone_page: Page, shown: FeedServer) -> None:
    """It should follow the choice that another tab of this screen makes."""
    phone_page.goto(f"{shown.url}/season")
    other = phone_page.context.new_page()
    other.goto(f"{shown.url}/start-list")
    for theme in ("dark", "light"):
        other.get_by_label("Colours").select_option(theme)
        expect(phone_page.locator("html")).to_have_attribute("data-theme", theme)


def test_paper_is_white(phone_page: Page, shown: FeedServer) -> None:
    """It should print in the light theme whatever the screen shows, and then be as before."""
    phone_page.goto(f"{shown.url}/results?theme=dark")
    expect(phone_page.get_by_role("button", name="Print")).to_be_visible()
    phone_page.evaluate(
        "addEventListener('beforeprint', () => (window.printed ="
        " document.documentElement.dataset.theme))"
    )
    phone_page.pdf()
    assert phone_page.evaluate("window.printed") == "light"
    expect(phone_page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_clubs_colours(tmp_path: Path, board_page: Page, phone_page: Page) -> None:
    """It should draw every page in the club's tokens, in the dark and in the light."""
    club = tmp_path / "club.css"
    club.write_text(
        ":root { --bg: #001122; --kerb-red: #1d4ed8 } :root[data-theme='light'] { --bg: #eef2ff }"
    )
    stack = Stack(tmp_path)
    try:
        stack.serve_here(theme=club)
        board_page.goto(stack.page_url)
        expect_ground(board_page, "#001122")
        phone_page.goto(f"{stack.page_url}/season?theme=light")
        expect_ground(phone_page, "#eef2ff")
        kerb = "getComputedStyle(document.documentElement).getPropertyValue('--kerb-red')"
        assert phone_page.evaluate(kerb) == "#1d4ed8"
    finally:
        stack.close()
