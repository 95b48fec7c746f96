"""Reaching cars from race control and from a phone in the pit lane, against the real server."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.timing_server.web.live_server import PATIENCE_S, Organiser
from tests.timing_server.web.test_live import TELEMETRY

pytestmark = pytest.mark.e2e

MODEL = "ab" * 32


class Agent:
    """What a car says once a second, or a moment later; ``told`` are the fields that differ."""

    def __init__(self, organiser: Organiser) -> None:
        self.headers = {"Authorization": f"Bearer {organiser.token('car', 'red')}"}
        self.told: dict[str, Any] = {"is_warm": False}
        self.is_silent = False
        self._url = organiser.url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with httpx2.Client(base_url=self._url, headers=self.headers, timeout=PATIENCE_S) as client:
            while not self._over.wait(0.3):
                if not self.is_silent:
                    report = TELEMETRY | {"model_sha256": MODEL} | self.told
                    client.post("/cars/red/telemetry", json=report)

    def close(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture
def agent(organiser: Organiser) -> Iterator[Agent]:
    made = Agent(organiser)
    organiser.http.patch("/cars/red", json={"name": "Red Rocket"})
    yield made
    made.close()


def at_the_line(organiser: Organiser) -> dict[str, Any]:
    plan = organiser.plan(window_s=120)
    heat = f"{plan['path']}/heats/{plan['heats'][0]}"
    equip = {"entry_id": plan["entries"][0], "car_id": "red", "model_sha256": MODEL}
    organiser.post(f"{heat}/equip", equip)
    organiser.post(f"{plan['path']}/next")
    return plan | {"run": f"{heat}/runs/{plan['entries'][0]}"}


def signed_in(page: Page, organiser: Organiser, path: str, code: str | None = None) -> None:
    if code is None:
        body = {"role": "organiser", "principal": "boss"}
        code = str(organiser.post("/codes", body)["code"])
    page.goto(f"{page_url(organiser.url)}{path}#code={code}")


def test_race_control_arms_holds_and_stops_a_car(
    organiser: Organiser, agent: Agent, board_page: Page
) -> None:
    """It should say what a car lacks, let it off when it is ready, and show how soon it stopped."""
    page = board_page
    plan = at_the_line(organiser)
    signed_in(page, organiser, "/control")
    cars = page.get_by_test_id("cars")
    expect(cars).to_contain_text("loaded, not ready yet")
    expect(cars.get_by_role("button", name="Confirm: no agent")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_test_id("notice")).to_contain_text(
        "Red Rocket has loaded model abababababab"
    )
    agent.told = {"is_warm": True}
    expect(cars).to_contain_text("Ready: model abababab loaded and tried")
    expect(cars.get_by_role("button", name="Confirm: no agent")).to_have_count(0)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(cars).to_contain_text("Drives, at 100 % speed at most")

    cars.get_by_role("button", name="Off track: hold").click()
    expect(cars).to_contain_text("Off track: put it back, then Go")
    cars.get_by_role("button", name="Go", exact=True).click()
    expect(cars).to_contain_text("Drives")

    cars.get_by_role("button", name="Emergency stop", exact=True).click()
    expect(cars).to_contain_text("Race control stopped it. No answer yet")
    agent.is_silent = True
    expect(cars).to_contain_text("Not reachable: catch the car. No contact since")
    tell_obeyed(organiser, agent, plan)
    expect(cars).to_contain_text("In neutral 84 ms after the press (±3 ms)")
    expect(cars.get_by_role("button", name="Go", exact=True)).to_be_disabled()
    agent.is_silent = False
    cars.get_by_role("button", name="Lift its stop").click()
    expect(cars).to_contain_text("Go lets it drive again")
    cars.get_by_role("button", name="Go", exact=True).click()
    expect(cars).to_contain_text("Drives")

    page.get_by_role("button", name="Emergency stop: all cars").click()
    expect(page.get_by_test_id("stop")).to_contain_text("Race control stopped it.")
    expect(page.get_by_test_id("stop-answers")).to_contain_text("Red Rocket: No answer yet")
    page.get_by_role("button", name="Lift the stop").click()
    expect(page.get_by_test_id("stop")).to_have_count(0)


def test_a_car_without_a_link_has_no_stop(
    organiser: Organiser, board_page: Page, phone_page: Page
) -> None:
    """It should say so in the button's place, until the car is heard after all."""
    plan = organiser.plan(window_s=120)
    (entry_id, *_), (heat_id, *_) = plan["entries"], plan["heats"]
    organiser.token("car", "red")
    organiser.http.patch("/cars/red", json={"name": "Red Rocket"})
    organiser.post(f"{plan['path']}/entries/{entry_id}/timed-only", {"is_timed_only": True})
    heat = f"{plan['path']}/heats/{heat_id}"
    organiser.post(f"{heat}/equip", {"entry_id": entry_id, "car_id": "red", "model_sha256": None})
    organiser.post(f"{plan['path']}/next")
    signed_in(board_page, organiser, "/control")
    cars = board_page.get_by_test_id("cars")
    stop = cars.get_by_role("button", name="Emergency stop", exact=True)
    expect(cars).to_contain_text("No emergency stop from here: this car has no link.")
    expect(stop).to_have_count(0)
    run = f"{heat}/runs/{entry_id}"
    organiser.post(f"{run}/confirm", {"reason": "no agent"})
    signed_in(phone_page, organiser, "/drive", organiser.post(f"{run}/phone")["code"])
    expect(phone_page.locator(".drive__name")).to_have_text("Turbo Tester 0")
    expect(phone_page.get_by_text("No emergency stop from here")).to_be_visible()
    for name in ("Emergency stop", "Stop", "Go"):
        expect(phone_page.get_by_role("button", name=name)).to_have_count(0)
    expect(phone_page.get_by_label("Speed")).to_have_count(0)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert phone_page.evaluate(fits)
    agent = Agent(organiser)
    try:
        expect(stop).to_be_visible()
        expect(cars).not_to_contain_text("No emergency stop from here")
    finally:
        agent.close()


def tell_obeyed(organiser: Organiser, agent: Agent, plan: dict[str, Any]) -> None:
    """Let the car answer the stop that stands: in neutral 84 ms after it."""
    log = organiser.get(f"{plan['path']}/log?after=0&limit=500")["facts"]
    (stop,) = [each["fact"]["body"] for each in log if each["fact"]["type"] == "CarStopped"]
    report = {
        "stop_id": stop["stop_id"],
        "neutral_race_ns": stop["stopped_race_ns"] + 84_000_000,
        "bound_ns": 2_400_000,
    }
    answer = organiser.http.post("/cars/red/stops/obeyed", json=report, headers=agent.headers)
    assert answer.status_code == 204


def test_a_phone_drives_its_run(organiser: Organiser, agent: Agent, phone_page: Page) -> None:
    """It should wait for its heat, then stop, count, slow and let go its own car."""
    page = phone_page
    agent.told = {"is_warm": True}
    plan = at_the_line(organiser)
    organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/stop")
    code = organiser.post(f"{plan['run']}/phone")["code"]
    signed_in(page, organiser, "/drive", code)
    expect(page.get_by_test_id("waiting")).to_contain_text("Your car isn't at the line")
    organiser.post(f"{plan['path']}/next")
    expect(page.locator(".drive__name")).to_have_text("Turbo Tester 0")
    expect(page.locator("car-watch")).to_contain_text("Ready")
    organiser.post(f"{plan['path']}/heats/{plan['heats'][0]}/start")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("car-watch")).to_contain_text("Held: press Go")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("button", name="Off track", exact=True).click()
    expect(page.locator(".drive__figures")).to_contain_text("off ×1")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_label("Speed").fill("45")
    expect(page.get_by_test_id("notice")).to_contain_text("Speed limited to 45 %.")
    page.get_by_role("button", name="Emergency stop").click()
    expect(page.locator("car-watch")).to_contain_text("The driver's phone stopped it.")
    (run,) = organiser.get(f"{plan['path']}/view")["view"]["heat"]["runs"].values()
    kinds = [each["kind"] for each in run["controls"]]
    assert kinds == ["stop", "go", "off_track", "go", "speed", "e_stop"]
