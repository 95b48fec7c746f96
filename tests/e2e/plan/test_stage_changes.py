"""Changing and removing a planned stage in the set-up tab, and start lists of late events."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer, on_the_wire
from tests.e2e.opened_control import EVENT, STAGE_ROW, open_control, sent_to
from tests.e2e.plan.test_heats import start_list
from tests.e2e.race_views import event_view

pytestmark = pytest.mark.e2e

STAGE_PATH = f"{EVENT}/stages/s1"


def open_stages(page: Page, feed: FeedServer, **changes: Any) -> None:
    """Open the set-up tab with one stage, and that stage's editor."""
    open_control(page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/stages"] = [STAGE_ROW | changes]
    page.get_by_role("link", name="Set-up").click()
    page.locator("[data-stage=s1] summary").first.click()


def test_a_stage_is_changed(phone_page: Page, feed: FeedServer) -> None:
    """It should show what the stage is planned by, and send what the form then holds."""
    open_stages(phone_page, feed, window_s=90.0, runs_max=2, is_open=True, format_name="best_mean")
    card = phone_page.locator("[data-stage=s1]")
    expect(card.get_by_label("Title")).to_have_value("Time trial")
    expect(card.get_by_label("Runs of each driver")).to_have_value("2")
    expect(card.get_by_label("Format")).to_have_value("best_mean")
    expect(card.get_by_role("checkbox")).to_be_checked()
    card.get_by_label("Title").fill("Heats")
    card.get_by_label("Runs of each driver").fill("3")
    card.get_by_role("checkbox").uncheck()
    card.get_by_role("button", name="Save the stage").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is changed.")
    sent = feed.commands[-1]
    assert (sent.method, sent.path) == ("PATCH", STAGE_PATH)
    told = {key: sent.body[key] for key in ("title", "runs_max", "window_s", "is_open", "kind")}
    assert told == {
        "title": "Heats",
        "runs_max": 3,
        "window_s": 90,
        "is_open": False,
        "kind": "qualifying",
    }
    assert (sent.body["format_name"], sent.body["incidents_max"]) == ("best_mean", None)


def test_a_stage_becomes_what_rules_with_a_name_say(phone_page: Page, feed: FeedServer) -> None:
    """It should fill the form with the rules' options, over those of the stage."""
    open_stages(phone_page, feed, runs_max=7)
    card = phone_page.locator("[data-stage=s1]")
    card.get_by_label("Rules with a name").select_option("Campus +2 s")
    expect(card.get_by_label("Runs of each driver")).to_have_value("2")
    card.get_by_role("button", name="Save the stage").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is changed.")
    body = feed.commands[-1].body
    assert (body["preset"], body["runs_max"], body["off_track_penalty_s"]) == ("campus_2s", 2, 2)


def test_a_stage_that_has_begun_is_renamed(phone_page: Page, feed: FeedServer) -> None:
    """It should ask for nothing but the title, say why, and offer no removal."""
    open_stages(phone_page, feed, has_run=True)
    card = phone_page.locator("[data-stage=s1]")
    expect(card.get_by_text("It has begun")).to_be_visible()
    expect(card.get_by_label("Kind")).to_have_count(0)
    expect(card.get_by_role("button", name="Remove")).to_have_count(0)
    card.get_by_label("Title").fill("Heats")
    card.get_by_role("button", name="Save the stage").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The stage is changed.")
    assert feed.commands[-1].body == {"title": "Heats"}


def test_a_stage_is_removed_and_planned_again(phone_page: Page, feed: FeedServer) -> None:
    """It should ask before, say how many heats go, and plan the same again by one tap."""
    starts = "2026-05-01T08:00:00+00:00"
    feed.reads["/tracks"] = [{"track_id": "oval", "name": "oval"}]
    raced_on = {"track": "oval", "track_sha256": "0" * 64}
    open_stages(phone_page, feed, cars_max=3, starts_utc=starts, slot_s=120.0, **raced_on)
    card = phone_page.locator("[data-stage=s1]")
    card.get_by_role("button", name="Remove").click()
    expect(card.get_by_text("Remove “Time trial”?")).to_be_visible()
    card.get_by_role("button", name="Keep it").click()
    assert feed.commands == []
    card.get_by_role("button", name="Remove").click()
    feed.reads[f"{EVENT}/stages"] = []
    card.get_by_role("button", name="Remove the stage").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("“Time trial” is removed.")
    assert (feed.commands[-1].method, feed.commands[-1].path) == ("DELETE", STAGE_PATH)
    planned = {"stage_id": "s2", "seq": 9, "facts": ["StagePlanned"]}
    feed.answers = {f"{EVENT}/stages": lambda _: JSONResponse(planned)}
    phone_page.get_by_role("button", name="Plan it again").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The times are set.")
    row_only = {"stage_id", "starts_utc", "slot_s", "field", "has_run", "is_virtual", *raced_on}
    told = {key: value for key, value in STAGE_ROW.items() if key not in row_only}
    assert sent_to(feed, f"{EVENT}/stages") == told | {"cars_max": 3, "track_id": "oval"}
    assert sent_to(feed, f"{EVENT}/stages/s2/schedule") == {"starts_utc": starts, "slot_s": 120}
    expect(phone_page.get_by_role("button", name="Plan it again")).to_have_count(0)


@pytest.mark.parametrize(("named_so", "chosen"), [(1, "garage-1"), (2, "")])
def test_the_next_stage_is_raced_where_the_last_was(
    phone_page: Page, feed: FeedServer, named_so: int, chosen: str
) -> None:
    """It should offer that track first, but leave it to people where two are called so."""
    tracks = [{"track_id": f"garage-{n}", "name": "Garage"} for n in range(1, named_so + 1)]
    feed.reads["/tracks"] = [*tracks, {"track_id": "oval", "name": "oval"}]
    open_stages(phone_page, feed, track="Garage", track_sha256="0" * 64)
    fresh = phone_page.locator("stage-form").last
    expect(fresh.locator("[name=track_id]")).to_have_value(chosen)
    expect(fresh.locator("[name=track_id] option")).to_have_count(2 + named_so)


def test_a_stage_that_others_change_is_shown_so(phone_page: Page, feed: FeedServer) -> None:
    """It should follow a stage that is changed on another screen."""
    open_stages(phone_page, feed)
    expect(phone_page.locator("[data-stage=s1] strong")).to_have_text("Time trial")
    feed.reads[f"{EVENT}/stages"] = [STAGE_ROW | {"title": "Heats"}]
    assert feed.view is not None
    assert feed.view.stage is not None
    stage = feed.view.stage.model_copy(update={"title": "Heats"})
    feed.reads[f"{EVENT}/view"] = {
        "seq": 2,
        "now_us": 0,
        "view": on_the_wire(feed.view.model_copy(update={"stage": stage})),
    }
    feed.show(feed.view.model_copy(update={"stage": stage}), "StageChanged")
    expect(phone_page.locator("[data-stage=s1] strong")).to_have_text("Heats")


def late_list(late_s: int) -> dict[str, Any]:
    """Return the start list with its second heat expected as late as that."""
    told = start_list()
    first, second = told["heats"]
    first["phase"] = "running"
    minutes, seconds = divmod(late_s, 60)
    second["expected_utc"] = f"2026-05-01T08:{5 + minutes:02d}:{seconds:02d}+00:00"
    return told


def test_a_late_start_list_says_what_to_expect(phone_page: Page, feed: FeedServer) -> None:
    """It should show the expected time beside the planned one once they differ by a minute."""
    feed.view = event_view("idle")
    feed.event_id = "ev1"
    feed.reads[f"{EVENT}/stages"] = [STAGE_ROW]
    feed.reads[f"{STAGE_PATH}/start-list"] = late_list(60)
    feed.reads[f"{EVENT}/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(feed.view)}
    phone_page.goto(f"{feed.url}/start-list")
    rows = phone_page.get_by_test_id("start-list").locator("li")
    expect(rows).to_have_count(2)
    expect(phone_page.get_by_text("≈")).to_have_count(0)
    feed.reads[f"{STAGE_PATH}/start-list"] = late_list(720)
    queue = dict(list(feed.view.queue.items())[1:])
    feed.show(feed.view.model_copy(update={"queue": queue}), "HeatCalled")
    expect(rows.nth(1)).to_contain_text("≈10:17")
    expect(rows.nth(1)).to_contain_text("10:05")
    expect(rows.first).not_to_contain_text("≈")
    expect(phone_page.get_by_text("the event runs late")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390
