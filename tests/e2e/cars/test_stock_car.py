"""A stock car in race control: real server, real bridge, the car's console over TLS."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.stock.bridge import bridge
from tests.car_agent.stock.console_emulator import ConsoleEmulator
from tests.e2e.browsing import page_url
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e

MODEL = "ab" * 32


def test_a_marshal_confirms_a_stock_car_and_stops_it(
    organiser: Organiser, tmp_path: Path, board_page: Page
) -> None:
    """It should say what can't be guaranteed, arm by a marshal's word, drive, and be stopped."""
    page = board_page
    server_url = organiser.url.removesuffix("/api/v1")
    token = organiser.token("car", "red")
    plan = organiser.plan(window_s=120)
    heat = f"{plan['path']}/heats/{plan['heats'][0]}"
    equip = {"entry_id": plan["entries"][0], "car_id": "red", "model_sha256": MODEL}
    organiser.post(f"{heat}/equip", equip)
    organiser.post(f"{plan['path']}/next")
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    with (
        ConsoleEmulator(tmp_path) as car,
        bridge(car.url, server_url, tmp_path, token=token),
    ):
        page.goto(f"{page_url(server_url)}/control#code={code}")
        cars = page.get_by_test_id("cars")
        expect(cars).to_contain_text("Can't prove its model: look at the car, then confirm")
        expect(cars.get_by_test_id("console")).to_contain_text("no guard, model not checked")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_test_id("notice")).to_contain_text("driven through its own console")
        assert not car.is_driving
        cars.get_by_role("button", name="Confirm: no agent").click()
        expect(cars).to_contain_text("Confirmed by a marshal: no guard, model not checked")
        page.get_by_role("button", name="Start", exact=True).click()
        wait_until(lambda: car.is_driving)
        cars.get_by_label("Speed").fill("60")
        wait_until(lambda: car.throttle_pct == 30)
        cars.get_by_role("button", name="Emergency stop", exact=True).click()
        expect(cars).to_contain_text("after the press")
        assert not car.is_driving
        expect(cars.get_by_test_id("console")).to_contain_text("Last stop answered after")
        page.goto(f"{page_url(server_url)}/control#devices")
        fleet = page.get_by_test_id("fleet")
        expect(fleet).to_contain_text("no guard, model not checked, no stop without contact")
        expect(fleet.get_by_test_id("delivery")).to_contain_text("Load it by hand")
        expect(fleet.get_by_role("button")).to_have_count(0)
