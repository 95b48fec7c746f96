"""Cars and what drives them, through the pages: models brought by phone, bound, and refused."""

from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack
from tests.timing_server.web.live_server import PATIENCE_S

pytestmark = pytest.mark.e2e

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"


def driver_code(stack: Stack, driver_id: str) -> str:
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    return str(stack.api.post("/codes", body)["code"])


def test_from_the_phone_to_the_run(
    stack: Stack, organiser_page: Page, phone_page: Page, tmp_path: Path
) -> None:
    """It should try a driver's model, let it drive at once, and show it to the organiser."""
    event, _ = stack.plan_heat("Turbo Tester")
    (entry,) = stack.api.get(f"/events/{event}/entries")
    code = driver_code(stack, entry["driver_ids"][0])
    phone_page.goto(f"{stack.page_url}/me#code={code}")
    mine = phone_page.get_by_test_id("my-models")
    expect(mine).to_contain_text("No model yet")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"\x08\x07 no model at all")
    mine.get_by_label("Model: .onnx").set_input_files(broken)
    mine.get_by_role("button", name="Try it and keep it").click()
    expect(mine.get_by_role("alert")).to_contain_text("This model can't drive: broken.onnx")
    mine.get_by_label("Model: .onnx").set_input_files(LIBRARY / "balanced.onnx")
    mine.get_by_role("button", name="Try it and keep it").click()
    row = mine.locator(".row--model")
    expect(row).to_contain_text("drives")
    expect(row).to_contain_text("80×60 grey")
    (model,) = stack.api.get("/models")
    (entry,) = stack.api.get(f"/events/{event}/entries")
    assert entry["model_sha256"] == model["sha256"]

    organiser_page.get_by_role("link", name="Set-up").click()
    listed = organiser_page.get_by_test_id("entries")
    listed.locator("summary").first.click()
    choice = listed.get_by_test_id("entry-model")
    expect(choice).to_have_value(model["sha256"])
    choice.select_option("")
    expect(organiser_page.get_by_test_id("notice")).to_have_text("Any model may drive.")
    expect(row.get_by_role("button", name="Drive with this")).to_be_visible()


def test_a_car_on_the_fleet_view(stack: Stack, organiser_page: Page) -> None:
    """It should show a car's numbers, its model on the way, and what it was asked."""
    stack.api.post("/cars", {"car_id": "red", "name": "Volt", "colour": "#a3e635"})
    token = stack.api.post("/credentials", {"role": "car", "principal": "red", "scope": "red"})
    event, heat = stack.plan_heat("Turbo Tester")
    (entry,) = stack.api.get(f"/events/{event}/entries")
    run = {"entry_id": entry["entry_id"], "car_id": "red", "model_sha256": "f" * 64}
    stack.api.post(f"/events/{event}/heats/{heat}/equip", run)
    organiser_page.get_by_role("link", name="Devices").click()
    car = organiser_page.get_by_test_id("fleet").locator("[data-car=red]")
    expect(car).to_contain_text("not heard since the server started")
    condition = {
        "version": "1.2",
        "uptime_s": 60,
        "cpu_temp_c": 51.6,
        "wifi_dbm": -61,
        "disk_free_bytes": 5_000_000_000,
        "is_restartable": True,
        "deliveries": [
            {"sha256": "f" * 64, "state": "fetching", "received_bytes": 1, "size_bytes": 4}
        ],
    }
    url = f"{stack.url}/api/v1/cars/red"
    headers = {"Authorization": f"Bearer {token['token']}"}
    httpx2.post(f"{url}/condition", json=condition, headers=headers, timeout=PATIENCE_S)
    expect(car).to_contain_text("Wi-Fi -61 dBm")
    expect(car).to_contain_text("processor 52 °C")
    expect(car.get_by_test_id("delivery")).to_contain_text("on its way: 25%")
    car.get_by_role("button", name="Its log").click()
    httpx2.put(f"{url}/log", content="driving <b>fast</b>\n", headers=headers, timeout=PATIENCE_S)
    expect(car.locator("pre")).to_have_text("driving <b>fast</b>\n")
    car.get_by_role("button", name="Restart the agent").click()
    expect(organiser_page.get_by_test_id("notice")).to_have_text("Volt starts anew.")
    answer = httpx2.post(
        f"{url}/condition", json=condition, headers=headers, timeout=PATIENCE_S
    ).json()
    assert [each["kind"] for each in answer["errands"]] == ["send_log", "restart"]
