"""Laps analysed in the browser: a car's of a real virtual race, and a log's."""

import re
from pathlib import Path
from typing import Any

import pytest
from arro3.io import read_parquet
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.accessibility import check_access
from tests.e2e.browsing import PHONE, page_url
from tests.e2e.stack import Stack
from tests.timing_server.service.training_logs.logs import driven_log, episode, line, log_of
from tests.timing_server.web.fleet.driven import driven_heat
from tests.timing_server.web.live_server import Organiser
from tests.waiting import PATIENCE_S
from timing_server.launcher.cast import CAST

pytestmark = pytest.mark.e2e

#: It stays on the road where a busy machine lets a picture wait: nobody puts a car back here.
CALM = next(each for each in CAST if each.character == "cautious")


@pytest.fixture
def raced(unserved_stack: Stack) -> tuple[Stack, str]:
    """A heat that a car of the demo drove in the virtual venue, its record handed over."""
    stack = unserved_stack
    stack.serve_here()
    stack.start_track()
    stack.start_car(CALM, stack.url)
    event_id, heat_id = stack.plan_heat("Neon Falcon")
    path = f"/events/{event_id}"

    def telemetry() -> dict[str, Any]:
        return stack.api.get(f"/cars/{CALM.car_id}")["telemetry"] or {}

    stack.watch.until(lambda: bool(telemetry().get("is_warm")), PATIENCE_S, "the car")
    entry_id = stack.api.get(f"{path}/heats/{heat_id}")["runs"].popitem()[0]
    equip = {"entry_id": entry_id, "car_id": CALM.car_id}
    equip |= {"model_sha256": telemetry()["model_sha256"]}
    stack.api.post(f"{path}/heats/{heat_id}/equip", equip)
    stack.api.post(f"{path}/next")
    stack.api.post(f"{path}/heats/{heat_id}/start")
    stack.watch.until(
        lambda: len(stack.api.get(f"{path}/heats/{heat_id}")["laps"]) >= 2, PATIENCE_S, "two laps"
    )
    stack.api.post(f"{path}/heats/{heat_id}/stop")
    replay = f"{path}/heats/{heat_id}/replay"
    stack.watch.until(
        lambda: stack.api.get(replay)["runs"][0]["records"] != [], PATIENCE_S, "the car's record"
    )
    return stack, f"/analysis?event={event_id}&heat={heat_id}"


def test_a_virtual_race(raced: tuple[Stack, str], laptop_page: Page) -> None:
    """It should set two laps of a real run beside each other, on the map and in curves."""
    stack, address = raced
    page = laptop_page
    code = stack.api.post("/codes", {"role": "organiser", "principal": "o"})["code"]
    page.goto(f"{stack.page_url}{address}#code={code}")
    laps = page.get_by_test_id("laps")
    expect(laps.get_by_role("button", name="Lap 1")).to_be_visible()
    expect(laps.locator("tbody tr").nth(1)).to_be_visible()
    # The car's own word of each lap: how many pictures a second, and how late it was.
    rate = laps.locator("thead th").all_inner_texts().index("Pictures/s")
    assert float(laps.locator("tbody tr").first.locator("th, td").nth(rate).inner_text()) > 0
    # The virtual venue watches its cars as a tracker does.
    lap_map = page.get_by_test_id("map")
    expect(lap_map.get_by_text("where the venue's tracker saw the car")).to_be_visible()
    expect(lap_map.locator("polyline.shade").first).to_be_attached()
    expect(lap_map.locator(".lapmap__car")).to_have_count(2)
    curves = page.get_by_test_id("curves")
    for name in ("delta", "steering", "throttle", "latency"):
        plot = curves.locator(f"[data-plot={name}] canvas")
        expect(plot).to_be_visible()
    # What is touched in one chart is told by all of them.
    before = curves.locator("[data-told=latency]").inner_text()
    curves.locator("[data-plot=steering]").click(position={"x": 300, "y": 40})
    expect(curves.locator("[data-told=latency]")).not_to_have_text(before)
    instant = page.get_by_test_id("instant").inner_text()
    page.get_by_test_id("play").click()
    expect(page.get_by_test_id("instant")).not_to_have_text(instant)
    page.get_by_test_id("play").click()
    with page.expect_download() as download:
        page.get_by_test_id("files").get_by_role("link", name="CSV").click()
    head = Path(download.value.path()).read_text(encoding="utf-8").splitlines()[0]
    assert "steering_frac,throttle_frac" in head
    beside_each_other(page)
    card = page.get_by_test_id("ghost-card")
    card.get_by_role("button", name="Let this lap drive along").click()
    expect(card.get_by_test_id("ghost-now")).to_contain_text("A ghost drives along: lap")
    assert stack.api.get("/venue/ghost")["lap"]["heat_number"] == 1
    card.get_by_role("button", name="Take the ghost away").click()
    expect(card.get_by_test_id("ghost-now")).to_have_count(0)
    other = laps.get_by_role("button", name="Lap 2")
    other.click()
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("lap=2"))
    page.reload()
    expect(laps.get_by_role("button", name="Lap 2")).to_have_attribute("aria-pressed", "true")


def beside_each_other(page: Page) -> None:
    """Play the two laps from one start, as two cars on the map, and come back."""
    address = page.url
    page.goto(address.replace("/analysis", "/replay"))
    on_map = page.get_by_test_id("both-on-map")
    expect(on_map.locator(".lapmap__car")).to_have_count(2)
    page.get_by_test_id("how-to-run").select_option("race")
    page.get_by_role("slider").fill("0.5")
    times = page.locator(".panel__time")
    expect(times.nth(0)).not_to_contain_text("0.00 /")
    first, _, _ = times.nth(0).inner_text().partition("/")
    expect(times.nth(1)).to_have_text(re.compile(rf"^\s*{re.escape(first.strip())}\s*/"))
    page.goto(address)


def test_a_car_that_nobody_tracked(organiser: Organiser, tmp_path: Path, laptop_page: Page) -> None:
    """It should say that nobody knows where it was, and show what there is."""
    with driven_heat(organiser, tmp_path) as driven:
        driven.handover.work()
        code = organiser.post("/codes", {"role": "organiser", "principal": "o"})["code"]
        asked = f"event={driven.plan['event_id']}&heat={driven.heat_id}"
        laptop_page.goto(f"{page_url(organiser.url)}/analysis?{asked}#code={code}")
        told = laptop_page.get_by_test_id("no-positions")
        expect(told).to_contain_text("Nobody knows where this car was")
        expect(laptop_page.locator(".lapmap__band rect").first).to_be_attached()
        expect(laptop_page.locator("polyline.shade")).to_have_count(0)


def as_driver(organiser: Organiser, page: Page, path: str = "/analysis") -> None:
    """Open the page on a driver's device."""
    driver_id = organiser.post("/drivers", {"name": "Bolt Lightfoot"})["driver_id"]
    body = {"role": "driver", "principal": driver_id, "scope": driver_id}
    code = organiser.post("/codes", body)["code"]
    page.goto(f"{page_url(organiser.url)}{path}#code={code}")


def bring(page: Page, name: str, content: bytes) -> None:
    """Hand a log in as a driver does."""
    card = page.get_by_test_id("logs")
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    card.get_by_label("Log (CSV)").set_input_files([file])
    card.get_by_role("button", name="Bring it").click()


def test_a_log_is_looked_at(organiser: Organiser, phone_page: Page) -> None:
    """It should draw a log's way on the track that it fits, in colours, and let two laps race."""
    page = phone_page
    as_driver(organiser, page)
    bring(page, "wild.csv", driven_log())
    lap_map = page.get_by_test_id("map")
    expect(lap_map.get_by_text("Drawn on “demo”")).to_be_visible()
    expect(lap_map.locator("polyline.shade").nth(5)).to_be_attached()
    lap_map.get_by_role("combobox", name="Coloured by").select_option("steering")
    expect(lap_map.locator("polyline.shade--turn-3").first).to_be_attached()
    assert lap_map.get_by_role("combobox", name="Coloured by").locator(
        "option"
    ).all_inner_texts() == [
        "speed",
        "steering",
        "throttle",
    ]
    cars = lap_map.locator(".lapmap__car")
    expect(cars).to_have_count(2)
    where = cars.nth(1).get_attribute("transform")
    page.get_by_test_id("play").click()
    expect(cars.nth(1)).not_to_have_attribute("transform", where or "")
    finding = page.get_by_test_id("findings").locator("[data-finding=part_loss]").first
    finding.get_by_role("button", name="Look at Episode").click()
    told = finding.inner_text()
    chosen = page.get_by_test_id("laps").locator("button[aria-pressed=true]")
    expect(chosen).to_have_text(re.compile(r"Episode \d"))
    expect(page.get_by_test_id("curves").locator("li").first).to_contain_text(told.split(":")[0])
    expect(page.get_by_test_id("ideal")).to_contain_text("The best parts joined")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_reward_and_exits_of_a_log(organiser: Organiser, laptop_page: Page) -> None:
    """It should show rewards where there are any, and where an episode left the track."""
    page = laptop_page
    as_driver(organiser, page)
    off = [line(2, step, reward=0.5) for step in range(1, 6)]
    off[-1] |= {"episode_status": "off_track"}
    bring(page, "console.csv", log_of(*episode(1), *off))
    laps = page.get_by_test_id("laps")
    expect(page.locator(".choosers")).to_be_in_viewport()
    laps.get_by_role("button", name="Episode 2").click()
    expect(page.get_by_test_id("exits")).to_contain_text("50 % of the lap")
    expect(laps.get_by_role("row", name="Episode 2")).to_contain_text("left the track")
    lap_map = page.get_by_test_id("map")
    lap_map.get_by_role("combobox", name="Coloured by").select_option("reward")
    expect(lap_map.locator(".lapmap__exit")).to_have_count(1)
    expect(page.get_by_test_id("map")).to_contain_text("No track that this server knows fits")
    expect(page.get_by_test_id("lap-by-lap").locator("[data-plot=reward] canvas")).to_be_visible()
    expect(page.get_by_test_id("actions").get_by_role("table")).to_contain_text("100%")
    with page.expect_download() as download:
        page.get_by_test_id("files").get_by_role("link", name="Parquet").click()
    table = read_parquet(download.value.path()).read_all()
    assert table["lap"].to_pylist() == [1] * len(episode(1)) + [2] * len(off)
    # The map stays beside the curves, and never comes to lie over what stands below them.
    page.get_by_test_id("logs").scroll_into_view_if_needed()
    assert bottom(page, "map") <= bottom(page, "curves") + 1
    check_access(page)


def bottom(page: Page, part: str) -> float:
    """Return where a part of the page ends, in px of the window."""
    box = page.get_by_test_id(part).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_a_bad_log_is_refused(organiser: Organiser, laptop_page: Page) -> None:
    """It should say what is wrong with it, and delete what was brought once it is asked."""
    page = laptop_page
    as_driver(organiser, page)
    bring(page, "notes.csv", b"a,b\n1,2\n")
    card = page.get_by_test_id("logs")
    expect(card.get_by_role("alert")).to_contain_text("has no column 'episode'")
    bring(page, "good.csv", log_of(*episode(1)))
    expect(card.get_by_text("good")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name="Delete").click()
    expect(card.get_by_text("good")).to_have_count(0)
    expect(page.get_by_text("Nothing has been driven")).to_be_visible()


def test_strangers_are_asked_to_sign_in(organiser: Organiser, phone_page: Page) -> None:
    """It should say who may look, and take a code."""
    phone_page.goto(f"{page_url(organiser.url)}/analysis")
    expect(phone_page.get_by_text("Laps are for drivers and the crew")).to_be_visible()
