"""Submissions that an organiser plays before an audience, by a real worker, on a real board."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.worker.hostile import good
from tests.car_agent.worker.shows.stage import OnStage
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.e2e.virtual.driven import open_show_card
from tests.faults.virtual.workers import WorkerProcess
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(organiser: Organiser, guests: Guests) -> OnStage:
    """A stage whose runs are played alone, with two submissions of one driver."""
    made = OnStage(organiser, guests.driver("Apex Otter"), laps=2, is_played=True)
    made.submit(good())
    made.submit(good("balanced"))
    return made


def test_one_after_the_other_is_played(
    laptop_page: Page, hall: Page, organiser: Organiser, stage: OnStage, worker: WorkerProcess
) -> None:
    """It should call, start, show map, view, clock and laps, then the result, then the next."""
    page = laptop_page
    card = open_show_card(page, organiser)
    expect(card).to_contain_text("Waiting: 2.")
    expect(hall.locator(".footer__next")).to_contain_text("Apex Otter")
    for _ in range(2):
        card.get_by_role("button", name="Play next").click()
        expect(card.get_by_test_id("show-state")).to_contain_text("lab-1 is ready")
        expect(hall.get_by_test_id("driver")).to_have_text("Apex Otter")
        page.get_by_role("button", name="Start lights").click()
        expect(hall.get_by_test_id("lap-clock")).to_be_visible()
        car = hall.locator("track-map [data-car=virtual]")
        expect(car).to_be_visible()
        before = car.get_attribute("transform")
        expect(car).not_to_have_attribute("transform", before or "")
        expect(hall.locator(".camera__picture")).to_be_visible()
        laps = hall.get_by_test_id("laps")
        expect(laps).to_contain_text(re.compile(r"\d+\.\d{3}"), timeout=90_000)
        expect(hall.locator(".result__best")).to_be_visible(timeout=90_000)
    assert [each["status"] for each in stage.submissions()] == ["driven", "driven"]
    expect(card).to_contain_text("Nobody waits.")
    for each in (hall, page):
        check_access(each)


def test_a_queue_plays_by_itself(
    laptop_page: Page, hall: Page, organiser: Organiser, stage: OnStage, worker: WorkerProcess
) -> None:
    """It should call and start the first without another press, and stop when it is told to."""
    card = open_show_card(laptop_page, organiser)
    card.get_by_role("button", name="Play one after the other").click()
    expect(hall.get_by_test_id("lap-clock")).to_be_visible(timeout=60_000)
    card.get_by_role("button", name="Stop playing by itself").click()
    expect(card.get_by_role("button", name="Play one after the other")).to_be_visible()
    assert organiser.get(f"{stage.path}/virtual").get("auto") is None


def test_a_lost_worker_is_told_of(
    laptop_page: Page, hall: Page, organiser: Organiser, stage: OnStage, worker: WorkerProcess
) -> None:
    """It should say on the board why the run broke off, and let it be played again."""
    card = open_show_card(laptop_page, organiser)
    card.get_by_role("button", name="Play next").click()
    expect(card.get_by_test_id("show-state")).to_contain_text("lab-1 is ready")
    laptop_page.get_by_role("button", name="Start lights").click()
    expect(hall.locator("track-map [data-car=virtual]")).to_be_visible()
    stage.until(lambda: bool(stage.view()["heat"]["passes"]), "a pass")
    worker.close()
    expect(hall.get_by_test_id("broken-off")).to_be_visible(timeout=60_000)
    expect(card.get_by_role("button", name="Play next")).to_be_enabled()
    expect(card).to_contain_text("Waiting: 2.")


def test_a_driver_hears_of_it(phone_page: Page, organiser: Organiser, stage: OnStage) -> None:
    """It should say on the driver's phone that the model is on, and where to see it."""
    driver_id = stage.driver.driver_id
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    code = organiser.post("/codes", body)["code"]
    page = phone_page
    page.goto(f"{page_url(organiser.url)}/me#code={code}")
    expect(page.get_by_test_id("my-virtual")).to_be_visible()
    stage.play(stage.submissions()[0]["submission_id"])
    expect(page.get_by_text("Your model is on next.")).to_be_visible()
    expect(page.get_by_test_id("my-virtual")).to_contain_text("on stage")
    check_access(page)
    page.get_by_role("link", name="Watch it on the board").click()
    expect(page.get_by_test_id("driver")).to_have_text("Apex Otter")
