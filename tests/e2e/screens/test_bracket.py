"""The bracket by itself for a whole screen."""

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DRAWN
from tests.e2e.feed_server import FeedServer
from tests.e2e.race_views import entry_views, event_view, heat_view
from tests.e2e.screens.opened_screen import open_screen
from timing_server.contract.live.document import EventView
from timing_server.contract.race.progression import MatchSideView, MatchView
from timing_server.formats.brackets.draws import double_elimination, single_elimination
from timing_server.formats.brackets.matches import MatchPlan, turns
from timing_server.formats.brackets.progress import Match, Side, Verdict, progress
from timing_server.rules.units import EntryId

pytestmark = pytest.mark.e2e


def _side_view(match: Match, side: Side) -> MatchSideView:
    is_winner = side.entry_id is not None and side.entry_id == match.winner
    raced_us = 7_102_345 if is_winner else 7_602_000
    return MatchSideView(
        feed=side.feed.kind,
        is_known=side.is_known,
        entry_id=side.entry_id,
        from_match=side.feed.match_name or None,
        value_us=raced_us if match.state == "raced" else None,
        is_winner=is_winner,
    )


def bracket(
    plans: tuple[MatchPlan, ...], entries_n: int, raced: tuple[str, ...] = ()
) -> dict[str, MatchView]:
    """Return the matches as the rules have them after those of these names; the first seed wins."""

    def judge(plan: MatchPlan, two: tuple[EntryId, EntryId]) -> Verdict | None:
        return Verdict(min(two, key=lambda each: int(each[1:]))) if plan.name in raced else None

    field = [EntryId(f"e{at}") for at in range(1, entries_n + 1)]
    turn_of = turns(plans)
    return {
        match.plan.name: MatchView(
            name=match.plan.name,
            part=match.plan.part,
            turn=turn_of[match.plan.name],
            round_number=match.plan.round_number,
            number=match.plan.number,
            state=match.state,
            sides=(_side_view(match, match.sides[0]), _side_view(match, match.sides[1])),
            heat_ids=(),
        )
        for match in progress(plans, field, set(), judge)
    }


def shown(matches: dict[str, MatchView], entries_n: int, form: str, **changes: Any) -> EventView:
    """Return the document of a stage that is raced by matches."""
    names = tuple(f"Driver {at}" for at in range(1, entries_n + 1))
    view = event_view("idle", entries=entry_views(names), matches=matches, queue={}, **changes)
    assert view.stage is not None
    stage = view.stage.model_copy(update={"format_name": form, "title": "Finals"})
    return view.model_copy(update={"stage": stage})


@pytest.mark.parametrize(
    ("form", "plans"),
    [
        ("single_elimination", single_elimination(16, has_bronze_final=True)),
        ("double_elimination", double_elimination(8)),
    ],
)
def test_everything_fits(
    board_page: Page, feed: FeedServer, form: str, plans: tuple[MatchPlan, ...]
) -> None:
    """It should show all matches of the turns on the screen, none of them cut off."""
    entries_n = 16 if form == "single_elimination" else 8
    view = shown(bracket(plans, entries_n), entries_n, form)
    open_screen(board_page, feed, "/bracket", view)
    duels = board_page.locator("[data-match]")
    expect(board_page.locator("[data-match=r1m1], [data-match=w1m1]")).to_be_visible()
    board_page.evaluate(DRAWN)
    inside = """all => all.every((each) => {
      const box = each.getBoundingClientRect();
      const room = document.querySelector(".duels").getBoundingClientRect();
      return box.bottom <= room.bottom + 1 && box.top >= room.top - 1;
    })"""
    assert duels.evaluate_all(inside)
    clipped = "all => all.filter((each) => each.scrollHeight > each.clientHeight + 1).length"
    assert board_page.locator(".duel__side").evaluate_all(clipped) == 0


#: Where each line begins and ends against the matches that it joins, and what it runs across.
LINES = """() => [...document.querySelectorAll(".duels__line")].map((line) => {
  const room = document.querySelector(".duels").getBoundingClientRect();
  const { from, to } = line.dataset;
  const at = (share) => line.getPointAtLength(share * line.getTotalLength());
  const boxes = [...document.querySelectorAll("[data-match]")].map((duel) => {
    const { left, right, top, bottom } = duel.getBoundingClientRect();
    const [x, y] = [room.left, room.top];
    const name = duel.dataset.match;
    return { name, left: left - x, right: right - x, top: top - y, bottom: bottom - y };
  });
  const box = (name) => boxes.find((each) => each.name === name);
  const isIn = ({ x, y }, { left, right, top, bottom }) =>
    left + 1 < x && x < right - 1 && top + 1 < y && y < bottom - 1;
  const points = Array.from({ length: 101 }, (_, each) => at(each / 100));
  const [start, end] = [at(0), at(1)];
  return {
    from, to,
    kind: line.classList[1].split("--")[1],
    isJoined: Math.abs(start.x - box(from).right) < 1 && Math.abs(end.x - box(to).left) < 1
      && start.y > box(from).top && start.y < box(from).bottom
      && end.y > box(to).top && end.y < box(to).bottom,
    across: boxes.filter((each) => points.some((point) => isIn(point, each))),
  };
})"""


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)], ids=lambda size: f"{size[0]}")
@pytest.mark.parametrize("path", ["/", "/bracket"])
def test_lines_join_matches(
    board_page: Page, feed: FeedServer, path: str, size: tuple[int, int]
) -> None:
    """It should lead a line from each match to where its winner goes on, across no other match."""
    board_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_screen(board_page, feed, path, event_view("idle"))
    for entries_n, form in product((4, 8, 16), ("single_elimination", "double_elimination")):
        plans = (
            single_elimination(entries_n, has_bronze_final=True)
            if form == "single_elimination"
            else double_elimination(entries_n)
        )
        first = plans[0].name
        matches = bracket(plans, entries_n, (first,))
        feed.show(shown(matches, entries_n, form))
        expect(board_page.locator(f"[data-from={first}]")).to_have_class(re.compile("decided"))
        board_page.evaluate(DRAWN)
        lines = board_page.evaluate(LINES)
        assert [line for line in lines if not line["isJoined"] or line["across"]] == []
        on_screen = board_page.locator("[data-match]").evaluate_all(
            "all => all.map((each) => each.dataset.match)"
        )
        wanted = {
            (side.from_match, match.name)
            for match in matches.values()
            for side in match.sides
            if side.feed == "winner" and {side.from_match, match.name} <= set(on_screen)
        }
        assert {(line["from"], line["to"]) for line in lines} == wanted
        assert len(lines) == len(wanted)


def test_lines_follow_the_bracket(board_page: Page, feed: FeedServer) -> None:
    """It should mark the way of a winner, and the way into the match that is raced now."""
    plans = single_elimination(4, has_bronze_final=False)
    open_screen(board_page, feed, "/bracket", shown(bracket(plans, 4), 4, "single_elimination"))
    lines = board_page.locator(".duels__line--open")
    expect(lines).to_have_count(2)
    feed.show(shown(bracket(plans, 4, ("r1m1",)), 4, "single_elimination"))
    expect(lines).to_have_count(1)
    expect(board_page.locator("[data-from=r1m1]")).to_have_class(re.compile("decided"))
    now = heat_view("running", (), entry_id="e1").model_copy(update={"match_name": "final"})
    matches = bracket(plans, 4, ("r1m1", "r1m2"))
    matches["final"] = matches["final"].model_copy(update={"state": "planned"})
    feed.show(shown(matches, 4, "single_elimination", heat=now))
    expect(board_page.locator(".duels__line--now")).to_have_count(2)
    board_page.set_viewport_size({"width": 1920, "height": 1080})
    expect(board_page.locator(".duels__line--now")).to_have_count(2)
    board_page.wait_for_function(f"() => ({LINES})().every((line) => line.isJoined)")


def test_a_phone_reads_it_downwards(phone_page: Page, feed: FeedServer) -> None:
    """It should lay turn below turn in letters that can be read, and draw no line between them."""
    plans = single_elimination(8, has_bronze_final=True)
    matches = bracket(plans, 8, ("r1m1",))
    open_screen(phone_page, feed, "/bracket", shown(matches, 8, "single_elimination"))
    name = phone_page.locator("[data-match=r1m1] .name").first
    expect(name).to_have_text("Driver 1")
    assert name.evaluate("each => parseFloat(getComputedStyle(each).fontSize)") >= 12
    expect(phone_page.locator(".duels__line")).to_have_count(0)
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_bracket_lives(board_page: Page, feed: FeedServer) -> None:
    """It should mark who races now, move winners on, name who won it, and survive a lost feed."""
    plans = single_elimination(4, has_bronze_final=False)
    now = heat_view("running", (), entry_id="e2").model_copy(update={"match_name": "r1m2"})
    matches = bracket(plans, 4, ("r1m1",))
    matches["r1m2"] = matches["r1m2"].model_copy(update={"state": "planned"})
    open_screen(board_page, feed, "/bracket", shown(matches, 4, "single_elimination", heat=now))
    final = board_page.locator("[data-match=final]")
    expect(final).to_contain_text("Driver 1")
    expect(final).to_contain_text("Winner of Semi-final 2")
    expect(board_page.locator(".duel--now")).to_contain_text("Driver 3")
    expect(board_page.get_by_test_id("winner")).to_have_count(0)
    feed.stop()
    expect(board_page.get_by_test_id("no-contact")).to_be_visible()
    feed.start()
    over = bracket(plans, 4, ("r1m1", "r1m2", "final"))
    feed.show(shown(over, 4, "single_elimination"))
    expect(board_page.get_by_test_id("winner")).to_contain_text("Driver 1")


def test_a_bracket_that_is_not_on_show(board_page: Page, feed: FeedServer) -> None:
    """It should show the bracket while qualifying runs, as it would be drawn now."""
    plans = single_elimination(4, has_bronze_final=False)
    stage = {"stage_id": "s2", "title": "Finals", "format_name": "single_elimination"}
    matches = [each.model_dump(mode="json") for each in bracket(plans, 4).values()]
    feed.reads["/events/ev1/stages"] = [stage]
    feed.reads["/events/ev1/stages/s2/bracket"] = {**stage, "is_drawn": False, "matches": matches}
    open_screen(board_page, feed, "/bracket", event_view("running", heat_view("running")))
    expect(board_page.get_by_test_id("not-drawn")).to_contain_text("were it drawn now")
    expect(board_page.locator("[data-match=r1m1]")).to_contain_text("Bolt Lightfoot")


def test_no_bracket(board_page: Page, feed: FeedServer) -> None:
    """It should say that the event isn't raced by matches, or that they are still to come."""
    path = "/events/ev1/stages"
    feed.reads[path] = [{"stage_id": "s1", "title": "Q", "format_name": "time_trial"}]
    open_screen(board_page, feed, "/bracket?lang=es", event_view("idle"))
    expect(board_page.get_by_role("heading", name="Aquí no hay cuadro")).to_be_visible()
    board_page.goto(f"{feed.url}/bracket?lang=en")
    expect(board_page.get_by_role("heading", name="No bracket here")).to_be_visible()
    stage = {"stage_id": "s2", "title": "Finals", "format_name": "double_elimination"}
    feed.reads[path] = [stage]
    feed.reads[f"{path}/s2/bracket"] = {**stage, "is_drawn": False, "matches": []}
    feed.show(event_view("idle", queue={}), "StagePlanned")
    expect(board_page.get_by_role("heading", name="Not drawn yet")).to_be_visible()
