"""Race control in a real browser, on a phone's screen."""

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.browsing import DRAWN
from tests.e2e.feed_server import LOGIN_CODE, FeedServer, SentCommand, problem
from tests.e2e.opened_control import DRIVERS, open_control
from tests.e2e.race_views import T0_US, event_view, heat_view

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)
MIN_TARGET_PX = 48


def test_login_by_code(phone_page: Page, feed: FeedServer) -> None:
    """It should show nothing to a spectator but the login, and word a wrong code."""
    feed.view = event_view("running", heat_view("running"))
    feed.event_id = "ev1"
    phone_page.goto(f"{feed.url}/control")
    expect(phone_page.get_by_role("heading", name="Race control")).to_be_visible()
    form = phone_page.get_by_role("main")
    form.get_by_label("Code").fill("nonsense")
    form.get_by_role("button", name="Log in").click()
    expect(form.get_by_role("alert")).to_have_text("That code is wrong, used or too old.")
    expect(phone_page.get_by_role("button", name="Start")).to_have_count(0)
    form.get_by_label("Code").fill(LOGIN_CODE)
    form.get_by_role("button", name="Log in").click()
    expect(phone_page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    phone_page.get_by_role("button", name="Log out").click()
    expect(phone_page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


def test_buttons_follow_the_heat(phone_page: Page, feed: FeedServer) -> None:
    """It should offer what the heat's phase allows, and send each command once with a key."""
    open_control(phone_page, feed, event_view("idle"))
    button = phone_page.get_by_role("button", name="Start", exact=True)
    expect(button).to_be_disabled()
    phone_page.get_by_role("button", name="Next", exact=True).click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("called to the line")
    feed.show(event_view("called", heat_view("called")))
    expect(phone_page.get_by_text("At the line")).to_be_visible()
    button.click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("The heat is running.")
    feed.show(event_view("running", heat_view("running", LAPS_US)))
    phone_page.get_by_role("button", name="Off track", exact=True).click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("off track")
    phone_page.get_by_role("button", name="Stop", exact=True).click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("stopped")
    assert [(sent.path, sent.body) for sent in feed.commands] == [
        ("/events/ev1/next", {}),
        ("/events/ev1/heats/h1/start", {}),
        ("/events/ev1/heats/h1/off-tracks", {"entry_id": "e1"}),
        ("/events/ev1/heats/h1/stop", {}),
    ]
    assert len({sent.key for sent in feed.commands}) == 4


def test_results_of_any_event(phone_page: Page, feed: FeedServer) -> None:
    """It should read the results of an event that is over without opening it again."""
    open_control(phone_page, feed, None)
    feed.reads["/events"] = [
        {"event_id": "ev0", "name": "Spring Cup"},
        {"event_id": "ev1", "name": "Autumn Time Trial"},
    ]
    for event_id, driver in (("ev0", "Mina Apex"), ("ev1", "Rusty Chicane")):
        row = {"rank": 1, "driver": driver, "car": "Swift One", "value_us": 7_102_345}
        row |= {"value_laps": None, "decided_by": "second_best_lap", "is_ranked": True}
        row |= {"penalty_us": 2_000_000, "is_close": event_id == "ev0"}
        results = {"standings": [row | {"laps": [8_402_345, 7_102_345]}]}
        feed.reads[f"/events/{event_id}/standings"] = results
        feed.reads[f"/events/{event_id}/stages"] = []
    phone_page.get_by_role("heading", name="Results").click()
    table = phone_page.get_by_test_id("results")
    expect(table).to_contain_text("Rusty Chicane")
    phone_page.get_by_label("Event").select_option("Spring Cup")
    expect(table).to_contain_text("Mina Apex")
    told = "Swift One · Laps: 2 · decided by the second-best lap · +2.000 pen."
    expect(table).to_contain_text(f"{told} · ≈ closer than the clocks can tell")
    expect(table).to_contain_text("7.102")
    assert feed.commands == []


@pytest.mark.parametrize("tab", ["#plan", "#devices"])
def test_a_marshal_is_told_what_only_organisers_may(
    phone_page: Page, feed: FeedServer, tab: str
) -> None:
    """It should say so in the tab, and not ask for a login."""
    feed.role = "marshal"
    open_control(phone_page, feed, event_view("idle"), tab)
    expect(phone_page.get_by_role("heading", name="Only an organiser may do this")).to_be_visible()
    expect(phone_page.get_by_text("You are logged in as: Marshal.")).to_be_visible()
    expect(phone_page.get_by_role("dialog")).to_have_count(0)
    phone_page.get_by_role("link", name="Race", exact=True).click()
    expect(phone_page.get_by_role("button", name="Next", exact=True)).to_be_visible()


def test_a_login_that_is_asked_for_goes_with_its_tab(phone_page: Page, feed: FeedServer) -> None:
    """It should take the question back when another tab is opened."""
    feed.answers = {"/events/ev1/next": lambda _: problem(401, "not_signed_in", "Log in first.")}
    open_control(phone_page, feed, event_view("idle"))
    phone_page.get_by_role("button", name="Next", exact=True).click()
    expect(phone_page.get_by_role("dialog")).to_be_visible()
    phone_page.evaluate("location.hash = '#plan'")
    expect(phone_page.get_by_role("dialog")).to_have_count(0)


def test_cars_have_ids(phone_page: Page, feed: FeedServer) -> None:
    """It should show a car's id, take the one that is typed, and else make it from the name."""
    open_control(phone_page, feed, event_view("idle"), "#plan")
    cars = phone_page.locator(".card").filter(has_text="Cars").first
    expect(cars.locator("summary")).to_have_text("Swift Onecar-1")
    name = cars.get_by_label("Name").last
    notice = phone_page.get_by_test_id("notice")
    for typed, car_id, wanted in (
        ("Señor Rojo!", "", "senor-rojo"),
        ("Car 1", "", "car-1-2"),
        ("Red Rocket", "Red_7", "Red_7"),
    ):
        name.fill(typed)
        if not car_id:
            expect(cars.get_by_label("Id")).to_have_attribute("placeholder", wanted)
        cars.get_by_label("Id").fill(car_id)
        cars.get_by_role("button", name="Add").click()
        expect(name).to_have_value("")
        expect(notice).to_have_text("Added.")
        assert feed.commands[-1].body["name"] == typed
        assert feed.commands[-1].body["car_id"] == wanted


def test_a_driver_is_entered_once(phone_page: Page, feed: FeedServer) -> None:
    """It should leave those who are entered out of the list, but not those who withdrew."""
    feed.reads["/drivers"] = DRIVERS
    open_control(phone_page, feed, event_view("idle"))
    feed.reads["/drivers"] = [
        {"driver_id": f"d{at}", "name": name, "colour": "#f97316"}
        for at, name in ((1, "Bolt"), (2, "Clutch"), (3, "Mina"))
    ]
    entered = {"driver_ids": ["d1"], "is_withdrawn": False}
    withdrawn = {"driver_ids": ["d2"], "is_withdrawn": True}
    feed.reads["/events/ev1/entries"] = [entered, withdrawn]
    phone_page.get_by_role("link", name="Set-up").click()
    options = phone_page.locator("select[name=driver_id] option")
    expect(options).to_have_text(["Clutch", "Mina"])
    everybody = [entered, {"driver_ids": ["d2", "d3"], "is_withdrawn": False}]

    def enter(_sent: SentCommand) -> JSONResponse:
        feed.reads["/events/ev1/entries"] = everybody
        return JSONResponse({"seq": feed.seq, "facts": []})

    feed.answers["/events/ev1/entries"] = enter
    phone_page.get_by_role("button", name="Enter", exact=True).click()
    expect(phone_page.get_by_text("All drivers are entered.")).to_be_visible()


def test_refusal_is_worded(phone_page: Page, feed: FeedServer) -> None:
    """It should word a refusal by its code, and fall back to the server's own sentence."""
    feed.answers = {
        "/events/ev1/next": lambda _: problem(409, "heat_running", "In English.", number=3),
        "/events/ev1/rulings/undo": lambda _: problem(409, "brand_new", "A new sentence."),
    }
    open_control(phone_page, feed, event_view("idle"))
    phone_page.get_by_label("Language").select_option("es")
    phone_page.get_by_role("button", name="Siguiente").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("La manga 3 está en marcha")
    phone_page.get_by_role("button", name="Deshacer").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("A new sentence.")


def test_retry_has_the_same_key(phone_page: Page, feed: FeedServer) -> None:
    """It should repeat a command that got no answer under the same key."""
    answers = iter([problem(503, "busy", "Later."), JSONResponse({"seq": 2, "facts": []})])
    feed.answers = {"/events/ev1/next": lambda _: next(answers)}
    open_control(phone_page, feed, event_view("idle"))
    phone_page.get_by_role("button", name="Next", exact=True).click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("called to the line")
    first, second = feed.commands
    assert first.key
    assert first.key == second.key


#: Those that are there to be pressed, and smaller than so many px.
SMALL = """(least) => [...document.querySelectorAll("button, a, input, select, summary")]
  .filter((target) => target.checkVisibility())
  .filter((target) => {
    const box = target.getBoundingClientRect();
    return box.width < least || box.height < least;
  })
  .map((target) => target.outerHTML.slice(0, 60))"""


#: The tabs, and what is there on each once it has all that it asks for.
TABS = {"#race": "[data-pass]", "#plan": "[data-stage]", "#devices": "[data-node]"}


@pytest.mark.parametrize("tab", TABS)
def test_targets_are_large_enough(phone_page: Page, feed: FeedServer, tab: str) -> None:
    """It should give a thumb 48 px everywhere, and not scroll sideways, however narrow."""
    feed.now_us = T0_US
    open_control(phone_page, feed, event_view("running", heat_view("running", LAPS_US)), tab)
    expect(phone_page.locator(TABS[tab]).first).to_be_visible()
    for width_px in (390, 360, 320):
        phone_page.set_viewport_size({"width": width_px, "height": 740})
        phone_page.evaluate(DRAWN)
        assert phone_page.evaluate(SMALL, MIN_TARGET_PX) == [], width_px
        for language, race in (("es", "Carrera"), ("en", "Race")):
            phone_page.get_by_test_id("language").select_option(language)
            expect(phone_page.get_by_role("link", name=race, exact=True)).to_be_visible()
            phone_page.evaluate(DRAWN)
            assert phone_page.evaluate("document.documentElement.scrollWidth") <= width_px
            log_out = phone_page.locator(".control__header > button").last.bounding_box()
            assert log_out is not None
            assert log_out["x"] + log_out["width"] <= width_px
