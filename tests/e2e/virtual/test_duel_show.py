"""Head-to-head before an audience: race control plays a match, a real worker drives both, boards
show it.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.worker.hostile import good, no_number
from tests.car_agent.worker.shows.stage import OnDuelStage
from tests.e2e.accessibility import check_access
from tests.e2e.virtual.driven import open_show_card
from tests.faults.virtual.workers import WorkerProcess
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver

pytestmark = pytest.mark.e2e


def test_a_final_is_played(
    laptop_page: Page,
    hall: Page,
    organiser: Organiser,
    rivals: list[LeagueDriver],
    worker: WorkerProcess,
) -> None:
    """It should say who meets whom, show both cars, both views and both runs, and who won."""
    stage = OnDuelStage(organiser, rivals, "single_elimination", laps=2, is_played=True)
    page = laptop_page
    card = open_show_card(page, organiser)
    expect(card).to_contain_text("No two models wait to race each other.")
    stage.submit_all(good("fast"), good())
    # What is due is planned by playing it.
    organiser.post(f"{stage.path}/stages/{stage.plan['stage_id']}/draw", {})
    expect(card).to_contain_text("Next: Apex Otter – Volt Vixen. Waiting: 1.")
    card.get_by_role("button", name="Play next").click()
    expect(card.get_by_test_id("show-state")).to_contain_text("lab-1 is ready")
    expect(card.get_by_test_id("shown")).to_contain_text("Volt Vixen")
    expect(hall.get_by_test_id("field")).to_contain_text("Apex Otter")
    check_access(page)
    page.get_by_role("button", name="Start lights").click()
    for car_id in ("virtual", "virtual-2"):
        expect(hall.locator(f"track-map [data-car={car_id}]")).to_be_visible()
    # Nobody passes the line by hand for a car that is simulated.
    expect(page.locator("[data-run]")).to_have_count(2)
    expect(page.locator("[data-run] button")).to_have_count(0)
    views = hall.locator("car-panel")
    expect(views).to_have_count(2)
    expect(views.nth(0)).to_contain_text("Apex Otter")
    expect(views.nth(1)).to_contain_text("Volt Vixen")
    expect(views.nth(1).locator(".camera__picture")).to_be_visible()
    rows = hall.get_by_test_id("field").get_by_role("listitem")
    expect(rows.nth(1)).to_contain_text(re.compile(r"\d+\.\d{3}"), timeout=90_000)
    check_access(hall)
    expect(hall.locator(".hero--result")).to_be_visible(timeout=90_000)
    expect(rows.nth(0)).to_contain_text("Apex Otter")
    expect(card).to_contain_text("No two models wait to race each other.")


def test_a_model_that_breaks_off_is_told_of(
    laptop_page: Page,
    hall: Page,
    organiser: Organiser,
    rivals: list[LeagueDriver],
    worker: WorkerProcess,
) -> None:
    """It should say on the board that the other starts again, and let it win."""
    stage = OnDuelStage(organiser, rivals, is_played=True)
    stage.submit_all(no_number(), good("fast"))
    card = open_show_card(laptop_page, organiser)
    card.get_by_role("button", name="Play next").click()
    expect(card.get_by_test_id("show-state")).to_contain_text("lab-1 is ready")
    laptop_page.get_by_role("button", name="Start lights").click()
    expect(hall.get_by_test_id("anew")).to_have_text("Volt Vixen starts again, alone")
    expect(hall.locator("track-map [data-car=virtual-2]")).to_be_visible()
    expect(hall.locator("track-map [data-car=virtual]")).to_have_count(0)
    expect(hall.locator(".hero--result")).to_be_visible(timeout=90_000)
    rows = hall.get_by_test_id("field").get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("Volt Vixen")
    expect(rows.nth(1)).to_contain_text("did not finish")


def test_a_lost_worker_is_told_of(
    laptop_page: Page,
    hall: Page,
    organiser: Organiser,
    rivals: list[LeagueDriver],
    worker: WorkerProcess,
) -> None:
    """It should say on the board why the match broke off, and let it be played again."""
    stage = OnDuelStage(organiser, rivals, "single_elimination", is_played=True)
    stage.submit_all(good("fast"), good())
    organiser.post(f"{stage.path}/stages/{stage.plan['stage_id']}/draw", {})
    organiser.post(f"{stage.path}/stages/{stage.plan['stage_id']}/matches", {})
    card = open_show_card(laptop_page, organiser)
    card.get_by_role("button", name="Play next").click()
    expect(card.get_by_test_id("show-state")).to_contain_text("lab-1 is ready")
    laptop_page.get_by_role("button", name="Start lights").click()
    expect(hall.locator("track-map [data-car=virtual]")).to_be_visible()
    stage.until(lambda: bool(stage.view()["heat"]["passes"]), "a pass")
    worker.close()
    expect(hall.get_by_test_id("broken-off")).to_be_visible(timeout=60_000)
    expect(hall.get_by_test_id("rivals")).to_contain_text("Volt Vixen")
    expect(card).to_contain_text("Next: Apex Otter – Volt Vixen. Waiting: 1.")
    expect(card.get_by_role("button", name="Play next")).to_be_enabled()
