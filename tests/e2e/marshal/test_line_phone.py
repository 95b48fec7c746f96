"""A helper's phone at the line: what is pressed without Wi-Fi arrives, once, at its own instant."""

import os
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e

#: Longer than the dead time of 2 s, so that the second press closes a lap.
APART_S = 2.2


def marshal_code(stack: Stack) -> str:
    made = stack.api.post("/codes", {"role": "marshal", "principal": "line-phone"})
    code: str = made["code"]
    return code


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page, upright and lying, where a folder for that is named."""
    folder = os.environ.get("PADDOCK_PICTURES")
    if not folder:
        return
    for width_px, height_px in ((844, 390), (390, 844)):
        page.set_viewport_size({"width": width_px, "height": height_px})
        page.screenshot(path=f"{folder}/line-{name}-{width_px}.png")


def run_field(stack: Stack, names: tuple[str, ...]) -> tuple[str, str]:
    """Start a heat of these drivers; return the paths of its event and of its sheet."""
    drivers = [stack.api.post("/drivers", {"name": each}) for each in names]
    event = stack.api.post("/events", {"name": "Winter Cup"})
    path = f"/events/{event['event_id']}"
    stage = stack.api.post(
        f"{path}/stages",
        {
            "title": "Race",
            "format_name": "most_laps" if len(names) > 1 else "time_trial",
            "cars_max": len(names),
            "window_s": 60,
            "start_mode": "hand",
        },
    )
    stack.api.post(f"{path}/open")
    entries = [
        stack.api.post(f"{path}/entries", {"driver_ids": [each["driver_id"]]}) for each in drivers
    ]
    heat = stack.api.post(
        f"{path}/heats",
        {"stage_id": stage["stage_id"], "entry_ids": [each["entry_id"] for each in entries]},
    )
    return path, f"{path}/heats/{heat['heat_id']}"


def manual_passes(stack: Stack, heat_path: str) -> list[dict[str, Any]]:
    sheet = stack.api.get(f"{heat_path}/sheet")
    return [each for each in sheet["passes"] if each["source"] == "manual"]


def test_presses_without_wifi(stack: Stack, phone_page: Page) -> None:
    """It should keep two presses while there is no contact, and store each once as it was."""
    path, heat = run_field(stack, ("Mina Apex",))
    phone_page.goto(f"{stack.page_url}/line#code={marshal_code(stack)}")
    expect(phone_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    expect(phone_page.locator(".line__obstacle")).to_contain_text("No heat is running")
    picture(phone_page, "idle")
    stack.api.post(f"{path}/next")
    stack.api.post(f"{heat}/start")
    button = phone_page.get_by_role("button", name="Pass")
    expect(button).to_be_enabled()

    phone_page.context.set_offline(True)
    began_s = time.monotonic()
    button.click()
    stack.watch.rest(APART_S)
    button.click()
    apart_s = time.monotonic() - began_s
    items = phone_page.get_by_test_id("presses").get_by_role("listitem")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("kept")
    assert manual_passes(stack, heat) == []
    kept = phone_page.get_by_test_id("kept")
    expect(kept).to_have_text("2 kept on this phone, will be sent")
    picture(phone_page, "offline")

    phone_page.context.set_offline(False)
    expect(items.first).to_contain_text("sent")
    expect(items.last).to_contain_text("sent")
    stored = manual_passes(stack, heat)
    assert [each["bound_us"] for each in stored] == [200_000, 200_000]
    first_us, second_us = sorted(each["crossed_us"] for each in stored)
    assert APART_S <= (second_us - first_us) / 1e6 <= apart_s
    assert sorted(each["verdict"] for each in stored) == ["counted", "counted"]

    items.first.get_by_role("button", name="Undo").click()
    expect(items.first.get_by_text("✕ taken back")).to_be_visible()
    stack.watch.rest(APART_S)
    phone_page.keyboard.press("Space")
    expect(items).to_have_count(3)
    expect(items.first).to_contain_text("sent")
    picture(phone_page, "running")
    assert len(manual_passes(stack, heat)) == 2


def test_one_button_for_each_car(stack: Stack, phone_page: Page) -> None:
    """It should say whose pass it was, where several cars are on track."""
    path, heat = run_field(stack, ("Mina Apex", "Rusty Chicane", "Bolt Lightfoot"))
    stack.api.post(f"{path}/next")
    stack.api.post(f"{heat}/start")
    phone_page.goto(f"{stack.page_url}/line#code={marshal_code(stack)}")
    rusty = phone_page.get_by_role("button", name="Rusty Chicane")
    expect(rusty).to_be_enabled()
    rusty.click()
    phone_page.get_by_role("button", name="Mina Apex").click()
    items = phone_page.get_by_test_id("presses").get_by_role("listitem")
    expect(items.filter(has_text="sent")).to_have_count(2)
    picture(phone_page, "field")
    entries = {each["entry_id"] for each in manual_passes(stack, heat)}
    assert len(entries) == 2
    assert None not in entries


def test_only_marshals_press(stack: Stack, phone_page: Page) -> None:
    """It should ask for a code, and have race control make one that opens it."""
    phone_page.goto(f"{stack.page_url}/line")
    expect(phone_page.get_by_role("heading", name="Phone as backup gate")).to_be_visible()
    expect(phone_page.locator(".pad")).to_have_count(0)
    stack.log_in(phone_page)
    phone_page.get_by_role("link", name="Devices").click()
    phone_page.get_by_role("button", name="Make a code for a phone").click()
    expect(phone_page.get_by_role("img", name="Code that opens the page")).to_be_visible()
    if folder := os.environ.get("PADDOCK_PICTURES"):
        phone_page.locator("line-phone-card").screenshot(path=f"{folder}/line-card.png")
