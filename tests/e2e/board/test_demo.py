"""The board's strip of the demo: a beam is tripped, a pass or a lap struck, all taken back."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse, Response

from tests.e2e.feed_server import LOGIN_CODE, Answer, FeedServer, SentCommand
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import (
    event_view,
)

pytestmark = pytest.mark.e2e


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
    expect(board_page.get_by_test_id("notice")).to_contain_text("too close to the last pass")
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
