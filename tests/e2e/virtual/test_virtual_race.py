"""A virtual race in the browser: planned in race control, submitted to on a phone, driven."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.worker.hostile import good, no_number
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.e2e.virtual.driven import drive, open_me, raced
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, times

pytestmark = pytest.mark.e2e


def open_plan(page: Page, organiser: Organiser) -> None:
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    page.goto(f"{page_url(organiser.url)}/control#code={code}")
    page.get_by_role("link", name="Set-up").click()


def test_a_stage_is_put_on_a_virtual_track(laptop_page: Page, organiser: Organiser) -> None:
    """It should offer tracks and kinds, save in the event's own time, and show the queue."""
    event = {"name": "Online league", "time_zone": "Europe/Madrid"}
    path = f"/events/{organiser.post('/events', event)['event_id']}"
    organiser.post(f"{path}/stages", {"title": "Qualifier"})
    organiser.post(f"{path}/open")
    page = laptop_page
    open_plan(page, organiser)
    page.locator("[data-stage] summary").first.click()
    form = page.get_by_test_id("virtual-stage")
    form.get_by_text("Race it on a virtual track").click()
    form.locator("[name=track_id]").select_option("oval")
    form.get_by_label("Kind of race").select_option("objects")
    form.get_by_label("Boxes on the road").fill("6")
    form.get_by_label("Opens (Europe/Madrid)").fill("2026-01-10T18:00")
    form.get_by_label("Closes (Europe/Madrid)").fill("2030-07-10T18:00")
    form.get_by_label("Minutes between two of them").fill("2")
    form.get_by_role("button", name="Save the virtual race").click()
    expect(page.get_by_test_id("notice")).to_have_text("The stage is raced on a virtual track.")
    queue = page.get_by_test_id("virtual-queue")
    expect(queue).to_contain_text("boxes on the road: 6")
    expect(queue).to_contain_text("No worker drives.")
    # Nobody plans its heats by hand.
    expect(page.get_by_test_id("rounds").get_by_role("button")).to_have_count(0)
    (stage,) = organiser.get(f"{path}/stages/virtual")
    assert (stage["track"], stage["objects"], stage["cool_down_s"]) == ("oval", 6, 120)
    assert stage["opens_utc"] == "2026-01-10T18:00:00+01:00"
    assert stage["closes_utc"] == "2030-07-10T18:00:00+02:00"
    check_access(page)


def test_a_driver_submits_and_sees_what_was_driven(
    phone_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should tell the place in the queue, then the laps, without a press."""
    raced(organiser, driver)
    driver.bring(good(), "steady-hands.onnx")
    page = phone_page
    open_me(page, organiser, driver)
    expect(
        page.get_by_text(re.compile(r"convolutions 16@5×5/2, .*; dense layers 64, 2"))
    ).to_be_visible()
    card = page.get_by_test_id("my-virtual")
    expect(card).to_contain_text("Prizes: A cup")
    expect(card).to_contain_text("You can still submit: 4")
    card.get_by_role("button", name="Submit").click()
    expect(page.get_by_test_id("notice")).to_have_text("Your model is in the queue.")
    row = card.locator("[data-submission]")
    expect(row).to_contain_text("driven next")
    check_access(page)
    drive(organiser)
    expect(row).to_contain_text("driven")
    expect(row.locator(".virtual__best")).to_have_text(re.compile(r"^\d+\.\d{3}$"))
    expect(row).to_contain_text("2 of 2 laps")
    expect(card.get_by_test_id("no-real")).to_contain_text("steady-hands")
    expect(card).to_contain_text("You can still submit: 3")


def test_a_driver_takes_a_submission_back(
    phone_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should be as if it had not been."""
    raced(organiser, driver, good())
    open_me(phone_page, organiser, driver)
    card = phone_page.get_by_test_id("my-virtual")
    card.get_by_role("button", name="Take back").click()
    expect(card.locator("[data-submission]")).to_contain_text("taken back")
    expect(card).to_contain_text("You can still submit: 4")


def test_race_control_tries_a_refused_model_again(
    laptop_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should show each submission with its sentence and its stage, and put one back."""
    plan = raced(organiser, driver, good(), no_number())
    other = organiser.post(f"{plan['path']}/stages", {"title": "Final"})["stage_id"]
    rules = {"track_id": "bean", **times()}
    path = f"{plan['path']}/stages/{other}/virtual"
    organiser.http.put(path, json=rules).raise_for_status()
    drive(organiser)
    open_plan(laptop_page, organiser)
    queue = laptop_page.get_by_test_id("virtual-queue")
    rows = queue.locator("[data-submission]")
    expect(rows).to_have_count(2)
    refused, driven = rows.all()
    expect(refused).to_contain_text("The model's answer is not a number.")
    expect(driven).to_contain_text("otter-1 · Qualifier")
    expect(driven).to_contain_text("2 of 2 laps")
    expect(queue).to_contain_text("Workers: lab-1")
    refused.get_by_role("button", name="Try again").click()
    expect(queue).to_contain_text("Waiting: 1. Being driven: 0.")
    expect(queue.locator("[data-submission]").first).to_contain_text("driven next")


def test_the_board_shows_a_virtual_race(
    board_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should show standings and the newest run as of real cars."""
    raced(organiser, driver, good())
    drive(organiser)
    board_page.goto(page_url(organiser.url))
    expect(board_page.get_by_text("Apex Otter").first).to_be_visible()
    expect(board_page.get_by_text("Qualifier").first).to_be_visible()


def test_a_virtual_run_is_analysed(
    laptop_page: Page, organiser: Organiser, driver: LeagueDriver
) -> None:
    """It should draw the car's own path on the map, and play its laps without pictures."""
    plan = raced(organiser, driver, good())
    drive(organiser)
    (shown,) = organiser.get(f"{plan['path']}/virtual")["submissions"]
    page = laptop_page
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    run = f"event={plan['event_id']}&heat={shown['heat_id']}"
    page.goto(f"{page_url(organiser.url)}/analysis?{run}#code={code}")
    expect(page.get_by_test_id("laps").get_by_role("button", name="Lap 2")).to_be_visible()
    lap_map = page.get_by_test_id("map")
    expect(lap_map.locator(".lapmap__car")).to_have_count(2)
    assert lap_map.locator("polyline.shade").count() > 5
    expect(lap_map.get_by_text("oval")).to_be_visible()
    page.get_by_test_id("ghost-card").get_by_role("button", name="Let this lap").click()
    expect(page.get_by_test_id("ghost-now")).to_contain_text("A ghost drives along: lap")
    ghost = organiser.get("/venue/ghost")["lap"]
    assert (ghost["track_name"], len(ghost["x_m"]) > 20) == ("oval", True)
    page.goto(page.url.replace("/analysis", "/replay"))
    expect(page.locator(".panel__time").first).to_contain_text("/")
    expect(page.get_by_text("This record has no pictures").first).to_be_visible()
    expect(page.get_by_text("No delays were measured").first).to_be_visible()
