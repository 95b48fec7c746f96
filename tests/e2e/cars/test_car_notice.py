"""What is wrong with a car's camera or model, told in race control and on the board."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import open_board, running_view, telemetry
from tests.e2e.opened_control import open_control
from tests.e2e.race_views import event_view, heat_view
from timing_server.contract.live.messages import CarReport
from timing_server.contract.machines.devices import CarTrouble

pytestmark = pytest.mark.e2e


def report(*troubles: CarTrouble) -> CarReport:
    """Return what car-1 says of itself."""
    told = telemetry().model_copy(update={"troubles": troubles, "is_driving": not troubles})
    return CarReport(car_id="car-1", frame_seq=7, telemetry=told)


def test_race_control_says_what_a_car_lacks(feed: FeedServer, phone_page: Page) -> None:
    """It should say what to do about a car of the heat, and nothing once all is well again."""
    open_control(phone_page, feed, event_view("running", heat_view("running")))
    card = phone_page.get_by_test_id("car-troubles")
    expect(phone_page.get_by_role("heading", name="Autumn Time Trial")).to_be_visible()
    feed.send("telemetry", report("camera_gone", "model_failed"))
    expect(card).to_contain_text("car-1 · Camera unplugged")
    expect(card).to_contain_text("The model fails on a picture")
    if folder := os.environ.get("PADDOCK_SHOTS"):
        phone_page.screenshot(path=Path(folder) / "car-notice.png")
    feed.send("telemetry", report())
    expect(card).not_to_be_visible()


def test_the_board_says_why_a_car_stands(feed: FeedServer, board_page: Page) -> None:
    """It should say it over the camera's picture."""
    open_board(board_page, feed, running_view())
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    feed.send("telemetry", report("camera_stalled"))
    expect(board_page.locator(".camera__trouble")).to_contain_text("No pictures from the camera")
    if folder := os.environ.get("PADDOCK_SHOTS"):
        board_page.screenshot(path=Path(folder) / "car-board.png")
    feed.send("telemetry", report())
    expect(board_page.locator(".camera__trouble")).not_to_be_visible()
