"""A board in a browser, fed with messages of the contract: what its tests begin with."""

from typing import Any

from playwright.sync_api import Page

from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import (
    event_view,
    heat_view,
    standing_views,
)
from timing_server.contract.live.document import EventView
from timing_server.contract.machines.devices import CarTelemetry

LAPS_US = (8_402_999, 7_102_345)


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
