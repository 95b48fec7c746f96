"""Head-to-head in the browser: planned in race control, two submit on phones, a worker drives."""

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.worker.hostile import good, no_number
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.e2e.virtual.driven import drive, open_me
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, duel_stage, enter

pytestmark = pytest.mark.e2e


def open_plan(page: Page, organiser: Organiser) -> None:
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    page.goto(f"{page_url(organiser.url)}/control#code={code}")
    page.get_by_role("link", name="Set-up").click()


def challenged(organiser: Organiser, rivals: list[LeagueDriver], *models: bytes) -> dict[str, str]:
    """Plan an open challenge to which the rivals submit."""
    plan = duel_stage(organiser, "points", laps=1)
    organiser.post(f"{plan['path']}/open")
    for driver, model in zip(rivals, models, strict=True):
        entry_id = enter(organiser, plan, driver)
        body = {"entry_id": entry_id, "model_sha256": driver.bring(model, "racer.onnx")}
        path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
        assert driver.http.post(path, json=body).status_code == 201
    return plan


def test_a_bracket_is_raced_by_two_models_at_a_time(
    laptop_page: Page, phone_page: Page, organiser: Organiser, rivals: list[LeagueDriver]
) -> None:
    """It should be planned, drawn, submitted to, driven and won, each where people look for it."""
    path = f"/events/{organiser.post('/events', {'name': 'Duel night'})['event_id']}"
    stage = {"title": "Knock-out", "kind": "knockout", "format_name": "single_elimination"}
    organiser.post(f"{path}/stages", stage)
    organiser.post(f"{path}/open")
    for driver in rivals:
        organiser.post(f"{path}/entries", {"driver_ids": [driver.driver_id]})
    page = laptop_page
    open_plan(page, organiser)
    page.locator("[data-stage] summary").first.click()
    form = page.get_by_test_id("virtual-stage")
    form.get_by_text("Race it on a virtual track").click()
    expect(form.get_by_label("Kind of race")).to_have_value("head_to_head")
    expect(form).to_contain_text("Each match is driven as soon as both have submitted")
    form.locator("[name=track_id]").select_option("oval")
    form.get_by_label("Laps in a run").fill("1")
    form.get_by_role("button", name="Save the virtual race").click()
    expect(page.get_by_test_id("notice")).to_have_text("The stage is raced on a virtual track.")
    expect(form.locator("[name=track_id] option:checked")).to_have_text("as it is: oval")
    (planned,) = organiser.get(f"{path}/stages/virtual")
    assert (planned["race_kind"], planned["resets_max"]) == ("head_to_head", 10)
    check_access(page)
    rivals[1].bring(good("fast"), "vixen.onnx")
    rivals[0].bring(good(), "otter.onnx")
    for driver in rivals:
        phone_page.goto("about:blank")
        open_me(phone_page, organiser, driver)
        card = phone_page.get_by_test_id("my-virtual")
        card.get_by_role("button", name="Submit").click()
        expect(card.locator("[data-submission]")).to_contain_text("waits for its match")
    organiser.post(f"{path}/stages/{planned['stage_id']}/draw", {})
    organiser.post(f"{path}/stages/{planned['stage_id']}/matches", {})
    drive(organiser)
    row = phone_page.get_by_test_id("my-virtual").locator("[data-submission]")
    expect(row.get_by_test_id("duels")).to_contain_text("won")
    expect(row.get_by_test_id("duels")).to_contain_text("against 1 Apex Otter")
    expect(row.get_by_test_id("duels")).to_contain_text("Final")
    check_access(phone_page)
    page.goto(f"{page_url(organiser.url)}/results#{path.rpartition('/')[2]}")
    expect(page.locator("tr", has_text="Volt Vixen").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Laps · total")).to_be_visible()


def test_race_control_sees_who_met_whom(
    laptop_page: Page, organiser: Organiser, rivals: list[LeagueDriver]
) -> None:
    """It should show both sides of a race, and the sentence of a model that broke off."""
    challenged(organiser, rivals, no_number(), good("fast"))
    drive(organiser)
    open_plan(laptop_page, organiser)
    queue = laptop_page.get_by_test_id("virtual-queue")
    expect(queue.locator("[data-submission]")).to_have_count(2)
    expect(queue).to_contain_text("each collision +5 s")
    fair, hostile = queue.locator("[data-submission]").all()
    expect(hostile).to_contain_text("The model's answer is not a number.")
    expect(fair.get_by_test_id("duels")).to_contain_text("1 Apex Otter's model broke off")
    check_access(laptop_page)


def test_one_who_waits_is_told_for_what(
    phone_page: Page, organiser: Organiser, rivals: list[LeagueDriver]
) -> None:
    """It should say that a rival is missing, not promise a place in the queue."""
    challenged(organiser, rivals[:1], good())
    open_me(phone_page, organiser, rivals[0])
    row = phone_page.get_by_test_id("my-virtual").locator("[data-submission]")
    expect(row).to_contain_text("waits for a rival's model")
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    phone_page.goto("about:blank")
    phone_page.goto(f"{page_url(organiser.url)}/control#code={code}")
    phone_page.get_by_role("link", name="Set-up").click()
    queued = phone_page.get_by_test_id("virtual-queue").locator("[data-submission]")
    expect(queued.get_by_role("button", name="Take back")).to_be_visible()
    expect(queued.get_by_role("button", name="Play")).to_have_count(0)
