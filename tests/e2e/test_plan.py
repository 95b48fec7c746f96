"""The set-up tab: who takes part, the stages, the running order and the start list."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer, on_the_wire
from tests.e2e.race_views import event_view
from tests.e2e.test_control import STAGE_ROW, open_control
from timing_server.contract.race.plan import EntryRow, StartList, StartRow

pytestmark = pytest.mark.e2e

EVENT = "/events/ev1"
QUEUED = len(event_view("idle").queue)


def sent_to(feed: FeedServer, path: str) -> Any:
    """Return the body of the newest command to a path."""
    return [each.body for each in feed.commands if each.path == path][-1]


def entry(number: int, **changes: Any) -> dict[str, Any]:
    row = EntryRow(
        entry_id=f"e{number}",
        number=number,
        name=f"Driver {number}",
        driver_ids=(f"x{number}",),
        is_withdrawn=False,
    )
    return row.model_copy(update=changes).model_dump(mode="json")


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
    card.locator("[data-entry=e2]").get_by_role("button", name="Here").click()
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


def test_matches_are_not_planned_as_rounds(phone_page: Page, feed: FeedServer) -> None:
    """It should plan no round of a knock-out, whose heats are the matches of its field."""
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/stages"] = [{**STAGE_ROW, "format_name": "single_elimination"}]
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("rounds")
    expect(card.get_by_text("raced by matches")).to_be_visible()
    expect(card.get_by_role("button")).to_have_count(0)


def test_rounds_are_planned(phone_page: Page, feed: FeedServer) -> None:
    """It should say what each order means, and plan as many rounds as wanted."""
    feed.answers = {
        f"{EVENT}/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h1", "h2", "h3"]})
    }
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/stages"] = [{**STAGE_ROW, "cars_max": 2}]
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("rounds")
    expect(card.get_by_text("The lowest number begins.")).to_be_visible()
    card.get_by_label("Who drives when").select_option("Longest wait first")
    expect(card.get_by_text("Nobody drives twice in a row")).to_be_visible()
    card.get_by_label("Rounds").fill("2")
    card.get_by_label("Only those who are here").check()
    card.get_by_role("button", name="Plan the heats").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Heats planned: 3.")
    assert sent_to(feed, f"{EVENT}/stages/s1/rounds") == {
        "order": "balanced",
        "rounds_n": 2,
        "is_checked_in_only": True,
        "has_lanes": True,
    }
    card.get_by_label("Who drives when").select_option("The best last, by the standings")
    expect(card.get_by_label("Standings of")).to_have_value("s1")


def test_the_queue_is_moved_by_thumb(phone_page: Page, feed: FeedServer) -> None:
    """It should send the whole new order, and take a heat out."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    card = phone_page.get_by_test_id("queue")
    notice = phone_page.get_by_test_id("notice")
    rows = card.locator("[data-heat]")
    expect(rows).to_have_count(QUEUED)
    ids = [str(each.get_attribute("data-heat")) for each in rows.all()]
    expect(card.get_by_role("button", name=f"Heat {ids[0][1:]} up")).to_be_disabled()
    card.get_by_role("button", name=f"Heat {ids[1][1:]} up").click()
    expect(notice).to_have_text("The order is changed.")
    order = f"{EVENT}/heats/order"
    assert sent_to(feed, order)["heat_ids"][:3] == [ids[1], ids[0], ids[2]]
    card.get_by_role("button", name=f"Heat {ids[0][1:]} down").click()
    card.get_by_role("button", name=f"Remove heat {ids[2][1:]}").click()
    expect(notice).to_have_text(f"Heat {ids[2][1:]} is removed.")
    sent = feed.commands[-1]
    assert (sent.method, sent.path) == ("DELETE", f"{EVENT}/heats/{ids[2]}")


def test_the_start_list_gets_its_times(phone_page: Page, feed: FeedServer) -> None:
    """It should send what the clocks at the event say, with their offset from UTC."""
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/stages/s1/start-list"] = start_list()
    phone_page.get_by_role("link", name="Set-up").click()
    rows = phone_page.get_by_test_id("start-list").locator("li")
    expect(rows).to_contain_text(["Mina Apex", "Rusty Chicane"])
    expect(rows.first).to_contain_text("10:00")
    phone_page.get_by_text("Planned times").click()
    phone_page.get_by_label("The first heat, by the clock in Europe/Madrid").fill(
        "2026-07-01T09:30"
    )
    phone_page.get_by_label("Minutes for each heat").fill("2.5")
    phone_page.get_by_role("button", name="Set the times").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The times are set.")
    assert sent_to(feed, f"{EVENT}/stages/s1/schedule") == {
        "starts_utc": "2026-07-01T09:30:00+02:00",
        "slot_s": 150,
    }


def start_list() -> dict[str, Any]:
    """Return a start list of two heats, two cars in the first."""
    first = StartRow(
        heat_id="h1",
        number=1,
        round_number=1,
        match_name="",
        phase="idle",
        planned_utc="2026-05-01T08:00:00+00:00",
        entry_ids=("e1", "e2"),
        lanes=(1, 2),
        names=("Mina Apex", "Bolt Lightfoot"),
        timed_only_ids=("e2",),
    )
    second = first.model_copy(
        update={
            "heat_id": "h2",
            "number": 2,
            "round_number": 2,
            "planned_utc": "2026-05-01T08:05:00+00:00",
            "entry_ids": ("e3",),
            "lanes": (None,),
            "names": ("Rusty Chicane",),
            "timed_only_ids": (),
        }
    )
    shown = StartList(
        stage_id="s1", title="Qualifying", time_zone="Europe/Madrid", heats=(first, second)
    )
    return shown.model_dump(mode="json")


def test_everybody_reads_the_start_list(phone_page: Page, feed: FeedServer) -> None:
    """It should show it without a login, in the event's time, and follow what changes."""
    feed.view = event_view("idle")
    feed.event_id = "ev1"
    feed.reads[f"{EVENT}/stages"] = [STAGE_ROW]
    feed.reads[f"{EVENT}/stages/s1/start-list"] = start_list()
    feed.reads[f"{EVENT}/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(feed.view)}
    phone_page.goto(f"{feed.url}/start-list")
    expect(phone_page.get_by_role("heading", level=1)).to_have_text("Start list")
    rows = phone_page.get_by_test_id("start-list").locator("li")
    expect(rows.first).to_contain_text("10:00")
    expect(rows.first).to_contain_text("Bolt Lightfoot lane 2")
    expect(rows.get_by_test_id("timed-only")).to_have_count(1)
    expect(rows.first.get_by_test_id("timed-only")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("Heat 2 · Round 2")
    changed = start_list()
    changed["heats"] = changed["heats"][1:]
    feed.reads[f"{EVENT}/stages/s1/start-list"] = changed
    queue = dict(list(feed.view.queue.items())[1:])
    feed.show(feed.view.model_copy(update={"queue": queue}), "HeatRemoved")
    expect(rows).to_have_count(1)
    width = phone_page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


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


def test_a_typed_time_is_an_instant(board_page: Page, feed: FeedServer) -> None:
    """It should know each zone's offset on the day that is meant, on either side of a change."""
    board_page.goto(f"{feed.url}/static/icon.svg")
    cases = (
        ("UTC", "2026-05-01T10:00", "2026-05-01T10:00:00+00:00"),
        ("Europe/Madrid", "2026-01-01T10:00", "2026-01-01T10:00:00+01:00"),
        ("Europe/Madrid", "2026-03-29T01:30", "2026-03-29T01:30:00+01:00"),
        ("Europe/Madrid", "2026-03-29T03:30", "2026-03-29T03:30:00+02:00"),
        ("America/St_Johns", "2026-07-01T10:00", "2026-07-01T10:00:00-02:30"),
        ("Asia/Kolkata", "2026-07-01T00:15", "2026-07-01T00:15:00+05:30"),
    )
    for zone, typed, instant in cases:
        found = board_page.evaluate(
            "async ([zone, typed]) => "
            "(await import('/static/control/plan/local_time.js')).instantIn(zone, typed)",
            [zone, typed],
        )
        assert found == instant


def test_a_match_has_the_name_of_its_bracket(phone_page: Page, feed: FeedServer) -> None:
    """It should call a match on the start list what the bracket calls it."""
    open_control(phone_page, feed, event_view("idle"))
    field = [f"e{number}" for number in range(1, 5)]
    stage = {**STAGE_ROW, "format_name": "single_elimination", "field": field}
    feed.reads[f"{EVENT}/stages"] = [stage]
    told = start_list()
    told["heats"][0]["match_name"] = "r1m2"
    feed.reads[f"{EVENT}/stages/s1/start-list"] = told
    phone_page.get_by_role("link", name="Set-up").click()
    rows = phone_page.get_by_test_id("start-list").locator("li")
    expect(rows.first).to_contain_text("Semi-final 2")


def test_everybody_is_checked_in_by_one_tap(phone_page: Page, feed: FeedServer) -> None:
    """It should say in words who is here, check in the others one by one, and tell it once."""
    open_control(phone_page, feed, event_view("idle"))
    told = [entry(1, is_checked_in=True), entry(2), entry(3, is_withdrawn=True), entry(4)]
    feed.reads[f"{EVENT}/entries"] = told
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("entries")
    expect(card.locator("[data-entry=e1]").get_by_role("button")).to_have_text("Here")
    expect(card.locator("[data-entry=e2]").get_by_role("button")).to_have_text("Not here yet")
    card.get_by_role("button", name="All here").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Checked in: 2.")
    paths = [each.path for each in feed.commands]
    assert paths[-2:] == [f"{EVENT}/entries/e2/check-in", f"{EVENT}/entries/e4/check-in"]
