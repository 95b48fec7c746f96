"""The plan tab: who is entered, checks in, and only has the car timed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import EVENT, open_control, sent_to
from tests.e2e.race_views import event_view
from timing_server.contract.race.plan import EntryRow

pytestmark = pytest.mark.e2e


def entry(number: int, **changes: Any) -> dict[str, Any]:
    row = EntryRow(
        entry_id=f"e{number}",
        number=number,
        name=f"Driver {number}",
        driver_ids=(f"x{number}",),
        is_withdrawn=False,
    )
    return row.model_copy(update=changes).model_dump(mode="json")


def test_the_check_in_list(phone_page: Page, feed: FeedServer) -> None:
    """It should count who is here, check in by one tap, and do to an entry what can happen."""
    feed.reads["/drivers"] = []
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/entries"] = [
        entry(1, is_checked_in=True, region="North"),
        entry(2, class_name="Open"),
        entry(3, is_withdrawn=True),
    ]
    feed.reads["/teams"] = [{"team_id": "t1", "name": "The Loose Nuts", "colour": "#ffffff"}]
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("entries")
    notice = phone_page.get_by_test_id("notice")
    expect(card.get_by_text("1 of 2 are here")).to_be_visible()
    card.locator("[data-entry=e2]").get_by_role("button", name="Check in").click()
    expect(notice).to_have_text("Checked in.")
    assert feed.commands[-1].path == f"{EVENT}/entries/e2/check-in"
    card.locator("[data-entry=e1]").get_by_role("button", name="Here").click()
    expect(notice).to_have_text("Not here any more.")
    first = card.locator("[data-entry=e1]")
    first.get_by_text("Driver 1").click()
    first.get_by_label("Region").fill("South")
    first.get_by_label("Team").select_option("The Loose Nuts")
    first.get_by_role("button", name="Save").click()
    expect(notice).to_have_text("Saved.")
    sent = feed.commands[-1]
    assert (sent.method, sent.path) == ("PATCH", f"{EVENT}/entries/e1")
    assert sent.body == {"region": "South", "class_name": None, "team_id": "t1"}
    first.get_by_label("Another driver").select_option("Bolt Lightfoot")
    first.get_by_role("button", name="Let drive instead").click()
    expect(notice).to_have_text("The driver is changed.")
    assert sent_to(feed, f"{EVENT}/entries/e1/substitute") == {"driver_ids": ["d1"], "reason": ""}
    first.get_by_role("button", name="Didn't come").click()
    expect(notice).to_contain_text("The next heat goes on without")
    assert feed.commands[-1].path == f"{EVENT}/entries/e1/no-show"
    gone = card.locator("[data-entry=e3]")
    gone.get_by_text("Driver 3").click()
    gone.get_by_role("button", name="Take part again").click()
    expect(notice).to_have_text("Takes part again.")


def test_many_entries_can_be_searched(phone_page: Page, feed: FeedServer) -> None:
    """It should find an entry by name, group or number."""
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/entries"] = [
        entry(number, region="North" if number > 8 else "South") for number in range(1, 11)
    ]
    phone_page.get_by_role("link", name="Set-up").click()
    rows = phone_page.locator("[data-entry]")
    expect(rows).to_have_count(10)
    search = phone_page.get_by_label("Find by name or number")
    for typed, count in (("north", 2), ("driver 1", 2), ("7", 1), ("nobody", 0), ("", 10)):
        search.fill(typed)
        expect(rows).to_have_count(count)


def test_a_guests_car_is_only_timed(phone_page: Page, feed: FeedServer) -> None:
    """It should be said at the entry, and taken back by the same button."""
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/entries"] = [entry(1), entry(2, is_timed_only=True)]
    phone_page.goto(f"{feed.url}/control#plan")
    phone_page.reload()
    rows = phone_page.get_by_test_id("entries").locator("li")
    rows.first.locator("summary").first.click()
    rows.first.get_by_role("button", name="Timed only").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("A guest's car")
    assert sent_to(feed, f"{EVENT}/entries/e1/timed-only") == {"is_timed_only": True}
    guest = rows.nth(1)
    expect(guest.get_by_test_id("timed-only")).to_have_text("timed only")
    guest.locator("summary").first.click()
    guest.get_by_role("button", name="Timed only").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("A car like any other.")
    assert sent_to(feed, f"{EVENT}/entries/e2/timed-only") == {"is_timed_only": False}


def test_everybody_is_checked_in_by_one_tap(phone_page: Page, feed: FeedServer) -> None:
    """It should say in words who is here, check in the others one by one, and tell it once."""
    open_control(phone_page, feed, event_view("idle"))
    told = [entry(1, is_checked_in=True), entry(2), entry(3, is_withdrawn=True), entry(4)]
    feed.reads[f"{EVENT}/entries"] = told
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("entries")
    expect(card.locator("[data-entry=e1]").get_by_role("button")).to_have_text("Here")
    expect(card.locator("[data-entry=e2]").get_by_role("button")).to_have_text("Check in")
    card.get_by_role("button", name="All here").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Checked in: 2.")
    paths = [each.path for each in feed.commands]
    assert paths[-2:] == [f"{EVENT}/entries/e2/check-in", f"{EVENT}/entries/e4/check-in"]
