"""The plan tab: rounds, the queue and the start list, which everybody may read."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer, on_the_wire
from tests.e2e.opened_control import EVENT, STAGE_ROW, open_control, press, sent_to
from tests.e2e.race_views import event_view
from timing_server.contract.race.plan import StartList, StartRow

pytestmark = pytest.mark.e2e

QUEUED = len(event_view("idle").queue)


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


def heat_row(heat_id: str, entry_id: str, car_id: str | None = None) -> dict[str, Any]:
    """Return a heat of stage s1 as the server lists it."""
    return {"heat_id": heat_id, "stage_id": "s1", "phase": "idle", "entry_ids": [entry_id]} | {
        "number": 1,
        "car_id": car_id,
    }


def test_who_signed_up_late_gets_heats_and_a_car(phone_page: Page, feed: FeedServer) -> None:
    """It should name who has no heat, offer as many rounds as the rule has runs, and share cars."""
    feed.answers = {f"{EVENT}/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h8", "h9"]})}
    open_control(phone_page, feed, event_view("idle"))
    feed.reads[f"{EVENT}/stages"] = [{**STAGE_ROW, "runs_max": 2}]
    feed.reads[f"{EVENT}/heats"] = [heat_row("h1", "e1", "car-1")]
    phone_page.get_by_role("link", name="Set-up").click()
    card = phone_page.get_by_test_id("rounds")
    expect(card.get_by_test_id("heatless")).to_contain_text("No heat yet: Clutch Hazard, Mina Apex")
    expect(card.get_by_label("Rounds")).to_have_value("2")
    expect(card.get_by_label("Cars take turns")).to_be_checked()
    feed.reads[f"{EVENT}/heats"] = [
        heat_row("h1", "e1", "car-1"),
        heat_row("h8", "e2"),
        heat_row("h9", "e1"),
    ]
    with phone_page.expect_response("**/heats/h9/equip"):
        card.get_by_role("button", name="Plan the heats").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Heats planned: 2.")
    expect(card.get_by_test_id("heatless")).not_to_contain_text("Clutch Hazard")
    equipped = {
        sent.path.split("/")[-2]: sent.body for sent in feed.commands if "equip" in sent.path
    }
    assert {heat: body["entry_id"] for heat, body in equipped.items()} == {"h8": "e2", "h9": "e1"}
    assert {body["car_id"] for body in equipped.values()} == {"car-1"}


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
    press(card.get_by_role("button", name=f"Heat {ids[0][1:]} down"))
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
