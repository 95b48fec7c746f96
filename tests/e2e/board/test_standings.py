"""The board's standings: what ranks, what is behind a row, and who has no place."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import (
    event_view,
    heat_view,
    standing_views,
)
from timing_server.contract.live.standings import StandingView

pytestmark = pytest.mark.e2e


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


def test_no_place_without_a_lap(board_page: Page, feed: FeedServer) -> None:
    """It should give neither a rank nor the leader's colour before there is a lap."""
    view = event_view("running", heat_view("running", ()), standings=standing_views((None,)))
    open_board(board_page, feed, view)
    row = board_page.locator("tr[data-entry=e1]")
    expect(row.locator(".standing__rank")).to_have_text("")
    expect(board_page.locator(".standing--leader")).to_have_count(0)
