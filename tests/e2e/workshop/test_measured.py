"""Real cars as they were measured, on the models page: matched, looked at, kept, tested with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.matching.standing import standing
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.timing_server.web.fleet.driven import driven_heat
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import LeagueDriver, library_model
from timing_server.service.workshop.testing import job

pytestmark = pytest.mark.e2e

#: Of a whole card's twenty, since the card itself isn't what is tested.
SHORT_CARD_LAPS = 2
#: Matching takes some seconds, two stress cards a minute, on a machine that does much else.
PATIENCE_MS = 300_000


@pytest.fixture
def otter(organiser: Organiser, tmp_path: Path) -> Iterator[LeagueDriver]:
    """A driver with a model, on a server that has a record of the red car."""
    folder = tmp_path / "car"
    folder.mkdir()
    with driven_heat(organiser, folder, jpeg=standing) as driven:
        driven.handover.work()
    driver = LeagueDriver(organiser, "Apex Otter")
    driver.bring(library_model("wild"), "wild.onnx")
    yield driver
    driver.http.close()


def test_a_car_is_matched_kept_and_driven_as(
    laptop_page: Page,
    organiser: Organiser,
    otter: LeagueDriver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should show the real picture beside the virtual ones, and both cards with what changed."""
    monkeypatch.setattr(job, "STRESS_LAPS", SHORT_CARD_LAPS)
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    page = laptop_page
    page.goto(f"{page_url(organiser.url)}/models#code={code}")
    card = page.get_by_test_id("measured-cars")
    card.get_by_role("button", name="Match the camera").click()
    found = card.get_by_test_id("match")
    expect(found).to_contain_text("Looks down by", timeout=PATIENCE_MS)
    expect(found.get_by_role("img", name="What the car saw")).to_be_visible()
    expect(found).to_contain_text("usual: 15°")
    check_access(page)
    found.get_by_role("button", name="Keep it for").click()
    expect(card.locator("[data-car=red]")).to_be_visible()
    model = otter.http.get("/models/library").json()[0]["model"]["sha256"]
    body = {"sha256": model, "kind": "stress", "track": "demo"}
    for more in ({}, {"as_measured": "red"}):
        assert otter.http.post("/workshop/tests", json={**body, **more}).is_success
    page.get_by_role("link", name="wild").click()
    stress = page.get_by_test_id("stress")
    expect(stress.locator("[name=as_measured]")).to_be_visible()
    both = page.get_by_test_id("stress-as-measured")
    expect(both).to_be_visible(timeout=PATIENCE_MS)
    expect(both.locator("tr[data-change]")).to_have_count(14)
    expect(both.locator("tr[data-change=plain]")).to_contain_text("a plain hall")
    expect(stress).to_contain_text("On other tracks")
    check_access(page)
