"""The track of real laps in a browser: told for a stage, and what is compared by it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.e2e.virtual.driven import open_me
from tests.timing_server.web.live_server import Node, Organiser
from tests.timing_server.web.virtual.league import (
    Guests,
    LeagueDriver,
    enter,
    library_model,
    virtual_stage,
)
from timing_server.rules.units import NS_PER_MS

pytestmark = pytest.mark.e2e


def drive_virtually(organiser: Organiser, guests: Guests, laps_s: dict[LeagueDriver, float]) -> str:
    """Let each driver's model drive a lap on the virtual oval; return the event's id."""
    plan = virtual_stage(organiser, laps=1)
    worker = guests.worker("lab-1")
    for driver, lap_s in laps_s.items():
        entry_id = enter(organiser, plan, driver)
        body = {"entry_id": entry_id, "model_sha256": driver.bring(library_model(), "steady.onnx")}
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert driver.http.post(path, json=body).status_code == 201
        assert worker.hand_in(worker.claim(), 1.0, 1.0 + lap_s).is_success
    return str(plan["event_id"])


def drive_really(organiser: Organiser, driver: LeagueDriver, lap_ms: int) -> dict[str, Any]:
    """Let the driver's model drive a real lap where nobody told the track; return the ids."""
    plan = organiser.plan(dead_time_s=0.01)
    (model,) = driver.http.get("/models").json()
    path, entry_id = plan["path"], plan["entries"][0]
    car = organiser.post("/cars", {"car_id": "blue", "name": "Blue"})["car_id"]
    equip = {"entry_id": entry_id, "car_id": car, "model_sha256": model["sha256"]}
    organiser.post(f"{path}/heats/{plan['heats'][0]}/equip", equip)
    node = Node(organiser)
    heat = organiser.post(f"{path}/next")["heat_id"]
    organiser.post(f"{path}/heats/{heat}/runs/{entry_id}/confirm", {"reason": "a stock car"})
    organiser.post(f"{path}/heats/{heat}/start")
    at_ns = node.now_mono_ns()
    node.send(node.clock(), node.passing(at_ns), node.passing(at_ns + lap_ms * NS_PER_MS))
    return plan


def open_plan(page: Page, organiser: Organiser) -> None:
    """Open race control's set-up tab as an organiser."""
    code = organiser.post("/codes", {"role": "organiser", "principal": "organiser"})["code"]
    page.goto(f"{page_url(organiser.url)}/control#code={code}")
    expect(page.get_by_test_id("notice")).to_have_text("You are logged in.")
    page.get_by_role("link", name="Set-up").click()


def test_laps_are_compared_once_somebody_told_the_track(
    laptop_page: Page,
    phone_page: Page,
    board_page: Page,
    organiser: Organiser,
    guests: Guests,
    driver: LeagueDriver,
) -> None:
    """It should set a lap apart whose track nobody told, and rank it once an organiser did."""
    drive_virtually(organiser, guests, {driver: 0.08})
    drive_really(organiser, driver, lap_ms=90)

    open_me(phone_page, organiser, driver)
    card = phone_page.get_by_test_id("my-virtual")
    apart = card.get_by_test_id("no-real")
    expect(apart).to_contain_text("Real best, track not told 0.090")
    expect(card).to_contain_text("Nobody told on which track")
    expect(card.get_by_test_id("gaps")).to_have_count(0)
    check_access(phone_page)
    board_page.goto(f"{page_url(organiser.url)}/virtual")
    expect(board_page.locator("[data-stage]")).to_contain_text("oval")
    expect(board_page.get_by_test_id("nearest")).to_have_count(0)

    open_plan(laptop_page, organiser)
    stages = laptop_page.get_by_test_id("stages")
    stages.locator("summary").first.click()
    form = stages.get_by_test_id("stage-track")
    form.get_by_label("Raced on").select_option("oval")
    form.get_by_role("button", name="Save the track").click()
    expect(laptop_page.get_by_test_id("notice")).to_have_text("The track is noted.")
    expect(stages.locator("summary").first).to_contain_text("Track: oval")

    phone_page.reload()
    expect(card.get_by_test_id("gaps")).to_contain_text("Gap +0.010")
    expect(card.get_by_test_id("no-real")).to_have_count(0)
    expect(nearest_after(board_page)).to_contain_text("+12.5%")
    check_access(board_page)

    # It was told, and laps were compared by it: another one takes a reason.
    form.get_by_label("Raced on").select_option("demo")
    reason = form.get_by_label("Why (required)")
    reason.fill("It was laid anew on Friday")
    form.get_by_role("button", name="Save the track").click()
    expect(stages.locator("summary").first).to_contain_text("Track: demo")
    expect(reason).to_have_count(0)
    check_access(laptop_page)
    phone_page.reload()
    expect(card.get_by_test_id("no-real")).to_contain_text("steady")
    expect(card).not_to_contain_text("Nobody told on which track")


def nearest_after(page: Page) -> Any:
    """Return the ranking once the server made it anew, which it does every five seconds."""
    nearest = page.get_by_test_id("nearest")
    for _ in range(20):
        page.reload()
        expect(page.locator("[data-stage]")).to_contain_text("oval")
        if nearest.count():
            break
        page.wait_for_timeout(500)
    return nearest


def test_a_stage_is_planned_where_the_last_one_was(laptop_page: Page, organiser: Organiser) -> None:
    """It should offer the last stage's track for the next, and show it among the results."""
    plan = organiser.plan(track_id="oval")
    open_plan(laptop_page, organiser)
    stages = laptop_page.get_by_test_id("stages")
    stages.get_by_text("Plan a stage").click()
    expect(stages.get_by_label("Raced on")).to_have_value("oval")
    stages.get_by_label("Title").fill("Final")
    stages.get_by_role("button", name="Create").click()
    expect(laptop_page.get_by_test_id("notice")).to_have_text("The stage is planned.")
    rows = organiser.get(f"{plan['path']}/stages")
    assert [(each["title"], each["track"]) for each in rows] == [
        ("Time trial", "oval"),
        ("Final", "oval"),
    ]
    laptop_page.goto(f"{page_url(organiser.url)}/results")
    expect(laptop_page.get_by_text("Track: oval")).to_have_count(2)
