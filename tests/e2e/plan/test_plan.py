"""The plan tab: an event and its stages."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import EVENT, open_control, sent_to
from tests.e2e.race_views import event_view

pytestmark = pytest.mark.e2e


def test_plan_an_event(phone_page: Page, feed: FeedServer) -> None:
    """It should create, enter, plan and equip, each by its own form."""
    created = {"event_id": "ev1", "seq": 1, "facts": ["EventCreated"]}
    feed.answers = {"/events": lambda _: JSONResponse(created)}
    open_control(phone_page, feed, event_view("idle"), "#plan")
    notice = phone_page.get_by_test_id("notice")
    phone_page.get_by_text("Create an event").click()
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_role("button", name="Create").first.click()
    expect(notice).to_have_text("The event is created.")
    phone_page.get_by_role("button", name="Close").click()
    expect(notice).to_have_text("The event is closed.")
    drivers = phone_page.locator(".card").filter(has_text="Drivers").first
    drivers.get_by_label("Name").last.fill("Mina Apex")
    drivers.get_by_role("button", name="Add").click()
    expect(notice).to_have_text("Added.")
    phone_page.get_by_role("button", name="Enter").click()
    expect(notice).to_have_text("Entered.")
    phone_page.get_by_text("One heat by hand").click()
    phone_page.get_by_role("button", name="Add a heat").click()
    expect(notice).to_have_text("Heat added.")
    phone_page.locator("[data-heat=h2] select").select_option("car-1")
    expect(notice).to_have_text("The car is set.")
    assert sent_to(feed, "/events")["name"] == "Winter Cup"
    assert sent_to(feed, "/drivers")["name"] == "Mina Apex"
    assert sent_to(feed, f"{EVENT}/entries") == {"driver_ids": ["d1"]}
    assert sent_to(feed, f"{EVENT}/heats") == {"stage_id": "s1", "entry_ids": ["e1"]}
    assert sent_to(feed, f"{EVENT}/heats/h2/equip") == {
        "entry_id": "e2",
        "car_id": "car-1",
        "model_sha256": None,
    }


def test_plan_a_stage_under_a_format(phone_page: Page, feed: FeedServer) -> None:
    """It should explain the format that is chosen, ask for what is its own, and send both."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    phone_page.get_by_text("Plan a stage", exact=True).click()
    explained = phone_page.get_by_test_id("format")
    expect(explained).to_contain_text("the best lap ranks")
    expect(phone_page.get_by_label("How many")).to_have_count(0)
    phone_page.get_by_label("Format").select_option("Best mean of consecutive laps")
    expect(explained).to_contain_text("a void lap breaks the row")
    expect(explained).to_contain_text("told apart by: the exact mean")
    phone_page.get_by_label("How many laps in a row make the mean").fill("5")
    phone_page.get_by_label("Time for each run, in seconds").fill("45")
    phone_page.get_by_text("All other options").click()
    phone_page.get_by_label("Off-tracks and resets that a lap bears").fill("3")
    phone_page.get_by_label("Each off-track adds").fill("0.5")
    phone_page.get_by_label("Open: drivers queue").check()
    phone_page.get_by_role("button", name="Create").last.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is planned.")
    body = sent_to(feed, f"{EVENT}/stages")
    assert (body["format_name"], body["laps_n"], body["window_s"]) == ("best_mean", 5, 45)
    assert (body["incidents_max"], body["off_track_penalty_s"]) == (3, 0.5)
    assert (body["kind"], body["is_open"], body["start_mode"]) == (
        *("qualifying", True, "first_crossing"),
    )
    assert "preset" not in body


def test_plan_a_stage_by_rules_with_a_name(phone_page: Page, feed: FeedServer) -> None:
    """It should fill in what the rules say, show their sentences, and let each be changed."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    phone_page.get_by_text("Plan a stage", exact=True).click()
    phone_page.get_by_label("Rules with a name").select_option("Campus +2 s")
    expect(phone_page.get_by_test_id("format")).to_contain_text("2 s are added to that lap")
    expect(phone_page.get_by_label("Runs of each driver")).to_have_value("2")
    phone_page.get_by_text("All other options").click()
    expect(phone_page.get_by_label("Each off-track adds")).to_have_value("2")
    phone_page.get_by_label("Runs of each driver").fill("3")
    phone_page.get_by_role("button", name="Create").last.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is planned.")
    body = sent_to(feed, f"{EVENT}/stages")
    assert (body["preset"], body["runs_max"], body["off_track_penalty_s"]) == ("campus_2s", 3, 2)
    assert (body["timeouts_max"], body["incidents_max"]) == (1, None)


def test_points_are_read_as_they_are_typed(phone_page: Page, feed: FeedServer) -> None:
    """It should take a table of points however its numbers are parted."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    phone_page.get_by_text("Plan a stage", exact=True).click()
    phone_page.get_by_label("Format").select_option("Points")
    phone_page.get_by_label("Points for each place").fill("25, 18 15;12")
    phone_page.get_by_label("What decides a match").select_option("Most laps")
    phone_page.get_by_role("button", name="Create").last.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is planned.")
    body = sent_to(feed, f"{EVENT}/stages")
    assert (body["points"], body["match_format"]) == ([25, 18, 15, 12], "most_laps")


def test_practice_has_no_format_to_choose(phone_page: Page, feed: FeedServer) -> None:
    """It should plan practice as what it is, and offer it no rules that rank."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    phone_page.get_by_text("Plan a stage", exact=True).click()
    phone_page.get_by_label("Kind").select_option("Practice")
    for label in ("Format", "Rules with a name"):
        expect(phone_page.get_by_label(label)).to_have_count(0)
    phone_page.get_by_role("button", name="Create").last.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is planned.")
    body = sent_to(feed, f"{EVENT}/stages")
    assert body["kind"] == "practice"
    assert not {"format_name", "preset"} & body.keys()
