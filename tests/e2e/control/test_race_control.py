"""A heat's phases in race control and on the board: ready, lights, flags, pauses, re-runs."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_control import open_control, press
from tests.e2e.race_views import event_view, heat_view, standing_views
from timing_server.contract.live.heats import (
    HeatView,
    InterruptionView,
    OfferView,
    PauseView,
    QueueView,
    RunView,
)
from timing_server.contract.live.laps import FalseStartView
from timing_server.contract.race.measures import SectorView, SpeedView

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)
NOW_US = 60_000_000


def heat(phase: str, **changes: object) -> HeatView:
    """Return the heat in a phase with its run."""
    made = {"called": "called", "armed": "called", "finished": "finished"}.get(phase, "running")
    base = heat_view(made, () if made == "called" else LAPS_US)  # type: ignore[arg-type]
    runs = {"e1": RunView(entry_id="e1", car_id="car-1", laps=2, best_us=7_102_345)}
    return base.model_copy(update={"phase": phase, "runs": runs} | changes)


def field() -> dict[str, RunView]:
    """Return two runs that race each other."""
    return {
        "e1": RunView(entry_id="e1", place=2, laps=1, best_us=7_900_000, gap_laps=1, lane=1),
        "e2": RunView(entry_id="e2", place=1, laps=2, best_us=7_102_345, gap_us=0, lane=2),
    }


def sent(feed: FeedServer) -> list[tuple[str, object]]:
    """Return the commands that arrived."""
    return [(each.path.removeprefix("/events/ev1"), each.body) for each in feed.commands]


def press_named(page: Page, name: str) -> None:
    """Press a button of the race tab and see it answered."""
    press(page.get_by_role("button", name=name, exact=True).first)


def test_sectors_of_several_cars(board_page: Page, feed: FeedServer) -> None:
    """It should show each car's sectors and speed below its name, in rows equally high."""
    sectors = (
        SectorView(first=1, last=1, duration_us=2_491_000, is_overall_best=True),
        SectorView(first=2, last=2, duration_us=2_582_000),
    )
    speed = SpeedView(gate="finish", speed_mmps=2_412, bound_mmps=30)
    runs = field()
    runs["e1"] = runs["e1"].model_copy(update={"sectors": sectors, "speed": speed})
    feed.view = event_view("running", heat("running", runs=runs))
    feed.event_id = feed.view.event_id
    board_page.goto(feed.url)
    rows = board_page.get_by_test_id("field").locator("li.field-list__row")
    expect(rows.nth(1).get_by_test_id("sectors")).to_contain_text("2.582")
    expect(rows.nth(1)).to_contain_text("2.41 m/s")
    heights = [rows.nth(at).bounding_box() for at in range(2)]
    assert len({box["height"] for box in heights if box}) == 1


def test_a_penalty_that_lost_its_pass(phone_page: Page, feed: FeedServer) -> None:
    """It should ask anew about a penalty whose pass is no false start any more."""
    early = FalseStartView(
        pass_ref="node:j:1",  # noqa: S106 - a pass of the line
        early_us=0,
        bound_us=0,
        ruling_id="r1",
        penalty_us=5_000_000,
        is_unfounded=True,
    )
    runs = {"e1": RunView(entry_id="e1", car_id="car-1", false_starts=(early,))}
    open_control(phone_page, feed, event_view("running", heat("running", runs=runs)))
    card = phone_page.get_by_test_id("false-starts")
    expect(card).to_contain_text("no false start any more")
    press_named(phone_page, "Take the penalty back")
    assert sent(feed) == [("/rulings/r1/reverse", {"reason": "its pass was no false start"})]


def test_ready_and_start(phone_page: Page, feed: FeedServer) -> None:
    """It should arm a called heat, start an armed one, and send either back to the queue."""
    open_control(phone_page, feed, event_view("called", heat("called")))
    press_named(phone_page, "Ready: the first crossing starts the heat")
    feed.show(event_view("called", heat("armed")))
    expect(phone_page.locator(".chip--armed")).to_have_text("Ready")
    expect(phone_page.get_by_role("button", name="Ready")).to_have_count(0)
    press_named(phone_page, "Start")
    press_named(phone_page, "Back to the queue")
    assert sent(feed) == [
        ("/heats/h1/arm", {}),
        ("/heats/h1/start", {}),
        ("/heats/h1/stop", {}),
    ]


def test_flags_and_pauses(phone_page: Page, feed: FeedServer) -> None:
    """It should show flags, pause and resume, and offer only what changes something."""
    open_control(phone_page, feed, event_view("running", heat("running")))
    expect(phone_page.get_by_role("button", name="Green")).to_be_disabled()
    press_named(phone_page, "Yellow")
    press_named(phone_page, "Red")
    pause = PauseView(cause="red_flag", from_us=NOW_US - 5_000_000)
    feed.show(event_view("running", heat("paused", pauses=(pause,))))
    expect(phone_page.get_by_test_id("pause")).to_contain_text("Red flag")
    expect(phone_page.get_by_role("button", name="Red")).to_be_disabled()
    expect(phone_page.get_by_role("button", name="Manual pass")).to_be_disabled()
    press_named(phone_page, "Green")
    press_named(phone_page, "Resume")
    feed.show(event_view("running", heat("running", timeouts_max=1)))
    press_named(phone_page, "Pause")
    press_named(phone_page, "Timeout")
    assert sent(feed) == [
        ("/heats/h1/flag", {"flag": "yellow"}),
        ("/heats/h1/flag", {"flag": "red"}),
        ("/heats/h1/flag", {"flag": "green"}),
        ("/heats/h1/resume", {}),
        ("/heats/h1/pause", {"cause": "pause"}),
        ("/heats/h1/pause", {"cause": "timeout", "entry_id": "e1"}),
    ]


def test_after_an_interruption(phone_page: Page, feed: FeedServer) -> None:
    """It should offer to go on, to race again or to close, and to give lost time back."""
    away = InterruptionView(cause="node_restarted", at_us=NOW_US)
    lost = OfferView(entry_id="e1", extra_us=12_345_678, reason="two_boots")
    view = event_view("running", heat("running", interruptions=(away,), offers=(lost,)))
    open_control(phone_page, feed, view)
    alarm = phone_page.get_by_role("alert")
    expect(alarm).to_contain_text("A timing node was restarted in mid-heat.")
    expect(alarm).to_contain_text("Bolt Lightfoot lost 12.345 s")
    for name in ("Give it back", "Continue", "Abandon and run again", "Close the heat"):
        press(alarm.get_by_role("button", name=name))
    commands = sent(feed)
    assert [path for path, _ in commands] == [
        "/heats/h1/runs/e1/extend",
        "/heats/h1/continue",
        "/heats/h1/abandon",
        "/heats/h1/stop",
    ]
    assert commands[0][1] == {
        "extra_us": 12_345_678,
        "reason": "lost to a restarted timing node",
    }
    settled = away.model_copy(update={"is_settled": True})
    feed.show(event_view("running", heat("running", interruptions=(settled,))))
    expect(alarm).to_have_count(0)


def test_abandon_and_race_again(phone_page: Page, feed: FeedServer) -> None:
    """It should take a heat back with a reason, and mark its re-run at the head of the queue."""
    open_control(phone_page, feed, event_view("result", heat("finished")))
    phone_page.get_by_text("Abandon this heat").click()
    phone_page.get_by_label("Reason").fill("the beam moved")
    phone_page.get_by_role("button", name="Abandon and run again").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("its re-run is next")
    queue = {
        "h2": QueueView(heat_id="h2", number=2, position=2, entry_id="e2", entry_ids=("e2",)),
        "h9": QueueView(
            heat_id="h9", number=9, position=1, entry_id="e1", entry_ids=("e1",), rerun_of="h1"
        ),
    }
    feed.show(event_view("idle", None, queue=queue))
    rows = phone_page.locator("[data-queued]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Bolt Lightfoot")
    expect(rows.first).to_contain_text("run again")
    phone_page.get_by_role("button", name="Call: Heat 2").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Heat 2 is called")
    assert sent(feed) == [
        ("/heats/h1/abandon", {"reason": "the beam moved", "is_rerun": True}),
        ("/next", {"heat_id": "h2"}),
    ]


def test_several_cars(phone_page: Page, feed: FeedServer) -> None:
    """It should list the runs by place, each with its own buttons, and no button for them all."""
    open_control(phone_page, feed, event_view("running", heat("running", runs=field())))
    rows = phone_page.locator("[data-run]")
    expect(rows.first).to_contain_text("Clutch Hazard")
    expect(rows.last).to_contain_text("+1 L")
    expect(phone_page.get_by_role("button", name="Manual pass")).to_have_count(0)
    press(rows.last.get_by_role("button", name="Pass"))
    press(rows.first.get_by_role("button", name="Off"))
    assert sent(feed) == [
        ("/heats/h1/passes", {"reason": "seen by a marshal", "entry_id": "e1"}),
        ("/heats/h1/off-tracks", {"entry_id": "e2"}),
    ]


def test_practice(phone_page: Page, feed: FeedServer) -> None:
    """It should send entries out and bring them in."""
    runs = {"e2": RunView(entry_id="e2", laps=1, best_us=7_900_000)}
    view = event_view("running", heat("running", is_practice=True, entry_id="e2", runs=runs))
    open_control(phone_page, feed, view)
    phone_page.locator("[data-entry=e3]").get_by_role("button", name="Send out").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Mina Apex is on track.")
    expect(phone_page.locator("[data-entry=e2]")).to_have_count(0)
    phone_page.get_by_role("button", name="Bring in").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Clutch Hazard is off the track.")
    assert sent(feed) == [
        ("/heats/h1/send-out", {"entry_id": "e3"}),
        ("/heats/h1/bring-in", {"entry_id": "e2"}),
    ]


def test_whoever_does_not_come(phone_page: Page, feed: FeedServer) -> None:
    """It should let a marshal rule a no-show at the line, for each that hasn't stood down."""
    runs = {**field(), "e1": RunView(entry_id="e1", lane=1, status="dns")}
    open_control(phone_page, feed, event_view("called", heat("called", runs=runs)))
    absent = phone_page.get_by_role("button", name="Didn't come")
    expect(absent).to_have_text("Didn't come: Clutch Hazard")
    press(absent)
    expect(phone_page.get_by_test_id("notice")).to_contain_text("goes on without")
    assert sent(feed) == [("/entries/e2/no-show", {"heat_id": "h1"})]
    feed.show(event_view("running", heat("running", runs=runs)))
    expect(absent).to_have_count(0)


def show(page: Page, feed: FeedServer, view: object) -> None:
    """Open the board on a document."""
    feed.view = view  # type: ignore[assignment]
    feed.event_id = "ev1"
    page.goto(feed.url)


def test_the_board_pauses_and_clears(board_page: Page, feed: FeedServer) -> None:
    """It should hold its clocks in a pause, and drop an abandoned heat at once."""
    pause = PauseView(cause="red_flag", from_us=NOW_US)
    rows = standing_views((7_102_345,))
    paused = heat("paused", pauses=(pause,), lap_opened_us=NOW_US - 3_000_000)
    show(board_page, feed, event_view("running", paused, standings=rows))
    expect(board_page.get_by_test_id("flag")).to_contain_text("Red flag")
    expect(board_page.get_by_test_id("lap-clock")).to_have_text("3.00")
    feed.show(event_view("idle", None))
    expect(board_page.get_by_test_id("flag")).to_have_count(0)
    expect(board_page.get_by_test_id("laps")).to_have_count(0)
    expect(board_page.get_by_text("Ready to race")).to_be_visible()


def test_the_board_shows_what_is_ready(board_page: Page, feed: FeedServer) -> None:
    """It should say that all is ready, light one lamp each second, and let them all go out."""
    show(board_page, feed, event_view("called", heat("armed")))
    expect(board_page.get_by_role("heading", name="Ready", exact=True)).to_be_visible()
    started = heat(
        "running",
        lights_us=NOW_US - 2_500_000,
        started_us=NOW_US + 60_000_000,
        lap_opened_us=None,
    )
    feed.show(event_view("running", started))
    lit = board_page.locator(".start-lights i.is-lit")
    expect(lit).to_have_count(5)
    feed.show(event_view("running", started.model_copy(update={"started_us": NOW_US - 1})))
    expect(lit).to_have_count(0)


def test_the_board_shows_a_field(board_page: Page, feed: FeedServer) -> None:
    """It should show several cars by place with their gaps, and who is lapped."""
    show(board_page, feed, event_view("running", heat("running", runs=field())))
    rows = board_page.get_by_test_id("field").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Clutch Hazard")
    expect(rows.last).to_contain_text("+1 L")


def test_the_board_names_everybody_of_the_next_heats(board_page: Page, feed: FeedServer) -> None:
    """It should call all drivers of a waiting heat, below the standings too, and a practice."""
    queue = {
        "h2": QueueView(heat_id="h2", number=2, position=1, entry_id="e2", entry_ids=("e2", "e3")),
        "h3": QueueView(heat_id="h3", number=3, position=2, is_practice=True),
    }
    view = event_view("running", heat("running"))
    show(board_page, feed, view.model_copy(update={"queue": queue}))
    following = board_page.locator(".footer__entry")
    expect(following.first).to_contain_text("Clutch Hazard")
    expect(following.first).to_contain_text("Mina Apex")
    expect(following.last).to_have_text("Practice")
