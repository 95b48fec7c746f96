"""A virtual race that was driven: by real workers, as real models drive."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.e2e.browsing import page_url
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, enter, virtual_stage


def open_me(page: Page, organiser: Organiser, driver: LeagueDriver, path: str = "/me") -> None:
    """Open a page as a driver."""
    body = {"role": "driver", "principal": driver.driver_id, "scope": driver.driver_id}
    code = organiser.post("/codes", body)["code"]
    page.goto(f"{page_url(organiser.url)}{path}#code={code}")
    expect(page.get_by_test_id("notice")).to_have_text("You are logged in.")


def open_show_card(page: Page, organiser: Organiser) -> Locator:
    """Open race control where it plays what drivers submitted; return that card."""
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    page.goto(f"{page_url(organiser.url)}/control#code={code}")
    card = page.get_by_test_id("virtual-show")
    expect(card).to_be_visible()
    return card


def drive(organiser: Organiser, name: str = "lab-1") -> None:
    """Let a worker drive what waits."""
    url = organiser.url.removesuffix("/api/v1")
    link = ServerLink(url, name, organiser.token("worker", name))
    Worker(link, lambda _: None).work(is_once=True)
    link.close()


def raced(organiser: Organiser, driver: LeagueDriver, *models: bytes) -> dict[str, Any]:
    """Plan a race and submit models to it."""
    plan = virtual_stage(organiser, laps=2, submissions_max=4, prizes="A cup")
    organiser.post(f"{plan['path']}/open")
    entry_id = enter(organiser, plan, driver)
    path = f"{plan['path']}/stages/{plan['stage_id']}/submissions"
    for number, model in enumerate(models, 1):
        body = {"entry_id": entry_id, "model_sha256": driver.bring(model, f"otter-{number}.onnx")}
        assert driver.http.post(path, json=body).status_code == 201
    return plan
