"""The guided set-up of a new event on a phone."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import LOGIN_CODE, FeedServer, on_the_wire, problem
from tests.e2e.opened_control import PRESET_VIEWS
from tests.e2e.race_views import event_view
from timing_server.formats.presets import PRESETS

pytestmark = pytest.mark.e2e


def test_new_event_after_the_demo(phone_page: Page, feed: FeedServer) -> None:
    """It should say what to type in the terminal while a demo is on."""
    view = event_view("idle")
    feed.event_id = "ev1"
    feed.reads["/events/ev1/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(view)}
    feed.reads["/presets"] = PRESET_VIEWS
    phone_page.goto(f"{feed.url}/new-event")
    expect(phone_page.get_by_text("make serve")).to_be_visible()
    expect(phone_page.get_by_role("button", name="Create my event")).to_have_count(0)


def test_new_event_goes_on_after_an_error(phone_page: Page, feed: FeedServer) -> None:
    """It should not do twice, after an error, what was already done."""
    failures = iter([problem(409, "brand_new", "Not now."), JSONResponse({"entry_id": "e1"})])
    feed.is_open_door = False
    feed.answers = {
        "/events": lambda _: JSONResponse({"event_id": "ev1"}),
        "/events/ev1/stages": lambda _: JSONResponse({"stage_id": "s1"}),
        "/drivers": lambda _: JSONResponse({"driver_id": "d1"}),
        "/cars": lambda _: JSONResponse({"car_id": "car-1"}),
        "/events/ev1/entries": lambda _: next(failures),
        "/events/ev1/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h1"]}),
    }
    feed.reads["/events/ev1/heats"] = [{"heat_id": "h1", "entry_ids": ["e1"]}]
    feed.reads["/presets"] = PRESET_VIEWS
    feed.reads["/cars"] = [{"car_id": "swift-one", "name": "Swift 1"}]
    phone_page.goto(f"{feed.url}/new-event#code={LOGIN_CODE}")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_label("Drivers, one per line").fill("Mina Apex\n\n  ")
    phone_page.get_by_label("Cars, one per line").fill("Swift One")
    create = phone_page.get_by_role("button", name="Create my event")
    create.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Not now.")
    create.click()
    expect(phone_page).to_have_url(f"{feed.url}/control#race")
    done = [sent for sent in feed.commands if sent.path == "/events"]
    assert len({sent.key for sent in done}) == 1
    signed_up = [sent.body["car_id"] for sent in feed.commands if sent.path == "/cars"]
    assert set(signed_up) == {"swift-one-2"}
    assert feed.commands[-1].path == "/events/ev1/heats/h1/equip"
    assert feed.commands[-1].body["car_id"] == "car-1"


def test_a_new_event_needs_no_drivers(phone_page: Page, feed: FeedServer) -> None:
    """It should open an event for those who sign up by phone later, and plan no heats yet."""
    feed.is_open_door = False
    feed.answers = {
        "/events": lambda _: JSONResponse({"event_id": "ev1"}),
        "/events/ev1/stages": lambda _: JSONResponse({"stage_id": "s1"}),
    }
    feed.reads["/presets"] = PRESET_VIEWS
    phone_page.goto(f"{feed.url}/new-event#code={LOGIN_CODE}")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_role("button", name="Create my event").click()
    expect(phone_page).to_have_url(f"{feed.url}/control#race")
    paths = [sent.path for sent in feed.commands if sent.path != "/sessions"]
    assert paths == ["/events", "/events/ev1/stages", "/events/ev1/open"]


def test_new_event_under_rules_that_drivers_know(phone_page: Page, feed: FeedServer) -> None:
    """It should offer each preset with all of its sentences, and plan stage and rounds under it."""
    feed.is_open_door = False
    feed.answers = {
        "/events": lambda _: JSONResponse({"event_id": "ev1"}),
        "/events/ev1/stages": lambda _: JSONResponse({"stage_id": "s1"}),
        "/drivers": lambda _: JSONResponse({"driver_id": "d1"}),
        "/events/ev1/entries": lambda _: JSONResponse({"entry_id": "e1"}),
        "/events/ev1/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h1", "h2"]}),
    }
    feed.reads["/presets"] = PRESET_VIEWS
    phone_page.goto(f"{feed.url}/new-event#code={LOGIN_CODE}")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_label("Drivers, one per line").fill("Mina Apex")
    choice = phone_page.get_by_label("Rules that drivers know")
    for preset in PRESETS.values():
        choice.select_option(preset.title)
        expect(phone_page.get_by_test_id("preset")).to_have_text(preset.description)
        sentences = phone_page.locator(".sentences li")
        expect(sentences).to_have_text(list(preset.rules.values()))
    choice.select_option("Finals 2 × 3 min")
    phone_page.get_by_label("Time for each run, in seconds").fill("120")
    phone_page.get_by_role("button", name="Create my event").click()
    expect(phone_page).to_have_url(f"{feed.url}/control#race")
    sent = {each.path: each.body for each in feed.commands}
    stage = {"title": "Finals 2 × 3 min", "preset": "finals_2x3", "window_s": 120}
    assert sent["/events/ev1/stages"] == stage
    assert sent["/events/ev1/stages/s1/rounds"] == {"order": "reverse", "rounds_n": 2}
