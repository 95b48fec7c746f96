"""Every page as axe judges it: no violation in any state, theme or size."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from display.pages.shell import PAGES
from tests.e2e.accessibility import check_access
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import telemetry
from tests.e2e.pages.race_day import RaceDay, race_day
from tests.e2e.race_views import (
    event_view,
    heat_view,
    standing_views,
    track_map,
)
from tests.e2e.screens.test_bracket import bracket, shown
from tests.e2e.screens.test_commentator import BEST, CLEAN, tell
from timing_server.contract.live.document import EventView
from timing_server.contract.live.messages import CarReport, LivePing
from timing_server.formats.brackets.draws import single_elimination

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_999, 7_102_345)
#: Waits until the page's element shows what its feed brought.
SHOWN = """async (hasView) => {
  const page = document.body.firstElementChild;
  await customElements.whenDefined(page.localName);
  const { feed } = page;
  await new Promise((done) => {
    const look = () => (feed.isReady && (!hasView || feed.view) ? done() : undefined);
    feed.addEventListener("change", look);
    look();
  });
  await page.updateComplete;
}"""


def running() -> EventView:
    standings = standing_views((7_102_345, 7_584_000, 8_001_000), provisional=1)
    heat = heat_view("running", LAPS_US, overall_us=7_102_345)
    return event_view("running", heat, standings=standings, overall_best_us=7_102_345)


def podium() -> EventView:
    standings = standing_views((7_102_345, 7_584_000, 8_001_000))
    return event_view("podium", heat_view("finished", LAPS_US), standings=standings, queue={})


def matches() -> EventView:
    plans = single_elimination(4, has_bronze_final=False)
    return shown(bracket(plans, 4, ("r1m1",)), 4, "single_elimination")


SCENES: dict[str, Callable[[], EventView | None]] = {
    "none": lambda: None,
    "idle": lambda: event_view("idle"),
    "called": lambda: event_view("called", heat_view("called")),
    "running": running,
    "result": lambda: event_view("result", heat_view("finished", LAPS_US)),
    "podium": podium,
    "bracket": matches,
}
#: The pages that hang on a wall, and the scenes in which each has something of its own to show.
ON_THE_WALL = {
    "/": tuple(SCENES),
    "/bracket": ("bracket", "idle"),
    "/commentator": ("idle", "running"),
    "/lights": ("idle", "called", "running", "result"),
    "/overlay/lower-third": ("called", "running"),
    "/overlay/timer": ("running",),
    "/overlay/tower": ("running",),
}
CASES = [(address, scene) for address, scenes in ON_THE_WALL.items() for scene in scenes]


@pytest.mark.parametrize(("address", "scene"), CASES)
def test_a_scene(laptop_page: Page, feed: FeedServer, address: str, scene: str) -> None:
    """It should hold in each scene of the pages that hang on a wall."""
    feed.view = SCENES[scene]()
    feed.event_id = feed.view.event_id if feed.view else None
    tell(feed, BEST, CLEAN)
    laptop_page.goto(f"{feed.url}{address}")
    laptop_page.evaluate(SHOWN, feed.view is not None)
    if scene == "running":
        feed.send("track", track_map())
        feed.send("telemetry", CarReport(car_id="car-1", frame_seq=7, telemetry=telemetry()))

    def keep_contact() -> None:
        feed.send("ping", LivePing(now_us=feed.now_us))

    is_whole = not address.startswith("/overlay/")
    check_access(laptop_page, is_whole=is_whole, before=keep_contact)
    # Whoever asks for less motion gets none: these pages ask.
    assert laptop_page.evaluate("document.getAnimations().length") == 0


#: The pages that are held in a hand, who opens them, and what there is on each once it is shown.
IN_THE_HAND = {
    "analysis": ("analysis", "organiser", "Lap 1"),
    "control, nobody": ("/control", None, "Race control"),
    "race": ("/control?tab=race", "organiser", "Heat 3"),
    "marshal": ("/control#marshal", "marshal", "Turbo Tester"),
    "plan": ("/control#plan", "organiser", "Turbo Tester"),
    "results tab": ("/control#results", "organiser", "Awards"),
    "people": ("/control#people", "organiser", "Apexhausen"),
    "devices": ("/control#devices", "organiser", "node-1"),
    "drive": ("/drive", "driver", "Turbo Tester 0"),
    "join": ("/join", None, "Friday league"),
    "lab": ("/lab", "organiser", "has this machine to itself"),
    "line": ("/line", "marshal", "Heat 3"),
    "me": ("/me", "driver", "Turbo Tester 0"),
    "me, nobody": ("/me", None, "code"),
    "new event": ("/new-event", "organiser", "Name"),
    "replay": ("replay", "organiser", "of the lap"),
    "results": ("/results", None, "Turbo Tester 0"),
    "season": ("/season", "organiser", "Harbour Season"),
    "tracks": ("/tracks", "driver", "Demo"),
    "models": ("/models", "driver", "Bring a model"),
    "train": ("/train", "driver", "Start training"),
    "train, nobody": ("/train", None, "Sign up"),
    "start list": ("/start-list", None, "Turbo Tester 0"),
    "virtual races": ("/virtual", None, "No virtual race is open"),
}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RaceDay]:
    with race_day(tmp_path_factory.mktemp("day")) as found:
        yield found


@pytest.mark.parametrize("name", IN_THE_HAND)
def test_a_page_in_the_hand(laptop_page: Page, day: RaceDay, name: str) -> None:
    """It should hold on each page that people use, with everything that folds away opened."""
    path, role, text = IN_THE_HAND[name]
    named = {"replay": day.replay, "analysis": day.replay.replace("/replay", "/analysis")}
    path, _, tab = named.get(path, path).partition("#")
    laptop_page.goto(day.address(path, role))
    if tab:
        expect(laptop_page.get_by_test_id("notice")).to_have_text("You are logged in.")
        laptop_page.evaluate("(tab) => { location.hash = tab; }", tab)
    expect(laptop_page.get_by_text(text).filter(visible=True).first).to_be_visible()
    laptop_page.evaluate(
        "document.querySelectorAll('details').forEach((each) => (each.open = true))"
    )
    check_access(laptop_page)


def test_a_ruling_that_is_foretold(laptop_page: Page, day: RaceDay) -> None:
    """It should hold in the dialog that says what a ruling will change."""
    laptop_page.goto(day.address("/control", "marshal"))
    expect(laptop_page.get_by_test_id("notice")).to_have_text("You are logged in.")
    laptop_page.evaluate("location.hash = 'marshal'")
    row = laptop_page.locator("[data-pass]").first
    row.locator("summary").first.click()
    row.get_by_role("button", name="Void pass").click()
    expect(laptop_page.get_by_role("dialog").get_by_test_id("moves")).to_be_visible()
    check_access(laptop_page)


def test_every_page_is_judged() -> None:
    """It should leave out no page of the table."""
    in_the_hand = {path.partition("#")[0].partition("?")[0] for path, _, _ in IN_THE_HAND.values()}
    addresses = {path if path.startswith("/") else f"/{path}" for path in in_the_hand}
    assert {*ON_THE_WALL, *addresses} == PAGES.keys()
