"""Virtual runs that prove themselves, on the results page and in race control."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.car_agent.worker.hostile import good
from tests.e2e.accessibility import check_access
from tests.e2e.browsing import page_url
from tests.e2e.virtual.driven import drive, raced
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests

pytestmark = pytest.mark.e2e

#: Driving again takes seconds of a processor that others want, too.
DRIVE_PATIENCE_MS = 120_000


def test_a_run_is_driven_again_by_one_press(
    laptop_page: Page, phone_page: Page, organiser: Organiser, guests: Guests
) -> None:
    """It should show to everybody what came of it, and let organisers alone ask."""
    plan = raced(organiser, guests.driver("Apex Otter"), good())
    drive(organiser)
    code = organiser.post("/codes", {"role": "organiser", "principal": "boss"})["code"]
    page = laptop_page
    page.goto(f"{page_url(organiser.url)}/control#code={code}")
    page.get_by_role("link", name="Results").click()
    card = page.get_by_test_id("proofs")
    row = card.locator("[data-heat]")
    expect(row).to_contain_text("Heat 1 · Apex Otter")
    expect(row).to_contain_text("carries its proof")
    card.get_by_role("button", name="Drive all again").click()
    expect(row).to_contain_text("bit-identical", timeout=DRIVE_PATIENCE_MS)
    expect(row).to_contain_text(re.compile(r"\d+ facts, 2 laps, \d resets: all the same"))
    expect(card).to_contain_text("Driven again and bit-identical: 1.")
    files = page.get_by_test_id("downloads")
    with page.expect_download() as download:
        files.get_by_role("link", name="Signed bundle with models").click()
    assert download.value.suggested_filename.endswith("bundle-with-models.zip")
    check_access(page)
    shown = phone_page
    shown.goto(f"{page_url(organiser.url)}/results?event={plan['event_id']}")
    public = shown.get_by_test_id("proofs")
    expect(public).to_contain_text("bit-identical")
    expect(public.get_by_role("button", name="Drive")).to_have_count(0)
    public.get_by_text("What proves it").click()
    expect(public).to_contain_text("Simulator's source (SHA-256)")
    expect(shown.get_by_role("link", name="Signed bundle with models")).to_have_count(0)
    check_access(shown)
