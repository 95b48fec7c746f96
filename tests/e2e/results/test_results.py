"""The results page and race control's results tab against the real server."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def event_path(stack: Stack) -> str:
    """An event with one heat in which a marshal saw two crossings."""
    event_id = stack.api.post("/events", {"name": "Winter Cup"})["event_id"]
    path = f"/events/{event_id}"
    stage = {"title": "Qualifying", "dead_time_s": 0.01}
    stage_id = stack.api.post(f"{path}/stages", stage)["stage_id"]
    stack.api.post(f"{path}/open")
    driver_id = stack.api.post("/drivers", {"name": "Mina Apex"})["driver_id"]
    entry_id = stack.api.post(f"{path}/entries", {"driver_ids": [driver_id]})["entry_id"]
    body = {"stage_id": stage_id, "entry_ids": [entry_id]}
    heat_id = stack.api.post(f"{path}/heats", body)["heat_id"]
    stack.api.post(f"{path}/next")
    stack.api.post(f"{path}/heats/{heat_id}/start")
    for _ in range(2):
        stack.watch.rest(0.1)
        stack.api.post(f"{path}/heats/{heat_id}/passes", {"reason": "seen"})
    stack.api.post(f"{path}/heats/{heat_id}/stop")
    return path


def test_results_are_shown_and_printed(stack: Stack, event_path: str, board_page: Page) -> None:
    """It should show the standings with the venue's key, and hide the buttons on paper."""
    told = stack.api.get(f"{event_path}/results")
    board_page.goto(f"{stack.page_url}/results")
    expect(board_page.get_by_role("heading", name="Winter Cup")).to_be_visible()
    expect(board_page.get_by_role("cell", name="Mina Apex").first).to_be_visible()
    expect(board_page.get_by_test_id("venue-key")).to_contain_text(told["venue_key"])
    files = board_page.get_by_test_id("downloads")
    with board_page.expect_download() as download:
        files.get_by_role("link", name="Signed bundle").click()
    assert download.value.suggested_filename.endswith("bundle.zip")
    board_page.emulate_media(media="print")
    expect(files).to_be_hidden()
    expect(board_page.get_by_role("button", name="Print")).to_be_hidden()
    ground = board_page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)"  # no ink for a ground


def test_an_own_award_is_given_and_taken_back(
    stack: Stack, event_path: str, phone_page: Page
) -> None:
    """It should give an award by the tab, show it on the results page, and take it back."""
    stack.log_in(phone_page)
    phone_page.get_by_role("link", name="Results").click()
    phone_page.get_by_label("Award").fill("Best livery")
    phone_page.get_by_role("button", name="Give this award").click()
    awards = phone_page.get_by_test_id("awards")
    expect(awards).to_contain_text("Best livery")
    assert stack.api.get(f"{event_path}/awards")[-1]["driver"] == "Mina Apex"
    awards.get_by_role("button", name="Take back").click()
    expect(phone_page.get_by_text("No awards yet.")).to_be_visible()


def test_another_venues_event_is_read_in(
    stack: Stack, event_path: str, phone_page: Page, tmp_path: Path
) -> None:
    """It should say what came of a bundle, show the event, and name what is wrong with others."""
    bundle = tmp_path / "winter.zip"
    address = f"{stack.url}/api/v1{event_path}/results/bundle.zip"
    bundle.write_bytes(phone_page.request.get(address).body())
    key = stack.api.get(f"{event_path}/results")["venue_key"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Stack(elsewhere)
    other.serve_here()
    try:
        other.log_in(phone_page)
        phone_page.get_by_role("link", name="Results").click()
        outcome = phone_page.get_by_test_id("import-outcome")
        read_in = phone_page.get_by_role("button", name="Read in")
        file = phone_page.get_by_label("Bundle (.zip)")
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(bundle.read_bytes()[:-200])
        file.set_input_files(damaged)
        read_in.click()
        expect(outcome).to_have_attribute("role", "alert")
        assert other.api.get("/events") == []
        file.set_input_files(bundle)
        read_in.click()
        expect(outcome).to_contain_text(
            f"Winter Cup is here: every fact is as the venue with the key {key}"
        )
        assert other.api.get(f"{event_path}/results")["venue_key"] == key
        expect(phone_page.get_by_label("Event")).to_contain_text("Winter Cup")
        file.set_input_files(bundle)
        read_in.click()
        expect(outcome).to_have_text("Winter Cup was here already; nothing changed.")
        assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        other.close()
