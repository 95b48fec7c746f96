"""The guided set-up and race control against the real server, and the board beside them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

#: Longer than the dead time of 2 s, so that the second pass closes a lap.
APART_S = 2.2


def test_event_from_nothing_to_a_lap(
    unserved_stack: Stack, phone_page: Page, board_page: Page
) -> None:
    """It should set up an event by the form, race it by thumb, and show it on the board."""
    stack = unserved_stack
    stack.start_server()
    board_page.goto(stack.page_url)
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
    stack.log_in(phone_page, "/new-event")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_label("Drivers, one per line").fill("Mina Apex\nRusty Chicane")
    phone_page.get_by_label("Cars, one per line").fill("Swift One")
    phone_page.get_by_role("button", name="Create my event").click()
    expect(phone_page).to_have_url(f"{stack.page_url}/control#race")
    expect(board_page.get_by_role("heading", name="Winter Cup")).to_be_visible()

    phone_page.get_by_role("button", name="Next", exact=True).click()
    expect(board_page.get_by_role("heading", name="To the line")).to_be_visible()
    expect(board_page.get_by_test_id("driver")).to_have_text("Mina Apex")
    phone_page.get_by_role("button", name="Start", exact=True).click()
    expect(board_page.get_by_test_id("lap-number")).to_have_text("On the way to the line")
    manual_pass = phone_page.get_by_role("button", name="Manual pass")
    manual_pass.click()
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 1")
    stack.watch.rest(APART_S)
    manual_pass.click()
    chips = board_page.get_by_test_id("laps").get_by_role("listitem")
    expect(chips).to_have_count(1)
    shown = board_page.get_by_test_id("last-lap").locator(".digits").inner_text()
    assert float(shown) > APART_S

    phone_page.get_by_role("button", name="Void lap").click()
    expect(board_page.locator(".lap--void")).to_have_count(1)
    expect(board_page.get_by_test_id("best-lap")).to_contain_text("–")
    phone_page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(board_page.locator(".lap--void")).to_have_count(0)
    expect(board_page.get_by_test_id("best-lap")).to_contain_text(shown)
    rows = board_page.locator("board-standings tbody tr")
    expect(rows).to_contain_text(["Mina Apex", "Rusty Chicane"])

    phone_page.get_by_role("button", name="Stop", exact=True).click()
    expect(board_page.locator(".result")).to_contain_text(shown)
    correct_the_heat_before(phone_page, board_page, shown)


def correct_the_heat_before(phone_page: Page, board_page: Page, shown: str) -> None:
    """Call the next driver, then strike a lap of the first heat, take it back, read the results."""
    phone_page.get_by_role("button", name="Next", exact=True).click()
    expect(board_page.get_by_test_id("driver")).to_have_text("Rusty Chicane")
    expect(phone_page.get_by_text("No passes yet.")).to_be_visible()
    phone_page.get_by_label("Heat to correct").select_option("Heat 1 · Mina Apex")
    phone_page.get_by_role("button", name="Void lap").click()
    row = phone_page.locator("[data-ruling]").first
    expect(row).to_contain_text("Mina Apex · Heat 1 · Lap 1")
    expect(phone_page.get_by_role("button", name="Void lap")).to_have_count(0)
    phone_page.get_by_role("button", name="Undo", exact=True).first.click()
    notice = phone_page.get_by_test_id("notice")
    expect(notice).to_have_text("Taken back: Lap voided · Mina Apex · Heat 1 · Lap 1")
    expect(phone_page.get_by_role("button", name="Void lap")).to_be_visible()
    phone_page.get_by_role("heading", name="Results").click()
    results = phone_page.get_by_test_id("results")
    expect(results).to_contain_text("Mina Apex")
    expect(results).to_contain_text(shown)


def test_tabs_speak_with_the_server(unserved_stack: Stack, phone_page: Page) -> None:
    """It should plan and pair by the tabs, and see its refusals worded."""
    stack = unserved_stack
    stack.start_server()
    stack.log_in(phone_page)
    phone_page.get_by_role("link", name="Set-up").click()
    notice = phone_page.get_by_test_id("notice")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_role("button", name="Create").click()
    expect(notice).to_have_text("The event is created.")
    phone_page.get_by_role("button", name="Open", exact=True).click()
    expect(notice).to_contain_text("The event is open")
    drivers = phone_page.locator(".card").filter(has_text="Drivers").first
    drivers.get_by_label("Name").last.fill("Mina Apex")
    drivers.get_by_role("button", name="Add").click()
    expect(phone_page.get_by_role("button", name="Enter", exact=True)).to_be_visible()
    cars = phone_page.locator(".card").filter(has_text="Cars").first
    cars.get_by_label("Name").last.fill("Swift One")
    cars.get_by_role("button", name="Add").click()
    phone_page.get_by_role("button", name="Enter", exact=True).click()
    expect(notice).to_have_text("Entered.")
    phone_page.get_by_role("button", name="Create").last.click()
    expect(notice).to_have_text("The stage is planned.")
    phone_page.get_by_role("button", name="Plan the heats").click()
    expect(notice).to_have_text("Heats planned: 1.")
    phone_page.get_by_test_id("queue").get_by_role("combobox").select_option(label="Swift One")
    expect(notice).to_have_text("The car is set.")
    drivers.get_by_text("Mina Apex").click()
    drivers.get_by_label("Name").first.fill("Mina Overcut")
    drivers.get_by_role("button", name="Save").click()
    expect(phone_page.get_by_test_id("queue")).to_contain_text("Mina Overcut")

    expect(cars.locator("summary")).to_contain_text("swift-one")
    phone_page.get_by_role("link", name="Devices").click()
    phone_page.get_by_label("Role").select_option("car")
    phone_page.locator("select[name=principal]").select_option("Swift One (swift-one)")
    phone_page.get_by_role("button", name="Make a token").click()
    command = phone_page.locator(".secret textarea").last
    expect(command).to_have_value(re.compile("paddock car --car-id swift-one --server http"))
    phone_page.get_by_label("Role").select_option("node")
    phone_page.get_by_label("Name, such as").fill("node-finish")
    phone_page.get_by_role("button", name="Make a token").click()
    secret = phone_page.locator(".secret textarea").first
    expect(secret).to_be_visible()
    assert len(secret.input_value()) >= 43
    row = phone_page.locator(".row").filter(has_text="node-finish")
    row.get_by_role("button", name="Revoke").click()
    expect(notice).to_have_text("Revoked.")
    expect(row).to_have_count(0)

    phone_page.get_by_role("link", name="Race", exact=True).click()
    phone_page.get_by_role("button", name="Undo", exact=True).click()
    expect(notice).to_have_text("No ruling is left to undo.")
