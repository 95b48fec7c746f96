"""Race control's list of the venue's screens: addresses, codes, languages, overlays."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from display.pages.shell import PAGES
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import open_control
from tests.e2e.race_views import event_view

pytestmark = pytest.mark.e2e

#: What isn't for people to look at, but to work with.
TOOLS = {
    *("/control", "/drive", "/join", "/line", "/me", "/new-event", "/replay"),
    *("/analysis", "/lab", "/models", "/tracks", "/train"),
}


def test_every_screen_is_listed(phone_page: Page, feed: FeedServer) -> None:
    """It should list every page that people look at, each with an address that answers."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    screens = phone_page.locator("[data-screen]")
    expect(screens).to_have_count(len(PAGES.keys() - TOOLS))
    found = screens.locator("a").evaluate_all("all => all.map((each) => each.pathname)")
    assert set(found) == PAGES.keys() - TOOLS
    for path in found:
        assert httpx2.get(f"{feed.loopback_url}{path}").status_code == 200


def test_an_overlay_for_obs(phone_page: Page, feed: FeedServer) -> None:
    """It should give the address of an overlay as it was chosen, and say where it goes in OBS."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    tower = phone_page.locator("[data-screen=overlay_tower]")
    tower.locator("summary").click()
    expect(tower).to_contain_text("In OBS: Sources, +, Browser")
    expect(tower.locator("textarea")).to_have_value(f"{feed.url}/overlay/tower")
    phone_page.get_by_label("Language of the screens").select_option("Spanish")
    phone_page.get_by_label("Rows of the tower").fill("6")
    phone_page.get_by_label("Size of overlays").fill("1.5")
    chosen = "/overlay/tower?lang=es&scale=1.5&rows=6"
    expect(tower.locator("textarea")).to_have_value(f"{feed.url}{chosen}")
    expect(tower.get_by_role("link", name="Open")).to_have_attribute("href", chosen)
    phone_page.goto(f"{feed.url}{chosen}")
    expect(phone_page.locator("html")).to_have_attribute("lang", "es")


def test_the_list_fits_a_phone(phone_page: Page, feed: FeedServer) -> None:
    """It should stay within the width of a phone, all of it open."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    expect(phone_page.get_by_role("heading", name="Screens")).to_be_visible()
    phone_page.locator("[data-screen]").evaluate_all(
        "all => all.forEach((each) => (each.open = true))"
    )
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
