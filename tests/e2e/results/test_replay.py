"""A lap played in the browser: pictures by place, keys, and another lap beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.browsing import page_url
from tests.network.loopback import site_port
from tests.timing_server.web.fleet.driven import Driven, driven_heat
from tests.timing_server.web.live_server import Organiser, serving

pytestmark = pytest.mark.e2e


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Driven]:
    """A heat of two laps whose record the server has."""
    (tmp_path / "car").mkdir()
    with serving(tmp_path / "server", site_port()) as url:
        organiser = Organiser(url, tmp_path / "server")
        with driven_heat(organiser, tmp_path / "car") as found:
            found.handover.work()
            yield found
        organiser.close()


def test_a_lap_is_played_beside_another(driven: Driven, board_page: Page) -> None:
    """It should show the best lap, step through its pictures by keys, and set another beside it."""
    site = page_url(driven.organiser.url)
    code = driven.organiser.post("/codes", {"role": "organiser", "principal": "o"})["code"]
    event_id = driven.plan["event_id"]
    board_page.goto(f"{site}/replay?event={event_id}&heat={driven.heat_id}#code={code}")
    first = board_page.get_by_test_id("side-0")
    expect(first.get_by_role("combobox", name="Lap", exact=True)).to_have_value("2")
    picture = first.get_by_role("img", name="What the car saw")
    expect(picture).to_have_attribute("data-picture", "7")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    board_page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("data-picture", "8")
    expect(board_page.get_by_test_id("place")).to_have_text("20% of the lap")
    expect(first.get_by_text("Picture to wheels", exact=True)).to_be_visible()
    expect(first).to_contain_text("11.0 ms")
    board_page.keyboard.press("End")
    expect(picture).to_have_attribute("data-picture", "12")
    board_page.get_by_test_id("beside").click()
    second = board_page.get_by_test_id("side-1")
    expect(second.get_by_role("combobox", name="Lap", exact=True)).to_have_value("1")
    expect(second.locator(".panel__time")).to_contain_text("0.300")
    expect(board_page).to_have_url(re.compile("lap2=1"))
    with board_page.expect_download() as download:
        first.get_by_role("link", name="Record (MCAP").click()
    assert Path(download.value.path()).read_bytes() == driven.record


def test_an_organiser_deletes_a_record(driven: Driven, board_page: Page) -> None:
    """It should ask first, delete the record, and have nothing to play any more."""
    site = page_url(driven.organiser.url)
    code = driven.organiser.post("/codes", {"role": "organiser", "principal": "o"})["code"]
    event_id = driven.plan["event_id"]
    board_page.goto(f"{site}/replay?event={event_id}&heat={driven.heat_id}#code={code}")
    delete = board_page.get_by_role("button", name="Delete the record")
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    board_page.once("dialog", refuse)
    delete.click()
    assert asked == [
        "Delete the record of heat 1, Turbo Tester 0? Its laps can't be played any more."
    ]
    assert driven.organiser.get(driven.replay)["runs"][0]["records"] != []
    board_page.once("dialog", lambda dialog: dialog.accept())
    delete.click()
    expect(board_page.get_by_text("No car has handed over a record")).to_be_visible()
    assert driven.organiser.get(driven.replay)["runs"][0]["records"] == []


def test_a_driver_deletes_nothing(driven: Driven, phone_page: Page) -> None:
    """It should give a driver the laps, and no button that takes them away."""
    site = page_url(driven.organiser.url)
    (driver_id,) = driven.organiser.get(f"{driven.plan['path']}/entries")[0]["driver_ids"]
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    code = driven.organiser.post("/codes", body)["code"]
    event_id = driven.plan["event_id"]
    phone_page.goto(f"{site}/replay?event={event_id}&heat={driven.heat_id}#code={code}")
    expect(phone_page.get_by_role("link", name="Record (MCAP")).to_be_visible()
    expect(phone_page.get_by_role("button", name="Delete the record")).to_have_count(0)


def test_strangers_are_asked_to_sign_in(driven: Driven, phone_page: Page) -> None:
    """It should say who may watch, and take a code."""
    site = page_url(driven.organiser.url)
    phone_page.goto(f"{site}/replay?event={driven.plan['event_id']}&heat={driven.heat_id}")
    expect(phone_page.get_by_text("Laps are for drivers and the crew")).to_be_visible()
