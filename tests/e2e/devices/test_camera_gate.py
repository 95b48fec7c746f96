"""The camera gate from the pixels to the marshal: real processes, real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import page_url
from tests.e2e.devices.camera_race import BEFORE_N, CARS, CameraRace, camera_race

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraRace]:
    with camera_race(tmp_path_factory.mktemp("camera")) as raced:
        yield raced


def test_each_mark_has_its_pass(race: CameraRace) -> None:
    """It should give each pass to the run whose car wears the mark, with pictures around it."""
    for each, name, entry_id in zip(race.passes, CARS, race.entries, strict=False):
        (word,) = race.words(each["pass_ref"])
        assert (word["outcome"], word["marks"][0]["car_name"]) == ("identified", name)
        sheet = race.organiser.get(f"{race.path}/heats/{race.heat_id}/sheet")
        owners = {row["pass_ref"]: row["entry_id"] for row in sheet["passes"]}
        assert owners[each["pass_ref"]] == entry_id


def test_a_bare_roof_waits_in_the_tray(race: CameraRace) -> None:
    """It should leave a pass without a mark to the marshal, with the camera's word beside it."""
    (waiting,) = race.organiser.get(f"{race.path}/tray")
    assert waiting["pass_ref"] == race.passes[2]["pass_ref"]
    (word,) = race.words(waiting["pass_ref"])
    assert (word["outcome"], word["marks"]) == ("missing", [])


def test_frames_are_shown(race: CameraRace) -> None:
    """It should show each pass's pictures, before and after the beam's instant."""
    for each in race.passes:
        frames = race.frames(each["pass_ref"])
        assert frames[BEFORE_N - 1]["offset_us"] <= 0 < frames[BEFORE_N]["offset_us"]


def test_people_read_what_the_camera_says(phone_page: Page, race: CameraRace) -> None:
    """It should show the word and the nearest picture in the tray, and the camera in Devices."""
    root = page_url(race.organiser.url)
    body = {"role": "organiser", "principal": "organiser-tent"}
    phone_page.goto(f"{root}/control#code={race.organiser.post('/codes', body)['code']}")
    expect(phone_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    phone_page.get_by_role("link", name=re.compile("^Marshal")).click()
    tray = phone_page.get_by_test_id("tray")
    expect(tray.get_by_test_id("camera-word")).to_contain_text("no mark")
    expect(tray.get_by_test_id("camera-word")).to_contain_text("A car whose mark can't be read.")
    tray.get_by_text("Photo finish and edges").click()
    expect(tray.locator("[aria-current] img")).to_be_in_viewport(ratio=0.9)

    phone_page.get_by_role("link", name="Devices").click()
    card = phone_page.get_by_test_id("cameras")
    expect(card.locator("[data-camera=camera-finish]")).to_contain_text(
        re.compile(r"identified: \d+ · no mark")
    )
    crossings = card.locator("[data-unclaimed]")
    expect(crossings.first).to_contain_text(re.compile("Flash|Comet"))
    expect(crossings.first).to_contain_text(re.compile(r"\d:\d\d:\d\d"))
    width_px, inner_px = phone_page.evaluate("[document.body.scrollWidth, window.innerWidth]")
    assert width_px <= inner_px
