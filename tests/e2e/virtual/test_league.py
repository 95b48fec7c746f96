"""Virtual races in the browser of anybody, and of a driver who comes from the model library."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.car_agent.worker.hostile import good
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import PHONE, page_url, watched_page
from tests.e2e.virtual.driven import drive, open_me, raced
from tests.timing_server.web.live_server import PATIENCE_S, Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, enter, times, virtual_stage

pytestmark = pytest.mark.e2e


def close(organiser: Organiser, plan: dict[str, Any]) -> None:
    """Let a stage have been closed an hour ago."""
    path = f"{plan['path']}/stages/{plan['stage_id']}/virtual"
    body = {"laps": 2, "seed": 7, "prizes": "A cup", **times(-3, -1)}
    organiser.http.put(path, json=body).raise_for_status()
    # What everybody sees is made now and then.
    until = time.monotonic() + PATIENCE_S
    while "open" in [
        each["stage"]["phase"] for each in organiser.get("/virtual")["leagues"][0]["stages"]
    ]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_everybody_sees_what_is_open_and_who_won(
    browser: Browser, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should draw the track, count down in the reader's zone, rank, and lead to the best lap."""
    plan = raced(organiser, driver, good())
    with watched_page(browser, PHONE, timezone_id="Asia/Tokyo") as page:
        page.goto(f"{page_url(organiser.url)}/virtual")
        stage = page.locator("[data-stage]")
        expect(stage.locator(".plan__road")).to_be_visible()
        # It closes an hour after it was planned, and that was some seconds ago, or minutes.
        expect(stage.get_by_role("timer")).to_have_text(
            re.compile(r"^([3-5]\d|60):\d\d$|^1:00:00$")
        )
        expect(stage.get_by_text(re.compile(r"in UTC$")).first).to_be_visible()
        expect(stage).to_contain_text("A cup")
        expect(stage).to_contain_text("Submissions waiting: 1")
        submit = stage.get_by_role("link", name="Submit a model")
        expect(submit).to_have_attribute("href", f"/me?stage={plan['stage_id']}")
        stage.get_by_text("Rules").click()
        expect(stage).to_contain_text("laps in a run: 2")
        check_access(page)
        drive(organiser)
        best = stage.locator(".stage__best")
        expect(best).to_contain_text(re.compile(r"\d\.\d{3}"))
        expect(stage.get_by_role("row", name=re.compile("Apex Otter.*otter-1"))).to_be_visible()
        close(organiser, plan)
        page.reload()
        expect(best).to_contain_text("Winner Apex Otter")
        expect(stage.get_by_role("timer")).to_have_count(0)
        expect(submit).to_have_count(0)
        # Laps are for drivers and the crew.
        expect(best.get_by_role("link")).to_have_count(0)
        open_me(page, organiser, driver)
        page.goto(f"{page_url(organiser.url)}/virtual")
        lap = re.compile(rf"^/analysis\?event={plan['event_id']}&heat=.+&entry=.+&lap=[12]$")
        expect(best.get_by_role("link", name="Analyse")).to_have_attribute("href", lap)


def test_a_sealed_track_is_shown_by_its_seal(laptop_page: Page, organiser: Organiser) -> None:
    """It should show no drawing, and the 64 digits by which it can be checked."""
    virtual_stage(organiser, is_sealed=True, **times(5, 30))
    laptop_page.goto(f"{page_url(organiser.url)}/virtual")
    stage = laptop_page.locator("[data-stage]")
    expect(stage.locator(".stage__seal")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(stage).to_contain_text("Opens in")
    expect(stage.locator(".plan__road")).to_have_count(0)
    expect(stage.get_by_role("link", name="Submit a model")).to_have_count(0)


def test_a_driver_submits_from_the_model_library(
    phone_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should take a model from its own sheet to its result, and lay two runs side by side."""
    plan = virtual_stage(organiser, laps=2, submissions_max=4)
    enter(organiser, plan, driver)
    sha256 = driver.bring(good(), "steady-hands.onnx")
    page = phone_page
    open_me(page, organiser, driver, "/models")
    page.get_by_role("link", name=re.compile("steady-hands")).click()
    card = page.get_by_test_id("submitting")
    for left in (3, 2):
        card.get_by_role("button", name="Submit to Qualifier · Online league").click()
        expect(card).to_contain_text(f"You can still submit: {left}")
        row = card.locator("[data-submission]").first
        expect(row).to_contain_text("driven next")
        drive(organiser, f"lab-{left}")
        expect(row).to_contain_text("2 of 2 laps")
    expect(card.locator("[data-submission]")).to_have_count(2)
    page.goto(f"{page_url(organiser.url)}/me?stage={plan['stage_id']}")
    mine = page.get_by_test_id("my-virtual")
    expect(mine.get_by_text("+0.000 to your best before")).to_be_visible()
    for box in mine.get_by_label("Compare").all():
        box.check()
    mine.get_by_role("link", name="Compare the two best laps").click()
    expect(page.get_by_test_id("laps").get_by_role("button", name="Lap 2")).to_be_visible()
    expect(page.get_by_test_id("map").locator(".lapmap__car")).to_have_count(2)
    assert sha256 in {each["model_sha256"] for each in driver.desk(plan["event_id"])["submissions"]}
