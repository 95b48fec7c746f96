"""Which scene a board shows: by itself, by race control's choice, or by its own address."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.board.test_room import BEYOND_RIGHT, FULL, OUTSIDE, SIZES
from tests.e2e.browsing import DRAWN, call, hold_time
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view
from tests.e2e.race_views import entry_views, event_view, heat_view, standing_views
from tests.e2e.screens.test_venue import base_of, open_devices
from tests.timing_server.web.live_server import Organiser
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import RunView
from timing_server.contract.server.screens import BoardScene, SponsorShown
from timing_server.contract.server.venue import VenueNotice

pytestmark = pytest.mark.e2e

TURN_MS = 12_000
WHOLE: tuple[BoardScene, ...] = ("start_list", "standings", "podium", "sponsors")


def sponsors(count: int = 2) -> tuple[SponsorShown, ...]:
    return tuple(
        SponsorShown(
            sponsor_id=f"s{at}", name=f"Axle Grease Company {at}", picture=f"/venue/sponsors/s{at}"
        )
        for at in range(count)
    )


def tell(feed: FeedServer, scene: BoardScene = "auto", sponsors_n: int = 0) -> None:
    feed.send("venue", VenueNotice(scene=scene, sponsors=sponsors(sponsors_n)))


def full_view(entries_n: int = 24) -> EventView:
    """Return an event between heats with as many drivers as there may be, of long names."""
    names = tuple(FULL[at % len(FULL)] for at in range(entries_n))
    bests_us = tuple(7_102_345 + at * 233_000 for at in range(entries_n))
    standings = standing_views(bests_us)
    return event_view("idle", entries=entry_views(names), standings=standings)


def at_the_line() -> EventView:
    heat = heat_view("called").model_copy(update={"runs": {"e1": RunView(entry_id="e1")}})
    return event_view("called", heat)


def test_choice_of_a_scene(board_page: Page, feed: FeedServer) -> None:
    """It should prefer the address' scene, then race control's, then what the race does."""
    board_page.goto(f"{feed.url}/static/icon.svg")

    def shown(scene: str, **changes: object) -> object:
        view: dict[str, object] = {"scene": scene, "matches": None, "queue": {"h1": 1, "h2": 2}}
        choice = {"asked": None, "chosen": "auto", "turn": 0, "sponsors": [], **changes}
        return call(board_page, "board/scenes/choice.js", "sceneToShow", view, choice)

    assert shown("running") == "running"
    assert shown("running", chosen="standings") == "standings"
    assert shown("running", chosen="standings", asked="auto") == "running"
    assert shown("running", chosen="bracket") == "standings"
    turns = [shown("idle", turn=turn, sponsors=[1]) for turn in range(5)]
    assert turns == ["idle", "idle", "start_list", "sponsors", "idle"]
    asked = ["?scene=podium", "?scene=fireworks", "?lang=es"]
    found = [call(board_page, "board/scenes/choice.js", "askedScene", each) for each in asked]
    assert found == ["podium", None, None]


def test_race_control_chooses_for_all_but_one(board_page: Page, feed: FeedServer) -> None:
    """It should show what race control chose, in mid-heat too, and go back by itself."""
    board = board_page.locator(".board")
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board).to_have_attribute("data-scene", "running")
    tell(feed, "standings")
    expect(board).to_have_attribute("data-scene", "standings")
    expect(board_page.get_by_test_id("driver")).to_have_count(0)
    tell(feed, "auto")
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    open_board(board_page, feed, at_the_line(), "?scene=start_list")
    expect(board_page.locator(".coming__heat--now")).to_be_visible()
    tell(feed, "podium")
    expect(board_page.locator(".coming__heat--now")).to_contain_text("Bolt Lightfoot")
    expect(board).to_have_attribute("data-scene", "start_list")


def test_between_heats_scenes_take_turns(board_page: Page, feed: FeedServer) -> None:
    """It should turn to the start list and the sponsors, and be back at once for a heat."""
    hold_time(board_page)
    board = board_page.locator(".board")
    open_board(board_page, feed, event_view("idle"))
    expect(board).to_have_attribute("data-scene", "idle")
    tell(feed, sponsors_n=2)
    expect(board_page.get_by_test_id("sponsor-strip")).to_be_visible()
    board_page.clock.run_for(2 * TURN_MS)
    expect(board).to_have_attribute("data-scene", "start_list")
    board_page.clock.run_for(TURN_MS)
    expect(board).to_have_attribute("data-scene", "sponsors")
    feed.show(event_view("called", heat_view("called")), "HeatCalled")
    expect(board).to_have_attribute("data-scene", "called")


@pytest.mark.parametrize("size", [*SIZES, (390, 844)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_whole_scenes_fit(board_page: Page, feed: FeedServer, size: tuple[int, int]) -> None:
    """It should fit 24 drivers of long names and many sponsors on each screen, page by page."""
    board_page.set_viewport_size({"width": size[0], "height": size[1]})
    open_board(board_page, feed, full_view())
    expect(board_page.get_by_role("heading", name="Ready to race")).to_be_visible()
    for scene in WHOLE:
        tell(feed, scene, sponsors_n=7)
        expect(board_page.locator(".board")).to_have_attribute("data-scene", scene)
        board_page.evaluate(DRAWN)
        outside = board_page.evaluate(OUTSIDE if size[0] > 900 else BEYOND_RIGHT)
        assert outside == [], scene


def test_the_start_list_has_its_times(board_page: Page, feed: FeedServer) -> None:
    """It should show each heat's planned time, by the clock of the place where the event is."""
    view = full_view()
    queue = {
        heat_id: heat.model_copy(update={"planned_utc": f"2026-05-01T08:{2 * at:02}:30+00:00"})
        for at, (heat_id, heat) in enumerate(view.queue.items())
    }
    changes = {"queue": queue, "time_zone": "Europe/Madrid"}
    open_board(board_page, feed, view.model_copy(update=changes), "?scene=start_list")
    expect(board_page.locator(".coming__time").first).to_have_text("10:00")
    expect(board_page.locator(".coming__time").nth(1)).to_have_text("10:02")
    board_page.evaluate(DRAWN)
    outside = board_page.evaluate(OUTSIDE)
    assert outside == []


def logo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 120), "red").save(file, "PNG")
    return file.getvalue()


def test_sponsors_and_scenes_from_race_control(
    phone_page: Page, board_page: Page, organiser: Organiser
) -> None:
    """It should show on a board what a phone sends, orders, deletes and chooses."""
    organiser.plan()
    # Else the board turns to another of its scenes now and then.
    hold_time(board_page)
    board_page.goto(f"{base_of(organiser)}/")
    expect(board_page.locator(".hero")).to_be_visible()
    open_devices(phone_page, organiser)
    card = phone_page.get_by_test_id("sponsors-card")
    for name in ("Axle Grease Co", "Bearing Bros"):
        card.get_by_label("Name, for those").fill(name)
        card.get_by_label("Picture", exact=True).set_input_files(
            {"name": "logo.png", "mimeType": "image/png", "buffer": logo()}
        )
        card.get_by_role("button", name="Add").click()
        expect(card.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    strip = board_page.get_by_test_id("sponsor-strip").get_by_role("img")
    expect(strip).to_be_visible()
    assert strip.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 400
    card.get_by_role("button", name="Move Bearing Bros up").click()
    expect(card.get_by_role("listitem").first).to_contain_text("Bearing Bros")
    phone_page.get_by_role("link", name="Race", exact=True).click()
    scenes = phone_page.get_by_test_id("scene-card")
    scenes.get_by_role("button", name="sponsors").click()
    expect(scenes).to_contain_text("Every board shows: sponsors")
    wall = board_page.get_by_test_id("sponsor-wall").get_by_role("img")
    expect(wall).to_have_count(2)
    expect(wall.first).to_have_attribute("alt", "Bearing Bros")
    board_page.reload()
    expect(wall).to_have_count(2)
    organiser.http.put("/venue/scene", json={"scene": "podium"})
    expect(scenes).to_contain_text("Every board shows: podium")
    scenes.get_by_role("button", name="Back to automatic").click()
    expect(board_page.locator(".board")).to_have_attribute("data-scene", "idle")
    phone_page.get_by_role("link", name="Devices").click()
    for left in (1, 0):
        card.get_by_role("button", name="Delete").first.click()
        expect(card.get_by_role("listitem")).to_have_count(left)
    expect(board_page.get_by_test_id("sponsor-strip")).to_have_count(0)
