"""What is wrong with nodes and sensors, told where race control looks during a heat."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import node_status, open_control
from tests.e2e.race_views import event_view, heat_view
from timing_server.contract.server.status import SilentGate

pytestmark = pytest.mark.e2e


def test_what_is_wrong_with_the_timing_is_seen_in_the_race_tab(
    feed: FeedServer, phone_page: Page
) -> None:
    """It should say what to do while the heat runs, and nothing once all is well again."""
    gate = SilentGate(gate="finish", role="finish", quiet_s=42)
    away = node_status(node_id="node-sector", silent_s=30)
    old = node_status(node_id="node-old", silent_s=None)
    open_control(phone_page, feed, event_view("running", heat_view("running")))
    feed.reads["/nodes"] = [node_status(silent_gates=(gate,)), away, old]
    card = phone_page.get_by_test_id("hardware")
    expect(card).to_contain_text("gate finish has seen nothing for 42 s")
    expect(card).to_contain_text("node-sector · not heard for 30 s")
    expect(card).not_to_contain_text("node-old")
    feed.reads["/nodes"] = [node_status()]
    expect(card).not_to_be_visible()
