"""Marshalling in a real browser against the real server: foretold, ruled, undone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import page_url
from tests.network.loopback import site_port
from tests.timing_server.web.live_server import Node, Organiser, serving
from tests.timing_server.web.marshal.raced import Raced, race_two_heats

pytestmark = pytest.mark.e2e

MIN_TARGET_PX = 48


@pytest.fixture
def raced(tmp_path: Path) -> Iterator[Raced]:
    """Two drivers have driven a heat each; the first has the best lap."""
    with serving(tmp_path, site_port()) as url:
        organiser = Organiser(url, tmp_path)
        yield race_two_heats(organiser)
        organiser.close()


def open_tab(page: Page, raced: Raced) -> None:
    """Log a marshal in and open the tab."""
    root = page_url(raced.organiser.url)
    body = {"role": "marshal", "principal": "marshal-flag"}
    code = raced.organiser.post("/codes", body)["code"]
    page.goto(f"{root}/control#code={code}")
    expect(page.get_by_test_id("notice")).to_have_text("You are logged in.")
    page.get_by_role("link", name=re.compile("^Marshal")).click()
    expect(page.get_by_test_id("sheet")).to_be_visible()


def choose_heat(page: Page, number: int) -> None:
    choice = page.get_by_label("Heat to correct")
    choice.select_option(label=f"Heat {number} · Turbo Tester {number - 1}")


def pass_row(page: Page, raced: Raced, heat: int, at: int) -> Locator:
    """Open the row of a pass and return it."""
    row = page.locator(f'[data-pass="{raced.refs[heat][at]}"]')
    row.locator("summary").first.click()
    return row


def test_a_lap_is_voided_as_foretold_and_undone(phone_page: Page, raced: Raced) -> None:
    """It should say which places will move, move them on the word, and put them back on undo."""
    open_tab(phone_page, raced)
    choose_heat(phone_page, 1)
    # Without its two best laps the leader of 0.060 s has 0.130 s: behind the other's 0.080 s.
    row = pass_row(phone_page, raced, 0, 2)
    row.get_by_role("button", name="Void pass").click()
    dialog = phone_page.get_by_role("dialog", name="Void pass")
    expect(dialog.get_by_test_id("moves")).to_have_text("No place moves.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert raced.laps_us() == [70_000, 60_000, 65_000]

    run = phone_page.get_by_test_id("runs")
    run.get_by_role("button", name="DSQ").click()
    dialog = phone_page.get_by_role("dialog", name="disqualified")
    expect(dialog.get_by_test_id("moves")).to_have_text("These 2 places move:")
    moves = dialog.locator(".row")
    expect(moves).to_contain_text(["Turbo Tester 1", "Turbo Tester 0"])
    expect(moves.first).to_contain_text("2 → 1")
    dialog.get_by_label("Why").fill("not that car")
    dialog.get_by_role("button", name="Rule so").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Done: disqualified")
    assert raced.ranks()[raced.entries[1]] == 1
    audit = phone_page.get_by_test_id("audit")
    made = audit.locator("[data-ruling]").first
    expect(made).to_contain_text("Run ruled (disqualified)")
    expect(made).to_contain_text("marshal-flag · not that car")

    made.get_by_role("button", name="Undo").click()
    dialog = phone_page.get_by_role("dialog", name="Undo")
    expect(dialog.get_by_test_id("moves")).to_have_text("These 2 places move:")
    dialog.get_by_role("button", name="Rule so").click()
    expect(audit.locator("[data-ruling]")).to_have_count(2)
    expect(audit.locator(".row--reversed")).to_contain_text("Run ruled")
    assert raced.ranks() == {raced.entries[0]: 1, raced.entries[1]: 2}


def test_times_are_typed(phone_page: Page, raced: Raced) -> None:
    """It should take seconds as people type them, for a penalty and a split, and say what isn't."""
    open_tab(phone_page, raced)
    choose_heat(phone_page, 1)
    row = pass_row(phone_page, raced, 0, 1)
    split = row.locator("form").filter(has_text="Split the lap")
    split.get_by_label("First part").fill("soon")
    split.get_by_role("button").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Type a time such as 9.482")
    split.get_by_label("First part").fill("0,03")
    split.get_by_role("button").click()
    dialog = phone_page.get_by_role("dialog", name="Split the lap")
    expect(dialog).to_contain_text("Lap 1 · Turbo Tester 0 · heat 1: – → 0.030")
    dialog.get_by_role("button", name="Rule so").click()
    expect(phone_page.get_by_test_id("sheet").locator("[data-pass]")).to_have_count(5)
    assert raced.laps_us() == [30_000, 40_000, 60_000, 65_000]


def test_a_protest_is_lodged_and_upheld(phone_page: Page, raced: Raced) -> None:
    """It should lodge a protest for an entry, and want a reason for the decision."""
    open_tab(phone_page, raced)
    card = phone_page.get_by_test_id("protests")
    card.get_by_text("Protest against heat 2").click()
    expect(card.get_by_role("timer")).to_contain_text("Protests are heard for another")
    card.get_by_label("Entry").select_option(label="1 · Turbo Tester 0")
    card.get_by_label("Why").fill("pushed me")
    card.get_by_role("button", name="Lodge the protest").click()
    lodged = card.locator("[data-protest]")
    expect(lodged).to_contain_text("pushed me")
    waiting = phone_page.get_by_role("status", name="Protests to decide: 1")
    expect(waiting).to_have_text("1")
    lodged.get_by_role("button", name="Uphold").click()
    dialog = phone_page.get_by_role("dialog", name="Uphold")
    dialog.get_by_role("button", name="Rule so").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Why").fill("seen on video")
    dialog.get_by_role("button", name="Rule so").click()
    expect(lodged).to_contain_text(re.compile("upheld · marshal-flag: seen on video"))
    expect(waiting).to_have_count(0)


def test_a_protest_is_rejected(phone_page: Page, raced: Raced) -> None:
    """It should keep the reason beside the protest, move no place, and open it again on undo."""
    open_tab(phone_page, raced)
    card = phone_page.get_by_test_id("protests")
    card.get_by_text("Protest against heat 2").click()
    card.get_by_label("Entry").select_option(label="1 · Turbo Tester 0")
    card.get_by_label("Why").fill("pushed me")
    card.get_by_role("button", name="Lodge the protest").click()
    lodged = card.locator("[data-protest]")
    lodged.get_by_role("button", name="Reject").click()
    dialog = phone_page.get_by_role("dialog", name="Reject")
    expect(dialog.get_by_test_id("moves")).to_have_text("No place moves.")
    dialog.get_by_label("Why").fill("a metre between them")
    dialog.get_by_role("button", name="Rule so").click()
    expect(lodged).to_contain_text("rejected · marshal-flag: a metre between them")
    waiting = phone_page.get_by_role("status", name="Protests to decide: 1")
    expect(waiting).to_have_count(0)
    made = phone_page.get_by_test_id("audit").locator("[data-ruling]").first
    made.get_by_role("button", name="Undo").click()
    phone_page.get_by_role("dialog").get_by_role("button", name="Rule so").click()
    expect(waiting).to_have_text("1")
    expect(lodged.get_by_role("button", name="Reject")).to_be_visible()


def test_the_sheet_follows_the_race(phone_page: Page, raced: Raced) -> None:
    """It should show a pass of the running heat when it comes, and mark an off-track now."""
    organiser = raced.organiser
    plan = organiser.plan(drivers=1, dead_time_s=0, window_s=600)
    open_tab_of_running(phone_page, raced, plan)
    node = Node(organiser)
    node.send(node.clock(), node.passing(node.now_mono_ns()))
    expect(phone_page.get_by_test_id("sheet").locator("[data-pass]")).to_have_count(1)
    phone_page.get_by_role("button", name="Off track").click()
    dialog = phone_page.get_by_role("dialog", name="Off track")
    expect(dialog).to_contain_text("off tracks 0 → 1")
    dialog.get_by_role("button", name="Rule so").click()
    expect(phone_page.get_by_test_id("runs")).to_contain_text("off ×1")
    phone_page.get_by_role("button", name="Missed pass").click()
    expect(phone_page.get_by_test_id("sheet").locator("[data-pass]")).to_have_count(2)
    phone_page.get_by_role("button", name="Begin the run anew").click()
    dialog = phone_page.get_by_role("dialog", name="Begin the run anew")
    expect(dialog).to_contain_text("→ –")
    dialog.get_by_role("button", name="Rule so").click()
    sheet = phone_page.get_by_test_id("sheet")
    expect(sheet.get_by_text("before the run was restarted")).to_have_count(2)


def open_tab_of_running(page: Page, raced: Raced, plan: dict[str, str]) -> None:
    raced.organiser.start_next(plan)
    open_tab(page, raced)


def test_whose_a_pass_was_is_one_tap(phone_page: Page, raced: Raced) -> None:
    """It should count what waits on the tab, and give a pass to whose plate is tapped."""
    organiser = raced.organiser
    plan = organiser.plan(drivers=2, dead_time_s=0, window_s=600, cars_max=2)
    body = {"stage_id": plan["stage_id"], "entry_ids": plan["entries"]}
    heat_id = organiser.post(f"{plan['path']}/heats", body)["heat_id"]
    organiser.post(f"{plan['path']}/next", {"heat_id": heat_id})
    organiser.post(f"{plan['path']}/heats/{heat_id}/start")
    node = Node(organiser)
    at_ns = node.now_mono_ns()
    node.send(node.clock(), node.passing(at_ns), node.passing(at_ns + 1_000_000))
    open_tab(phone_page, raced)
    waiting = phone_page.get_by_role("status", name="Passes that are nobody's")
    expect(waiting).to_have_text("2")
    tray = phone_page.get_by_test_id("tray")
    tray.locator("li").first.get_by_role("button", name="Turbo Tester 1").click()
    expect(waiting).to_have_text("1")
    expect(tray.locator("li")).to_have_count(1)
    tray.get_by_role("button", name="Nobody's").click()
    expect(tray).to_have_count(0)
    verdicts = [each["verdict"] for each in organiser.get(f"{plan['path']}/passes")]
    assert sorted(verdicts) == ["counted", "voided"]


@pytest.mark.parametrize("width_px", [390, 1280])
def test_targets_are_large(phone_page: Page, raced: Raced, width_px: int) -> None:
    """It should have no target below 48 px, and nothing that reaches beyond the screen."""
    phone_page.set_viewport_size({"width": width_px, "height": 844})
    open_tab(phone_page, raced)
    pass_row(phone_page, raced, 1, 1)
    small = phone_page.evaluate(
        """(least) => [...document.querySelectorAll("button, select, input, summary, a")]
          .filter((each) => each.offsetParent !== null)
          .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least)
          .map(([text]) => text)""",
        MIN_TARGET_PX,
    )
    assert small == []
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= width_px
