"""Passes and laps put right from race control: entered, struck, taken back, in any heat."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import open_control, press
from tests.e2e.race_views import event_view, heat_view, ruling_view

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)


def test_space_bar_enters_a_pass(phone_page: Page, feed: FeedServer) -> None:
    """It should enter one pass per press of the space bar, whatever button has the focus."""
    open_control(phone_page, feed, event_view("running", heat_view("running", LAPS_US)))
    phone_page.get_by_role("button", name="Stop", exact=True).focus()
    phone_page.keyboard.press("Space")
    expect(phone_page.get_by_test_id("notice")).to_have_text("Pass entered.")
    assert [sent.path for sent in feed.commands] == ["/events/ev1/heats/h1/passes"]
    assert feed.commands[0].body == {"reason": "seen by a marshal"}
    press(phone_page.get_by_role("button", name="Manual pass"))
    assert [sent.path for sent in feed.commands] == ["/events/ev1/heats/h1/passes"] * 2


@pytest.mark.parametrize("page_name", ["phone_page", "laptop_page"])
def test_a_message_leaves_the_buttons_free(
    page_name: str, feed: FeedServer, request: pytest.FixtureRequest
) -> None:
    """It should lie over none of the heat's buttons, which the next press may need."""
    page: Page = request.getfixturevalue(page_name)
    open_control(page, feed, event_view("running", heat_view("running", LAPS_US)))
    page.get_by_role("button", name="Manual pass").click()
    expect(page.get_by_test_id("notice")).to_have_text("Pass entered.")
    covered = page.get_by_test_id("notice").evaluate(
        """(notice) => {
            const over = notice.getBoundingClientRect();
            const isUnder = (box) => box.left < over.right && box.right > over.left
                && box.top < over.bottom && box.bottom > over.top;
            const buttons = [...document.querySelectorAll(".card--heat button")];
            return buttons.filter((each) => isUnder(each.getBoundingClientRect())).length;
        }"""
    )
    assert covered == 0


def test_void_and_undo(phone_page: Page, feed: FeedServer) -> None:
    """It should void laps and passes with one tap, and take the very ruling back with another."""
    heat = heat_view("running", LAPS_US)
    lap = heat.laps["node:j:2"].model_copy(update={"state": "void", "void_ruling_id": "r1"})
    heat = heat.model_copy(update={"laps": heat.laps | {"node:j:2": lap}})
    about = {"heat_id": "h1", "heat_number": 1, "entry_id": "e1", "lap_number": 1}
    rulings = {"r1": ruling_view("r1", "LapVoided", "node:j:2", **about)}
    open_control(phone_page, feed, event_view("running", heat, rulings=rulings))
    row = phone_page.locator("[data-pass='node:j:3']")
    row.get_by_role("button", name="Void lap").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("no longer counts")
    row.get_by_role("button", name="Void pass").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The pass no longer counts.")
    voided = phone_page.locator("[data-pass='node:j:2']")
    expect(voided.get_by_role("button", name="Void lap")).to_have_count(0)
    voided.get_by_role("button", name="Undo").click()
    undone = "Taken back: Lap voided · Bolt Lightfoot · Heat 1 · Lap 1"
    expect(phone_page.get_by_test_id("notice")).to_have_text(undone)
    audit = phone_page.locator("[data-ruling=r1]")
    expect(audit).to_contain_text("Lap voided")
    expect(audit).to_contain_text("Bolt Lightfoot · Heat 1 · Lap 1")
    expect(audit).to_contain_text("organiser · hand in the beam")
    assert [sent.path for sent in feed.commands] == [
        "/events/ev1/laps/node:j:3/void",
        "/events/ev1/passes/node:j:3/void",
        "/events/ev1/rulings/r1/reverse",
    ]


def test_a_second_tap_takes_a_voided_lap_back(phone_page: Page, feed: FeedServer) -> None:
    """It should put the undo where 'Void lap' was, so that a hasty second tap is harmless."""
    heat = heat_view("running", LAPS_US)
    view = event_view("running", heat)
    open_control(phone_page, feed, view)
    row = phone_page.locator("[data-pass='node:j:2']")
    void = row.get_by_role("button", name="Void lap")
    void.scroll_into_view_if_needed()
    before = void.bounding_box()
    assert before is not None
    lap = heat.laps["node:j:2"].model_copy(update={"state": "void", "void_ruling_id": "r1"})
    voided = heat.model_copy(update={"laps": heat.laps | {"node:j:2": lap}})
    rulings = {"r1": ruling_view("r1", "LapVoided", "node:j:2")}
    feed.show(view.model_copy(update={"heat": voided, "rulings": rulings}), "LapVoided")
    expect(row.get_by_role("button", name="Undo")).to_be_visible()
    phone_page.mouse.click(before["x"] + 40, before["y"] + 20)
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Taken back")
    assert [sent.path for sent in feed.commands] == ["/events/ev1/rulings/r1/reverse"]


def test_undo_says_what_it_took_back(phone_page: Page, feed: FeedServer) -> None:
    """It should name ruling, driver, heat and instant, also of one that is no longer on show."""
    mark = ruling_view(
        "r9", "OffTrackMarked", "e3", heat_number=2, entry_id="e3", elapsed_us=61_230_000
    )
    reversal = ruling_view(
        "r8", "RulingReversed", "r7", reversed_kind="PassVoided", heat_number=4, entry_id="e4"
    )
    outcome = {"seq": 2, "facts": [], "ruling_id": "r10", "reversed_ruling_id": "r9"}
    feed.answers = {"/events/ev1/rulings/undo": lambda _: JSONResponse(outcome)}
    feed.reads["/events/ev1/rulings"] = [mark.model_dump(mode="json")]
    open_control(phone_page, feed, event_view("idle", rulings={"r8": reversal}))
    row = phone_page.locator("[data-ruling=r8]")
    expect(row).to_contain_text("Ruling taken back: Pass voided")
    expect(row).to_contain_text("Rusty Chicane · Heat 4")
    phone_page.get_by_role("button", name="Undo").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text(
        "Taken back: Off track · Mina Apex · Heat 2 · at 1:01.23"
    )


def test_an_earlier_heat_is_corrected(phone_page: Page, feed: FeedServer) -> None:
    """It should show the laps of any heat that is over, and void them."""
    earlier = heat_view("finished", LAPS_US, entry_id="e2")
    row = {"heat_id": "h1", "number": 1, "phase": "finished", "entry_ids": ["e2"]}
    feed.reads["/events/ev1/heats/h1"] = earlier.model_dump(mode="json")
    feed.reads["/events/ev1/rulings"] = []
    now = heat_view("running").model_copy(update={"heat_id": "h5", "number": 5})
    view = event_view("running", now)
    open_control(phone_page, feed, view)
    feed.reads["/events/ev1/heats"] = [row]
    phone_page.reload()
    expect(phone_page.locator("[data-pass='node:j:1']")).to_contain_text("counted")
    phone_page.get_by_label("Heat to correct").select_option("Heat 1 · Clutch Hazard")
    lap = phone_page.locator("[data-pass='node:j:3']")
    expect(lap).to_contain_text("7.102")
    lap.get_by_role("button", name="Void lap").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The lap no longer counts.")
    assert feed.commands[-1].path == "/events/ev1/laps/node:j:3/void"
    voided = earlier.laps["node:j:3"].model_copy(update={"state": "void", "void_ruling_id": "r1"})
    heat = earlier.model_copy(update={"laps": earlier.laps | {"node:j:3": voided}})
    feed.reads["/events/ev1/heats/h1"] = heat.model_dump(mode="json")
    rulings = {"r1": ruling_view("r1", "LapVoided", "node:j:3")}
    feed.show(view.model_copy(update={"rulings": rulings}), "LapVoided")
    lap.get_by_role("button", name="Undo").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Taken back")
    assert feed.commands[-1].path == "/events/ev1/rulings/r1/reverse"
