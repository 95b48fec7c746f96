"""The board in a real browser, fed with messages of the contract."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.responses import JSONResponse, Response

from tests.e2e.feed_server import LOGIN_CODE, Answer, FeedServer, SentCommand
from tests.e2e.race_views import (
    T0_US,
    entry_views,
    event_view,
    heat_view,
    position_report,
    standing_views,
    track_map,
)
from timing_server.contract.live.document import EventView
from timing_server.contract.live.messages import ActiveEvent, CarReport, LivePing
from timing_server.contract.live.standings import StandingView
from timing_server.contract.machines.devices import CarTelemetry

pytestmark = pytest.mark.e2e

HOSTILE = "<img src=x onerror=alert(1)>"
BIDI = "\u202eevil\u202c name"
LAPS_US = (8_402_999, 7_102_345)
PING_S = 6


def open_board(
    page: Page, feed: FeedServer, view: EventView | None, query: str = "", site: str | None = None
) -> None:
    feed.view = view
    feed.event_id = view.event_id if view else None
    page.goto(f"{site or feed.url}/{query}")


def running_view(durations_us: tuple[int, ...] = LAPS_US, **changes: Any) -> EventView:
    """Return the first driver on track after these laps, the second one having run before."""
    own_us = min(durations_us, default=None)
    bests_us = (own_us, 7_584_000) if own_us else (7_584_000,)
    overall_us = min(bests_us)
    heat = heat_view("running", durations_us, overall_us=overall_us)
    standings = standing_views(bests_us, provisional=1 if own_us else None)
    parts = {"standings": standings, "overall_best_us": overall_us, **changes}
    return event_view("running", heat, **parts)


def telemetry() -> CarTelemetry:
    return CarTelemetry(
        is_driving=True,
        model_sha256=None,
        frame_rate_hz=15,
        frames=100,
        dropped_frames=0,
        stale_commands=0,
        frame_age_ms=12,
        inference_p50_ms=2.4,
        inference_p95_ms=4.1,
        steering_frac=0.3,
        throttle_frac=0.6,
        speed_mps=2.13,
    )


def test_no_event_then_one(board_page: Page, feed: FeedServer) -> None:
    """It should say that there is no event, and find one as soon as it is opened."""
    open_board(board_page, feed, None)
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
    feed.view = event_view("idle")
    feed.event_id = "ev1"
    expect(board_page.get_by_role("heading", name="Autumn Time Trial")).to_be_visible()
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()


def test_words_come_after_a_lost_request(board_page: Page, feed: FeedServer) -> None:
    """It should ask again for its words when the network lost them."""
    losses = iter([True])

    def lose_once(route: Route) -> None:
        if next(losses, False):
            route.abort()
        else:
            route.continue_()

    board_page.route("**/static/i18n/en.json", lose_once)
    open_board(board_page, feed, None)
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()
    assert next(losses, None) is None


@pytest.mark.loopback
def test_new_event_says_how_to_begin(board_page: Page, feed: FeedServer) -> None:
    """It should ask for heats where none was ever planned, and send phones to the LAN address."""
    feed.reads["/health"] = {"status": "ok", "version": "1", "reachable_url": "http://10.0.0.7:80"}
    open_board(board_page, feed, event_view("idle", queue={}), site=feed.loopback_url)
    expect(board_page.get_by_role("heading", name="No heats yet")).to_be_visible()
    expect(board_page.get_by_text("plan a heat for each")).to_be_visible()
    step = board_page.locator(".steps li").first
    expect(step).to_have_text("On a phone in this network, open http://10.0.0.7:80/control")


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


def test_what_ranks_is_shown(board_page: Page, feed: FeedServer) -> None:
    """It should show what the stage's format ranks, not the best lap, and gaps in laps."""
    values = ((8_000_000, 0, None), (9_500_000, None, 1), (10_000_000, 500_000, None))
    rows = standing_views((7_102_345, 7_000_000, 6_000_000))
    standings = {
        key: row.model_copy(
            update={
                "value_us": value_us,
                "value_laps": 3 if row.rank == 1 else 2,
                "gap_us": gap_us if row.rank < 3 else None,
                "gap_laps": gap_laps if row.rank < 3 else 1,
                "interval_us": gap_us,
                "interval_laps": gap_laps,
            }
        )
        for (key, row), (value_us, gap_us, gap_laps) in zip(rows.items(), values, strict=True)
    }
    view = running_view()
    assert view.stage is not None
    stage = view.stage.model_copy(update={"format_name": "most_laps"})
    open_board(board_page, feed, view.model_copy(update={"standings": standings, "stage": stage}))
    table = board_page.locator("board-standings")
    expect(table.get_by_role("columnheader", name="Laps · time")).to_be_visible()
    leader, second, third = (board_page.locator(f"tr[data-entry=e{at}]") for at in (1, 2, 3))
    expect(leader.locator(".standing__best")).to_have_text("3 L 8.000")
    expect(leader.get_by_role("img", name="best of all")).to_have_count(0)
    expect(second.locator(".standing__gap")).to_have_text("+1 L")
    expect(third.locator(".standing__gap")).to_have_text("+1 L")
    expect(third.locator(".standing__interval")).to_have_text("+0.500")


def told_rows(*changes: dict[str, Any]) -> dict[str, StandingView]:
    """Return standings that differ from plain ones by these fields, row by row."""
    rows = standing_views(tuple(7_000_000 + at * 1_000 for at in range(len(changes))))
    return {
        key: row.model_copy(update=change)
        for (key, row), change in zip(rows.items(), changes, strict=True)
    }


def test_rows_say_what_is_behind_them(board_page: Page, feed: FeedServer) -> None:
    """It should mark what is too close to call, and tell penalties, ties and who fell out."""
    standings = told_rows(
        {"penalty_us": 2_000_000},
        {"is_close": True},
        {"decided_by": "second_best_lap", "interval_us": 0},
        {"value_us": None, "best_lap_us": None, "interval_us": None, "status": "dsq"},
    )
    open_board(board_page, feed, running_view(standings=standings))
    first, second, third, last = (board_page.locator(f"tr[data-entry=e{at}]") for at in range(1, 5))
    expect(first.locator(".standing__penalty")).to_have_text("+2.000 pen.")
    expect(second.locator(".standing__interval")).to_have_text("≈0.001")
    expect(board_page.locator(".legend")).to_contain_text("≈ closer than the clocks can tell")
    expect(third).to_contain_text("decided by the second-best lap")
    expect(last.locator(".standing__best")).to_have_text("DSQ")
    expect(last.locator(".standing__rank")).to_have_text("")


def test_points_rank(board_page: Page, feed: FeedServer) -> None:
    """It should show points and the distances in points where points rank."""
    standings = told_rows(
        {"value_us": None, "value_points": 43, "gap_points": 0, "interval_points": 0},
        {"value_us": None, "value_points": 40, "gap_points": 3, "interval_points": 3},
    )
    view = running_view(standings=standings)
    assert view.stage is not None
    stage = view.stage.model_copy(update={"format_name": "points"})
    open_board(board_page, feed, view.model_copy(update={"stage": stage}))
    leader, second = (board_page.locator(f"tr[data-entry=e{at}]") for at in (1, 2))
    expect(leader.locator(".standing__best")).to_have_text("43 pts")
    expect(second.locator(".standing__gap")).to_have_text("+3 pts")


def test_a_practice_gives_no_places(board_page: Page, feed: FeedServer) -> None:
    """It should list a practice's laps without a place."""
    standings = told_rows({"is_ranked": False}, {"is_ranked": False})
    open_board(board_page, feed, running_view(standings=standings))
    rows = board_page.locator(".standing__rank")
    expect(rows).to_have_text(["", ""])


def test_a_guests_car_is_marked(board_page: Page, feed: FeedServer) -> None:
    """It should say beside the name, in its row and on track, that the car is timed and no more."""
    view = running_view(LAPS_US)
    entries = {
        key: each.model_copy(update={"is_timed_only": key in ("e1", "e2")})
        for key, each in view.entries.items()
    }
    open_board(board_page, feed, view.model_copy(update={"entries": entries}))
    row = board_page.locator("tr[data-entry=e2]")
    expect(row.get_by_test_id("timed-only")).to_have_text("timed only")
    expect(board_page.locator(".driver").get_by_test_id("timed-only")).to_be_visible()
    expect(board_page.locator("tr[data-entry=e3]").get_by_test_id("timed-only")).to_have_count(0)


def test_new_best_is_celebrated(board_page: Page, feed: FeedServer) -> None:
    """It should celebrate a new best lap of all, and nothing slower."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    expect(board_page.get_by_test_id("notice")).to_be_hidden()
    feed.show(running_view((*LAPS_US, 7_900_000)))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.900")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0)
    feed.show(running_view((*LAPS_US, 7_900_000, 6_999_999)))
    expect(board_page.get_by_test_id("new-best")).to_contain_text("6.999")
    feed.show(running_view((*LAPS_US, 7_900_000)), "PassVoided")
    expect(board_page.get_by_test_id("new-best")).to_have_count(0, timeout=1000)


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
    board_page.clock.install()
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


def test_no_place_without_a_lap(board_page: Page, feed: FeedServer) -> None:
    """It should give neither a rank nor the leader's colour before there is a lap."""
    view = event_view("running", heat_view("running", ()), standings=standing_views((None,)))
    open_board(board_page, feed, view)
    row = board_page.locator("tr[data-entry=e1]")
    expect(row.locator(".standing__rank")).to_have_text("")
    expect(board_page.locator(".standing--leader")).to_have_count(0)


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


def test_clock_runs_on_the_race_clock(board_page: Page, feed: FeedServer) -> None:
    """It should run the lap's clock from the race clock of the feed, not from its own."""
    feed.now_us = T0_US + 65_000_000
    open_board(board_page, feed, running_view(()))
    clock = board_page.get_by_test_id("lap-clock")
    expect(clock).to_contain_text("1:05.")
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    expect(board_page.locator(".window-clock")).to_contain_text("0:2")


def test_no_contact_when_the_server_stops(board_page: Page, feed: FeedServer) -> None:
    """It should count the silence, stop the clock, and go on by itself when the server is back."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    feed.stop()
    banner = board_page.get_by_test_id("no-contact")
    expect(banner).to_contain_text("No contact for")
    clock = board_page.get_by_test_id("lap-clock")
    stopped_at = clock.inner_text()
    expect(banner).to_contain_text("2 s")
    assert clock.inner_text() == stopped_at
    feed.view = running_view((*LAPS_US, 7_300_000))
    feed.seq += 1
    feed.start()
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.300", timeout=15_000)
    expect(banner).to_have_count(0)


def test_stream_resumes_where_it_left_off(board_page: Page, feed: FeedServer) -> None:
    """It should name the last fact it saw when it reconnects, and get only what it missed."""
    open_board(board_page, feed, running_view(LAPS_US[:1]))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("8.402")
    feed.show(running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    last_seq = feed.seq
    feed.drop_streams()
    feed.show(running_view((*LAPS_US, 7_300_000)))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.300", timeout=15_000)
    assert feed.resumed_from == [None, str(last_seq)]


def test_silent_stream_is_no_contact(board_page: Page, feed: FeedServer) -> None:
    """It should not trust an open connection that says nothing."""
    board_page.clock.install()
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("last-lap")).to_contain_text("7.102")
    board_page.clock.fast_forward(PING_S * 1000)
    board_page.clock.run_for(1000)
    expect(board_page.get_by_test_id("no-contact")).to_be_visible()
    feed.send("ping", LivePing(now_us=feed.now_us))
    expect(board_page.get_by_test_id("no-contact")).to_have_count(0)


def test_switch_to_another_event(board_page: Page, feed: FeedServer) -> None:
    """It should follow to the event that owns the venue now."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_role("heading", name="Autumn Time Trial")).to_be_visible()
    feed.show(event_view("idle").model_copy(update={"event_id": "ev2", "name": "Night Sprint"}))
    expect(board_page.get_by_role("heading", name="Night Sprint")).to_be_visible()
    feed.event_id = None
    feed.send("switched", ActiveEvent(event_id=None))
    expect(board_page.get_by_role("heading", name="No event yet")).to_be_visible()


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


def tripped(feed: FeedServer) -> Answer:
    """Return an answer to the broken beam whose pass arrives, closing a lap."""

    def answer(_sent: SentCommand) -> Response:
        feed.show(running_view((*LAPS_US, 7_900_000)))
        return JSONResponse({})

    return answer


def test_trip_that_the_sensor_merged(board_page: Page, feed: FeedServer) -> None:
    """It should claim no pass that never came, nor take an older one for it."""
    open_board(board_page, feed, running_view(LAPS_US))
    board_page.get_by_role("button", name="Trip the beam").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text(
        "too close to the last pass", timeout=20_000
    )
    feed.show(event_view("idle"))
    board_page.get_by_role("button", name="Trip the beam").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("No heat is running")


def test_false_trigger_is_voided(board_page: Page, feed: FeedServer) -> None:
    """It should strike the newest pass, so that the halves of its lap become one."""
    open_board(board_page, feed, running_view(LAPS_US))
    board_page.get_by_role("button", name="Void the last pass").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("one lap again")
    assert feed.commands[-1].path == "/events/ev1/passes/node:j:3/void"


def test_demo_strip_asks_for_the_code(board_page: Page, feed: FeedServer) -> None:
    """It should ask for the terminal's code where needed, then do what was asked, once."""
    feed.is_open_door = False
    open_board(board_page, feed, running_view(LAPS_US))
    board_page.get_by_role("button", name="Void a lap").click()
    board_page.get_by_label("Code").fill("000000")
    board_page.get_by_role("button", name="Log in").click()
    expect(board_page.get_by_text("That code is wrong, used or too old.")).to_be_visible()
    board_page.get_by_label("Code").fill(LOGIN_CODE)
    board_page.get_by_role("button", name="Log in").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("Lap 2 no longer counts")
    refused, done = feed.commands
    assert done.path == "/events/ev1/laps/node:j:3/void"
    assert done.key
    assert refused.key == done.key
    feed.answers["/demo/trip"] = tripped(feed)
    board_page.get_by_role("button", name="Trip the beam").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("through the beam: counted")
    assert (feed.commands[-1].path, feed.commands[-1].body) == ("/demo/trip", {"gate": "finish"})
    board_page.get_by_role("button", name="Undo").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("taken back")
    assert feed.commands[-1].path == "/events/ev1/rulings/undo"


def test_code_in_the_address_logs_in(board_page: Page, feed: FeedServer) -> None:
    """It should log in by the fragment's code and take it out of the address bar."""
    open_board(board_page, feed, running_view(LAPS_US), f"#code={LOGIN_CODE}")
    expect(board_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    assert board_page.url == f"{feed.url}/"
    feed.is_open_door = False
    feed.answers["/demo/trip"] = tripped(feed)
    board_page.get_by_role("button", name="Trip the beam").click()
    expect(board_page.get_by_test_id("notice")).to_contain_text("through the beam")


def test_spanish_is_remembered(board_page: Page, feed: FeedServer) -> None:
    """It should speak the language of the address, and remember it for this screen."""
    open_board(board_page, feed, running_view(LAPS_US), "?lang=es")
    expect(board_page.get_by_role("heading", name="Clasificación")).to_be_visible()
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_role("heading", name="Clasificación")).to_be_visible()
    assert board_page.locator("html").get_attribute("lang") == "es"
    assert board_page.title() == "Paddock · tablero"


def test_pages_behind_the_board_are_found(board_page: Page, feed: FeedServer) -> None:
    """It should lead to results, start list, season and race control, in small letters."""
    open_board(board_page, feed, event_view("idle"))
    links = board_page.get_by_test_id("page-links").get_by_role("link")
    expect(links).to_have_count(4)
    found = links.evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    assert found == ["/results", "/start-list", "/season", "/control"]
