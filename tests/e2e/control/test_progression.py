"""Who goes on, in a real browser: the board's cut line, and the card in race control."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import event_view, heat_view, standing_views
from tests.e2e.stack import Stack
from timing_server.contract.race.progression import CutEntryView, CutView, MatchSideView, MatchView

pytestmark = pytest.mark.e2e


def cut(line_after: str | None = "e2") -> CutView:
    rows = (
        CutEntryView(entry_id="e1", way="top", rival_entry_id="e3", distance_us=-500_000),
        CutEntryView(entry_id="e2", way="top", rival_entry_id="e3", distance_us=-18_000),
        CutEntryView(entry_id="e3", rival_entry_id="e2", distance_us=18_000),
    )
    return CutView(
        stage_id="s2",
        title="Final",
        kind="final",
        from_stage_id="s1",
        line_after=line_after,
        entries={each.entry_id: each for each in rows},
    )


def test_the_board_shows_the_cut(feed: FeedServer, board_page: Page) -> None:
    """It should draw the line, mark who goes on and say how far the one on track is away."""
    standings = standing_views((7_102_345, 7_584_000, 7_602_000))
    heat = heat_view("running", (7_602_000,), entry_id="e3")
    feed.view = event_view("running", heat, standings=standings, cut=cut())
    feed.event_id = "ev1"
    board_page.goto(feed.url)
    rows = board_page.locator("board-standings tbody tr")
    expect(rows.nth(2)).to_have_text("Final · 2 go on")
    expect(rows.nth(0)).to_contain_text("−0.500 ✓")
    expect(rows.nth(3)).to_contain_text("+0.018")
    expect(board_page.get_by_role("columnheader", name="To go on")).to_be_visible()
    expect(board_page.get_by_test_id("cut")).to_have_text("0.018 s to Final")


def test_without_a_line_the_marks_remain(feed: FeedServer, board_page: Page) -> None:
    """It should mark who goes on where no single line parts them from the others."""
    standings = standing_views((7_102_345, 7_584_000, 7_602_000))
    feed.view = event_view("idle", standings=standings, cut=cut(line_after=None))
    feed.event_id = "ev1"
    board_page.goto(feed.url)
    expect(board_page.locator(".cut__in")).to_have_count(2)
    expect(board_page.locator(".cut-line")).to_have_count(0)


def side(feed: Literal["seed", "winner"], entry_id: str | None, **changes: Any) -> MatchSideView:
    is_known = entry_id is not None
    return MatchSideView(feed=feed, is_known=is_known, entry_id=entry_id, **changes)


def match(name: str, turn: int, *sides: MatchSideView, **changes: Any) -> MatchView:
    base = MatchView(
        name=name,
        part="main",
        turn=turn,
        round_number=turn,
        number=int(name[-1]) if name[-1].isdigit() else 1,
        state="waiting",
        sides=(sides[0], sides[1]),
        heat_ids=(),
    )
    return base.model_copy(update=changes)


def test_the_board_shows_the_bracket(feed: FeedServer, board_page: Page) -> None:
    """It should show a knock-out's matches in place of the standings, with who won by what."""
    won = side("seed", "e1", value_us=7_102_345, is_winner=True)
    lost = side("seed", "e4", value_us=7_602_000)
    matches = (
        match("r1m1", 1, won, lost, state="raced"),
        match("r1m2", 1, side("seed", "e2"), side("seed", "e3"), state="planned"),
        match(
            "final",
            2,
            side("winner", "e1", from_match="r1m1"),
            side("winner", None, from_match="r1m2"),
            part="final",
        ),
    )
    view = event_view("running", heat_view("running", (), entry_id="e2"))
    assert view.stage is not None
    assert view.heat is not None
    feed.view = view.model_copy(
        update={
            "stage": view.stage.model_copy(update={"format_name": "single_elimination"}),
            "heat": view.heat.model_copy(update={"match_name": "r1m2"}),
            "matches": {each.name: each for each in matches},
        }
    )
    feed.event_id = "ev1"
    board_page.goto(feed.url)
    bracket = board_page.locator("board-bracket")
    expect(bracket.locator("[data-match=r1m1]")).to_contain_text("Semi-final 1")
    expect(bracket.locator("[data-match=r1m1] li").first).to_contain_text("7.102")
    expect(bracket.locator("[data-match=final]")).to_contain_text("Winner of Semi-final 2")
    expect(bracket.locator(".duel--now")).to_contain_text("Semi-final 2")
    expect(board_page.locator("board-standings")).to_have_count(0)
    expect(board_page.locator(".header")).to_contain_text("Semi-final 2")


def test_from_the_rule_to_the_matches(stack: Stack, phone_page: Page) -> None:
    """It should set the rule, draw the field and plan the matches, by thumb."""
    api = stack.api
    event_id, heat_id = stack.plan_heat("Mina Apex")
    path = f"/events/{event_id}"
    (stage,) = api.get(f"{path}/stages")
    (entry,) = api.get(f"{path}/entries")
    rival = api.post("/drivers", {"name": "Rusty Chicane"})["driver_id"]
    rival_id = api.post(f"{path}/entries", {"driver_ids": [rival]})["entry_id"]
    body = {"stage_id": stage["stage_id"], "entry_ids": [rival_id]}
    second = api.post(f"{path}/heats", body)["heat_id"]
    for each, entry_id in ((heat_id, entry["entry_id"]), (second, rival_id)):
        api.post(f"{path}/next")
        api.post(f"{path}/heats/{each}/start")
        api.post(f"{path}/heats/{each}/stop")
        lap = {"entry_id": entry_id, "duration_us": 8_000_000, "reason": "by stopwatch"}
        api.post(f"{path}/heats/{each}/credits", lap)
    api.post(f"{path}/stages", {"title": "Knock-out", "format_name": "single_elimination"})

    stack.log_in(phone_page)
    phone_page.goto(f"{stack.page_url}/control#plan")
    card = phone_page.locator("progression-card")
    card.get_by_label("First of all").fill("1")
    card.get_by_role("button", name="Set the rule").click()
    expect(card.get_by_test_id("going-on")).to_have_text("1 go on")
    expect(card.get_by_text("equal at the line")).to_have_count(2)
    card.get_by_text("Change the rule").click()
    card.get_by_label("First of all").fill("2")
    card.get_by_role("button", name="Set the rule").click()
    expect(card.get_by_test_id("going-on")).to_have_text("2 go on")
    card.get_by_role("button", name="Draw the field").click()
    expect(card.get_by_test_id("cut").get_by_role("listitem").first).to_contain_text("Mina Apex")
    card.get_by_role("button", name="Plan the matches that are due").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("2 heats planned.")
    expect(card.locator("[data-match=final]")).to_contain_text("planned")
