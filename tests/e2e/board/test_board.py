"""The board in a real browser, fed with messages of the contract."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import hold_time
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view, telemetry
from tests.e2e.race_views import (
    entry_views,
    event_view,
    heat_view,
    position_report,
    standing_views,
    track_map,
)
from timing_server.contract.live.messages import CarReport

pytestmark = pytest.mark.e2e

HOSTILE = "<img src=x onerror=alert(1)>"
BIDI = "\u202eevil\u202c name"


def test_no_event_then_one(board_page: Page, feed: FeedServer) -> None:
    """It should say that there is no event, and find one as soon as it is opened."""
    open_board(board_page, feed, None)
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
    feed.view = event_view("idle")
    feed.event_id = "ev1"
    expect(board_page.get_by_role("heading", name="Autumn Time Trial")).to_be_visible()
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()


@pytest.mark.loopback
def test_new_event_says_how_to_begin(board_page: Page, feed: FeedServer) -> None:
    """It should ask for heats where none was ever planned, and send phones to the LAN address."""
    feed.reads["/health"] = {"status": "ok", "version": "1", "reachable_url": "http://10.0.0.7:80"}
    open_board(board_page, feed, event_view("idle", queue={}), site=feed.loopback_url)
    expect(board_page.get_by_role("heading", name="No heats yet")).to_be_visible()
    expect(board_page.get_by_text("plan a heat for each")).to_be_visible()
    step = board_page.locator(".steps li").first
    expect(step).to_have_text("On a phone in this network, open http://10.0.0.7:80/control")


def test_models_that_wait_to_be_played_need_no_plan(board_page: Page, feed: FeedServer) -> None:
    """It should name the first and say how it is played, not ask for heats."""
    view = event_view("idle", queue={}).model_copy(update={"next_shown": ("e2",)})
    open_board(board_page, feed, view)
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()
    expect(board_page.locator(".hero__lead--entry")).to_contain_text(view.entries["e2"].name)
    expect(board_page.locator(".steps")).to_contain_text("press 'Play next'")
    expect(board_page.locator(".steps")).not_to_contain_text("plan a heat for each")


@pytest.mark.loopback
def test_no_loopback_address_for_phones(board_page: Page, feed: FeedServer) -> None:
    """It should speak of this computer where the server can't be reached from another one."""
    feed.reads["/health"] = {"status": "ok", "version": "1", "reachable_url": "http://127.0.0.1:80"}
    open_board(board_page, feed, event_view("idle"), site=feed.loopback_url)
    step = board_page.locator(".steps li").first
    expect(step).to_have_text(f"On this computer, open {feed.loopback_url}/control")


def test_scenes_follow_the_document(board_page: Page, feed: FeedServer) -> None:
    """It should change its large area with the scene, patch by patch."""
    open_board(board_page, feed, event_view("idle"))
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()
    feed.show(event_view("called", heat_view("called")), "HeatCalled")
    expect(board_page.get_by_role("heading", name="To the line")).to_be_visible()
    expect(board_page.get_by_test_id("driver")).to_have_text("Bolt Lightfoot")
    feed.show(running_view(()), "HeatStarted")
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 1")
    feed.show(event_view("result", heat_view("finished", LAPS_US)), "HeatFinished")
    expect(board_page.get_by_text("last lap closed")).to_be_visible()
    last = event_view(
        "podium",
        heat_view("finished", LAPS_US),
        standings=standing_views((7_102_345, 7_584_000, 8_001_000)),
        queue={},
    )
    feed.show(last, "HeatFinished")
    expect(board_page.get_by_test_id("podium").get_by_text("7.102")).to_be_visible()


def test_lap_arrives(board_page: Page, feed: FeedServer) -> None:
    """It should show a lap truncated, with its mark, in strip, figures and standings."""
    open_board(board_page, feed, running_view(LAPS_US[:1]))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("8.402")
    feed.show(running_view(LAPS_US))
    last = board_page.get_by_test_id("last-lap")
    expect(last).to_contain_text("7.102")
    expect(last.get_by_role("img", name="best of all")).to_have_text("◆")
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 3")
    expect(board_page.get_by_test_id("laps").get_by_role("listitem")).to_have_count(2)
    expect(board_page.get_by_test_id("news")).to_have_text("Lap 2: 7.102")
    leader = board_page.locator("tr[data-entry=e1]")
    expect(leader).to_contain_text("7.102")
    expect(leader.locator(".is-provisional")).to_have_count(1)
    second = board_page.locator("tr[data-entry=e2]")
    expect(second).to_contain_text("+0.481")
    expect(second.get_by_role("img", name="down 1")).to_be_visible()


def test_new_best_is_celebrated(board_page: Page, feed: FeedServer) -> None:
    """It should celebrate a new best lap of all, and nothing slower, until it counts no more."""
    hold_time(board_page)
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    expect(board_page.get_by_test_id("notice")).to_be_hidden()
    feed.show(running_view((*LAPS_US, 7_900_000)))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.900")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0)
    feed.show(running_view((*LAPS_US, 7_900_000, 6_999_999)))
    expect(board_page.get_by_test_id("new-best")).to_contain_text("6.999")
    # Its time isn't over: it ends since the lap counts no more.
    feed.show(running_view((*LAPS_US, 7_900_000)), "PassVoided")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0)


def test_first_lap_of_all_is_no_record(board_page: Page, feed: FeedServer) -> None:
    """It should not celebrate a lap that had nothing to beat."""
    first = event_view("running", heat_view("running", ()))
    open_board(board_page, feed, first)
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 1")
    heat = heat_view("running", (7_102_345,))
    feed.show(first.model_copy(update={"heat": heat, "overall_best_us": 7_102_345}))
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 2")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0)


def test_last_result_comes_before_the_podium(board_page: Page, feed: FeedServer) -> None:
    """It should show the last heat's result a while, and the podium only then."""
    hold_time(board_page)
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("lap-number")).to_have_text("Lap 3")
    finished = heat_view("finished", LAPS_US)
    podium = event_view("podium", finished, standings=standing_views((7_102_345,)), queue={})
    feed.show(podium, "HeatFinished")
    expect(board_page.get_by_text("last lap closed")).to_be_visible()
    expect(board_page.get_by_test_id("podium")).to_have_count(0)
    board_page.clock.run_for(6500)
    expect(board_page.get_by_test_id("podium")).to_be_visible()
    board_page.reload()
    expect(board_page.get_by_test_id("podium")).to_be_visible()


def test_lap_by_hand_is_about(board_page: Page, feed: FeedServer) -> None:
    """It should say how far off a lap may be that was timed by hand, and only such a lap."""
    view = running_view(LAPS_US)
    assert view.heat is not None
    laps = dict(view.heat.laps)
    laps["node:j:3"] = laps["node:j:3"].model_copy(update={"bound_us": 200_000})
    heat = view.heat.model_copy(update={"laps": laps})
    open_board(board_page, feed, view.model_copy(update={"heat": heat}))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("≈ ±0.2 s")
    chips = board_page.get_by_test_id("laps").get_by_role("listitem")
    expect(chips.nth(1)).to_contain_text("≈ ±0.2 s")
    expect(chips.nth(0)).not_to_contain_text("≈")


def test_empty_panels_leave_their_room(board_page: Page, feed: FeedServer) -> None:
    """It should show map and car only once they have something to show."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    expect(board_page.locator(".stage__below")).to_have_count(0)
    feed.send("track", track_map())
    expect(board_page.locator("track-map")).to_be_visible()
    expect(board_page.locator("car-panel")).to_have_count(0)


def test_names_are_text(board_page: Page, feed: FeedServer) -> None:
    """It should render names as text, whatever they look like."""
    view = running_view(LAPS_US, entries=entry_views((HOSTILE, BIDI, "Mina Apex")))
    open_board(board_page, feed, view)
    expect(board_page.get_by_test_id("driver")).to_have_text(HOSTILE)
    row = board_page.locator("tr[data-entry=e2] bdi").first
    assert row.inner_text() == BIDI
    assert board_page.locator("img[src=x]").count() == 0


def test_car_on_the_map_and_its_picture(board_page: Page, feed: FeedServer) -> None:
    """It should move the car on the track's map and show its picture and numbers."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    for message in (track_map(), CarReport(car_id="car-1", frame_seq=7, telemetry=telemetry())):
        feed.send({"TrackMap": "track"}.get(type(message).__name__, "telemetry"), message)
    car = board_page.locator("[data-car=car-1]")
    seen: list[str | None] = []
    for step in range(2):
        for tick in range(10):
            at_ns = 1_000_000_000 * (step + 1) + tick * 100_000_000
            feed.send("positions", position_report(0.1 + step * 0.5, at_ns))
        expect(car).to_have_attribute("fill", "#f97316")
        place = position_report(0.1 + step * 0.5, 0).cars[0]
        expected = f"translate({place.x_m:.4f} {-place.y_m:.4f})"
        expect(car).to_have_attribute("transform", re.compile("^" + re.escape(expected)))
        seen.append(car.get_attribute("transform"))
    assert seen[0] != seen[1]
    panel = board_page.locator("car-panel")
    expect(panel).to_contain_text("2.1m/s")
    expect(panel.locator("img")).to_have_attribute("src", "/api/v1/cars/car-1/frame?n=7")


def test_spanish_is_remembered(board_page: Page, feed: FeedServer) -> None:
    """It should speak the language of the address, and remember it for this screen."""
    open_board(board_page, feed, running_view(LAPS_US), "?lang=es")
    expect(board_page.get_by_role("heading", name="Clasificación")).to_be_visible()
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_role("heading", name="Clasificación")).to_be_visible()
    assert board_page.locator("html").get_attribute("lang") == "es"
    assert board_page.title() == "Paddock · tablero"


def test_pages_behind_the_board_are_found(board_page: Page, feed: FeedServer) -> None:
    """It should lead to results, the plan, virtual races and race control, in small letters."""
    open_board(board_page, feed, event_view("idle"))
    links = board_page.get_by_test_id("page-links").get_by_role("link")
    expect(links).to_have_count(5)
    found = links.evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    assert found == ["/results", "/start-list", "/season", "/virtual", "/control"]
