"""Race control and the guided set-up in a real browser, on a phone's screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.responses import JSONResponse

from tests.e2e.feed_server import LOGIN_CODE, FeedServer, SentCommand, on_the_wire, problem
from tests.e2e.race_views import T0_US, event_view, heat_view, ruling_view
from timing_server.contract.live.document import EventView
from timing_server.contract.race.plan import StartList
from timing_server.contract.server.status import NodeStatus
from timing_server.formats.presets import PRESETS
from timing_server.formats.registry import FORMATS
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import StageId
from timing_server.web.plan.stage_options import stage_row
from timing_server.web.race.formats import format_view, preset_view

pytestmark = pytest.mark.e2e

LAPS_US = (8_402_345, 7_102_345)
CARS = [{"car_id": "car-1", "name": "Swift One", "colour": "#38bdf8", "telemetry": None}]
DRIVERS = [{"driver_id": "d1", "name": "Bolt Lightfoot", "colour": "#f97316"}]
MIN_TARGET_PX = 48
PRESET_VIEWS = [preset_view(each).model_dump(mode="json") for each in PRESETS.values()]
TOKEN = "Xx9_" * 10 + "abc"
STAGE = Stage(StageId("s1"), "Time trial", "time_trial", HeatOptions())
STAGE_ROW = stage_row(STAGE).model_dump(mode="json")
START_LIST = StartList(stage_id="s1", title="Time trial", time_zone="UTC", heats=()).model_dump()


def node_status(**changes: Any) -> dict[str, Any]:
    """Return a node that is heard and well, but for what is changed."""
    well = NodeStatus(
        node_id="node-finish",
        acked_seq=7,
        heard_us=1,
        bound_us=40,
        version="1",
        pin_factory="lgpio",
        gates=("finish",),
        silent_s=2,
    )
    return well.model_copy(update=changes).model_dump(mode="json")


def open_control(page: Page, feed: FeedServer, view: EventView | None, tab: str = "") -> None:
    """Open race control logged in; ``tab`` is a fragment such as '#plan'."""
    feed.is_open_door = False
    feed.view = view
    feed.event_id = view.event_id if view else None
    feed.reads |= {
        "/events": [{"event_id": "ev1", "name": "Autumn Time Trial"}],
        "/drivers": DRIVERS,
        "/cars": CARS,
        "/cars/car-1": CARS[0],
        "/formats": [format_view(each).model_dump() for each in FORMATS.values()],
        "/credentials": [
            {"credential_id": "c1", "principal": "node-finish", "role": "node", "kind": "token"}
        ],
        "/nodes": [node_status()],
        "/events/ev1/entries": [],
        "/events/ev1/stages": [STAGE_ROW],
        "/events/ev1/stages/s1/start-list": START_LIST,
        "/teams": [],
        "/models": [],
        "/presets": PRESET_VIEWS,
        "/events/ev1/marks/sheet": {"numbers": [7], "is_printable": True},
        "/events/ev1/marks": [{"mark": "tag-7", "car_id": "car-1"}],
        "/events/ev1/heats": [],
    }
    if view is not None:
        feed.reads["/events/ev1/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(view)}
    page.goto(f"{feed.url}/control#code={LOGIN_CODE}")
    expect(page.get_by_role("link", name="Race", exact=True)).to_be_visible()
    if tab:
        page.goto(f"{feed.url}/control{tab}")


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


def test_space_bar_enters_a_pass(phone_page: Page, feed: FeedServer) -> None:
    """It should enter one pass per press of the space bar, whatever button has the focus."""
    open_control(phone_page, feed, event_view("running", heat_view("running", LAPS_US)))
    phone_page.get_by_role("button", name="Stop", exact=True).focus()
    phone_page.keyboard.press("Space")
    expect(phone_page.get_by_test_id("notice")).to_have_text("Pass entered.")
    assert [sent.path for sent in feed.commands] == ["/events/ev1/heats/h1/passes"]
    assert feed.commands[0].body == {"reason": "seen by a marshal"}
    phone_page.get_by_role("button", name="Manual pass").click()
    expect(phone_page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    assert [sent.path for sent in feed.commands] == ["/events/ev1/heats/h1/passes"] * 2


def test_void_and_undo(phone_page: Page, feed: FeedServer) -> None:
    """It should void laps and passes with one tap, and take the very ruling back with another."""
    heat = heat_view("running", LAPS_US)
    lap = heat.laps["node:j:2"].model_copy(update={"state": "void", "void_ruling_id": "r1"})
    heat = heat.model_copy(update={"laps": heat.laps | {"node:j:2": lap}})
    about = {"heat_id": "h1", "heat_number": 1, "entry_id": "e1", "lap_number": 1}
    rulings = {"r1": ruling_view("r1", "LapVoided", "node:j:2", **about)}
    open_control(phone_page, feed, event_view("running", heat, rulings=rulings))
    row = phone_page.locator("[data-pass='node:j:3']")
    row.get_by_role("button", name="Void lap").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("no longer counts")
    row.get_by_role("button", name="Void pass").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The pass no longer counts.")
    voided = phone_page.locator("[data-pass='node:j:2']")
    expect(voided.get_by_role("button", name="Void lap")).to_have_count(0)
    voided.get_by_role("button", name="Undo").click()
    undone = "Taken back: Lap voided · Bolt Lightfoot · Heat 1 · Lap 1"
    expect(phone_page.get_by_test_id("notice")).to_have_text(undone)
    audit = phone_page.locator("[data-ruling=r1]")
    expect(audit).to_contain_text("Lap voided")
    expect(audit).to_contain_text("Bolt Lightfoot · Heat 1 · Lap 1")
    expect(audit).to_contain_text("organiser · hand in the beam")
    assert [sent.path for sent in feed.commands] == [
        "/events/ev1/laps/node:j:3/void",
        "/events/ev1/passes/node:j:3/void",
        "/events/ev1/rulings/r1/reverse",
    ]


def test_undo_says_what_it_took_back(phone_page: Page, feed: FeedServer) -> None:
    """It should name ruling, driver, heat and instant, also of one that is no longer on show."""
    mark = ruling_view(
        "r9", "OffTrackMarked", "e3", heat_number=2, entry_id="e3", elapsed_us=61_230_000
    )
    reversal = ruling_view(
        "r8", "RulingReversed", "r7", reversed_kind="PassVoided", heat_number=4, entry_id="e4"
    )
    outcome = {"seq": 2, "facts": [], "ruling_id": "r10", "reversed_ruling_id": "r9"}
    feed.answers = {"/events/ev1/rulings/undo": lambda _: JSONResponse(outcome)}
    feed.reads["/events/ev1/rulings"] = [mark.model_dump(mode="json")]
    open_control(phone_page, feed, event_view("idle", rulings={"r8": reversal}))
    row = phone_page.locator("[data-ruling=r8]")
    expect(row).to_contain_text("Ruling taken back: Pass voided")
    expect(row).to_contain_text("Rusty Chicane · Heat 4")
    phone_page.get_by_role("button", name="Undo").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text(
        "Taken back: Off track · Mina Apex · Heat 2 · at 1:01.23"
    )


def test_an_earlier_heat_is_corrected(phone_page: Page, feed: FeedServer) -> None:
    """It should show the laps of any heat that is over, and void them."""
    earlier = heat_view("finished", LAPS_US, entry_id="e2")
    row = {"heat_id": "h1", "number": 1, "phase": "finished", "entry_ids": ["e2"]}
    feed.reads["/events/ev1/heats/h1"] = earlier.model_dump(mode="json")
    feed.reads["/events/ev1/rulings"] = []
    now = heat_view("running").model_copy(update={"heat_id": "h5", "number": 5})
    view = event_view("running", now)
    open_control(phone_page, feed, view)
    feed.reads["/events/ev1/heats"] = [row]
    phone_page.reload()
    expect(phone_page.locator("[data-pass='node:j:1']")).to_contain_text("counted")
    phone_page.get_by_label("Heat to correct").select_option("Heat 1 · Clutch Hazard")
    lap = phone_page.locator("[data-pass='node:j:3']")
    expect(lap).to_contain_text("7.102")
    lap.get_by_role("button", name="Void lap").click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("The lap no longer counts.")
    assert feed.commands[-1].path == "/events/ev1/laps/node:j:3/void"
    voided = earlier.laps["node:j:3"].model_copy(update={"state": "void", "void_ruling_id": "r1"})
    heat = earlier.model_copy(update={"laps": earlier.laps | {"node:j:3": voided}})
    feed.reads["/events/ev1/heats/h1"] = heat.model_dump(mode="json")
    rulings = {"r1": ruling_view("r1", "LapVoided", "node:j:3")}
    feed.show(view.model_copy(update={"rulings": rulings}), "LapVoided")
    lap.get_by_role("button", name="Undo").click()
    expect(phone_page.get_by_test_id("notice")).to_contain_text("Taken back")
    assert feed.commands[-1].path == "/events/ev1/rulings/r1/reverse"


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


def test_new_event_after_the_demo(phone_page: Page, feed: FeedServer) -> None:
    """It should say what to type in the terminal while a demo is on."""
    view = event_view("idle")
    feed.event_id = "ev1"
    feed.reads["/events/ev1/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(view)}
    feed.reads["/presets"] = PRESET_VIEWS
    phone_page.goto(f"{feed.url}/new-event")
    expect(phone_page.get_by_text("make serve")).to_be_visible()
    expect(phone_page.get_by_role("button", name="Create my event")).to_have_count(0)


def test_new_event_goes_on_after_an_error(phone_page: Page, feed: FeedServer) -> None:
    """It should not do twice, after an error, what was already done."""
    failures = iter([problem(409, "brand_new", "Not now."), JSONResponse({"entry_id": "e1"})])
    feed.is_open_door = False
    feed.answers = {
        "/events": lambda _: JSONResponse({"event_id": "ev1"}),
        "/events/ev1/stages": lambda _: JSONResponse({"stage_id": "s1"}),
        "/drivers": lambda _: JSONResponse({"driver_id": "d1"}),
        "/cars": lambda _: JSONResponse({"car_id": "car-1"}),
        "/events/ev1/entries": lambda _: next(failures),
        "/events/ev1/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h1"]}),
    }
    feed.reads["/events/ev1/heats"] = [{"heat_id": "h1", "entry_ids": ["e1"]}]
    feed.reads["/presets"] = PRESET_VIEWS
    feed.reads["/cars"] = [{"car_id": "swift-one", "name": "Swift 1"}]
    phone_page.goto(f"{feed.url}/new-event#code={LOGIN_CODE}")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_label("Drivers, one per line").fill("Mina Apex\n\n  ")
    phone_page.get_by_label("Cars, one per line").fill("Swift One")
    create = phone_page.get_by_role("button", name="Create my event")
    create.click()
    expect(phone_page.get_by_test_id("notice")).to_have_text("Not now.")
    create.click()
    expect(phone_page).to_have_url(f"{feed.url}/control#race")
    done = [sent for sent in feed.commands if sent.path == "/events"]
    assert len({sent.key for sent in done}) == 1
    signed_up = [sent.body["car_id"] for sent in feed.commands if sent.path == "/cars"]
    assert set(signed_up) == {"swift-one-2"}
    assert feed.commands[-1].path == "/events/ev1/heats/h1/equip"
    assert feed.commands[-1].body["car_id"] == "car-1"


def test_new_event_under_rules_that_drivers_know(phone_page: Page, feed: FeedServer) -> None:
    """It should offer each preset with all of its sentences, and plan stage and rounds under it."""
    feed.is_open_door = False
    feed.answers = {
        "/events": lambda _: JSONResponse({"event_id": "ev1"}),
        "/events/ev1/stages": lambda _: JSONResponse({"stage_id": "s1"}),
        "/drivers": lambda _: JSONResponse({"driver_id": "d1"}),
        "/events/ev1/entries": lambda _: JSONResponse({"entry_id": "e1"}),
        "/events/ev1/stages/s1/rounds": lambda _: JSONResponse({"heat_ids": ["h1", "h2"]}),
    }
    feed.reads["/presets"] = PRESET_VIEWS
    phone_page.goto(f"{feed.url}/new-event#code={LOGIN_CODE}")
    phone_page.get_by_label("Name of the event").fill("Winter Cup")
    phone_page.get_by_label("Drivers, one per line").fill("Mina Apex")
    choice = phone_page.get_by_label("Rules that drivers know")
    for preset in PRESETS.values():
        choice.select_option(preset.title)
        expect(phone_page.get_by_test_id("preset")).to_have_text(preset.description)
        sentences = phone_page.locator(".sentences li")
        expect(sentences).to_have_text(list(preset.rules.values()))
    choice.select_option("Finals 2 × 3 min")
    phone_page.get_by_label("Time for each run, in seconds").fill("120")
    phone_page.get_by_role("button", name="Create my event").click()
    expect(phone_page).to_have_url(f"{feed.url}/control#race")
    sent = {each.path: each.body for each in feed.commands}
    stage = {"title": "Finals 2 × 3 min", "preset": "finals_2x3", "window_s": 120}
    assert sent["/events/ev1/stages"] == stage
    assert sent["/events/ev1/stages/s1/rounds"] == {"order": "reverse", "rounds_n": 2}


@pytest.mark.parametrize("tab", ["#race", "#plan", "#devices"])
@pytest.mark.parametrize("width_px", [390, 360, 320])
def test_targets_are_large_enough(
    phone_page: Page, feed: FeedServer, tab: str, width_px: int
) -> None:
    """It should give a thumb 48 px everywhere, and not scroll sideways."""
    phone_page.set_viewport_size({"width": width_px, "height": 740})
    heat = heat_view("running", LAPS_US)
    feed.now_us = T0_US
    open_control(phone_page, feed, event_view("running", heat), tab)
    phone_page.wait_for_timeout(300)
    small = phone_page.evaluate(
        "(least) => [...document.querySelectorAll('button, a, input, select, summary')]"
        ".filter((target) => target.checkVisibility())"
        ".filter((target) => { const box = target.getBoundingClientRect();"
        " return box.width < least || box.height < least; })"
        ".map((target) => target.outerHTML.slice(0, 60))",
        MIN_TARGET_PX,
    )
    assert small == []
    for language, race in (("en", "Race"), ("es", "Carrera")):
        phone_page.get_by_test_id("language").select_option(language)
        expect(phone_page.get_by_role("link", name=race, exact=True)).to_be_visible()
        phone_page.wait_for_timeout(300)
        assert phone_page.evaluate("document.documentElement.scrollWidth") <= width_px
        log_out = phone_page.locator(".control__header > button").last.bounding_box()
        assert log_out is not None
        assert log_out["x"] + log_out["width"] <= width_px
