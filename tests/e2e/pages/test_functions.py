"""The pure functions of the pages, run in the browser that will run them."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import call
from tests.e2e.feed_server import merge_patch, on_the_wire
from tests.e2e.race_views import event_view, heat_view, ruling_view, standing_views
from tests.rfc_7396 import RFC_CASES

pytestmark = pytest.mark.e2e


def each(page: Page, module: str, function: str, cases: list[tuple[Any, Any]]) -> None:
    """Check a function of one argument against pairs of argument and result."""
    assert [call(page, module, function, given) for given, _ in cases] == [
        expected for _, expected in cases
    ]


def test_lap_time(page: Page) -> None:
    """It should truncate to milliseconds and show minutes only where there are any."""
    each(
        page,
        "formatting.js",
        "lapTime",
        [
            (None, "–"),
            (0, "0.000"),
            (9_482_000, "9.482"),
            (9_482_999, "9.482"),
            (59_999_999, "59.999"),
            (60_000_000, "1:00.000"),
            (62_345_678, "1:02.345"),
            (3_600_000_000, "60:00.000"),
        ],
    )


def test_gap(page: Page) -> None:
    """It should carry a sign, and truncate towards zero on either side."""
    cases = [(None, "–"), (0, "+0.000"), (482_999, "+0.482"), (-231_999, "−0.231")]
    each(page, "formatting.js", "gap", cases)


def test_an_instant_in_another_zone(page: Page) -> None:
    """It should tell the reader's clock, and the event's with its zone where that differs."""
    call(page, "i18n.js", "loadLanguage")
    own = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    other = "Asia/Kathmandu" if own != "Asia/Kathmandu" else "Europe/Madrid"
    instant = "2026-05-01T10:15:00+00:00"
    here = call(page, "parts/virtual/times.js", "instantBoth", instant, own)
    assert "(" not in here
    both = call(page, "parts/virtual/times.js", "instantBoth", instant, other)
    assert both.startswith(f"{here} (")
    assert other in both


def test_bound(page: Page) -> None:
    """It should never understate how far off a time may be."""
    assert call(page, "formatting.js", "bound", 200_000, "en") == "±0.2 s"
    assert call(page, "formatting.js", "bound", 12_001, "es") == "±0,013 s"


def test_running_time_and_countdown(page: Page) -> None:
    """It should never run below zero, and count down in seconds begun."""
    cases = [(-5, "0.00"), (9_489_999, "9.48"), (65_430_000, "1:05.43")]
    each(page, "formatting.js", "runningTime", cases)
    cases = [(-1, "0:00"), (0, "0:00"), (1, "0:01"), (23_000_001, "0:24"), (90_000_000, "1:30")]
    each(page, "formatting.js", "countdown", cases)


def test_numbers_follow_the_language(page: Page) -> None:
    """It should write numbers as the reader's language does."""
    assert call(page, "formatting.js", "decimal", 2.13, 1, "en") == "2.1"
    assert call(page, "formatting.js", "decimal", 2.13, 1, "es") == "2,1"
    assert call(page, "formatting.js", "decimal", None, 1, "es") == "–"
    assert call(page, "formatting.js", "percent", 0.83, "en") == "83%"
    assert call(page, "formatting.js", "lapTime", 62_345_678, "es") == "1:02,345"
    assert call(page, "formatting.js", "runningTime", 9_489_999, "es") == "9,48"
    assert call(page, "formatting.js", "gap", -231_999, "es") == "−0,231"
    assert call(page, "formatting.js", "timeOfDay", "not a time", "en") == "–"


def test_ink_is_readable_on_each_colour(page: Page) -> None:
    """It should choose dark ink on light colours and light ink on dark ones."""
    dark, light = "var(--dark-ink)", "var(--light-ink)"
    cases = [("#ffffff", dark), ("#000000", light), ("#1d4ed8", light), ("#facc15", dark)]
    each(page, "formatting.js", "inkOn", [*cases, ("var(--stranger)", dark)])


def test_merge_patch(page: Page) -> None:
    """It should apply every example of the RFC as the RFC says."""
    for original, patch, expected in RFC_CASES:
        assert call(page, "merge_patch.js", "mergePatch", original, patch) == expected


def test_merge_patch_of_a_document(page: Page) -> None:
    """It should turn one live document into the next and leave the old one as it was."""
    before = on_the_wire(event_view("running", heat_view("running", (8_000_000,))))
    after = on_the_wire(event_view("idle"))
    kept, merged = page.evaluate(
        "async ([before, patch]) => {"
        " const { mergePatch } = await import('/static/merge_patch.js');"
        " const merged = mergePatch(before, patch); return [before, merged]; }",
        [before, merge_patch(before, after)],
    )
    assert kept == before
    assert merged == after


@pytest.mark.parametrize("phase", ["called", "finished"])
def test_absent_keys_are_null(page: Page, phase: Literal["called", "finished"]) -> None:
    """It should give every field of the contract that the wire leaves out its null back."""
    full = event_view(
        "running",
        heat_view(phase, (8_000_000,)).model_copy(update={"car_id": None, "model_sha256": None}),
        standings=standing_views((None, None)),
        rulings={"r1": ruling_view("r1", "OffTrackMarked", None)},
    )
    completed = call(page, "live_document.js", "completeView", on_the_wire(full))
    assert completed == full.model_dump(mode="json")


def test_absent_parts_are_null(page: Page) -> None:
    """It should do so for an event with nothing planned, too."""
    bare = event_view("idle", stage=None)
    completed = call(page, "live_document.js", "completeView", on_the_wire(bare))
    assert completed == bare.model_dump(mode="json")


def test_race_clock_takes_the_least_delayed_message(page: Page) -> None:
    """It should believe the message that came fastest, and follow a drift once that one is old."""
    result = page.evaluate(
        "async () => { const { RaceClock } = await import('/static/race_clock.js');"
        " const clock = new RaceClock(); const read = [clock.at(5)];"
        " for (const [remote, local] of [[100, 1150], [200, 1205], [300, 1390]])"
        "   clock.observe(remote, local);"
        " read.push(clock.at(2005));"
        " for (let at = 0; at < 30; at += 1) clock.observe(at, at + 2000);"
        " read.push(clock.at(3000)); return read; }"
    )
    assert result == [None, 1000, 1000]


def test_language_choice(page: Page) -> None:
    """It should take the address before the memory, and the memory before the browser."""
    choose = "chooseLanguage"
    assert call(page, "i18n.js", choose, "?lang=es", "en", ["en-GB"]) == "es"
    assert call(page, "i18n.js", choose, "", "es", ["en-GB"]) == "es"
    assert call(page, "i18n.js", choose, "", None, ["de-DE", "es-MX"]) == "es"
    assert call(page, "i18n.js", choose, "?lang=xx", None, ["de"]) == "en"


def test_standings_pages(page: Page) -> None:
    """It should turn pages past twelve rows, each beginning with the leader."""
    rows = [{"rank": rank} for rank in range(1, 25)]
    first = call(page, "view_model.js", "pageOfRows", rows, 0)
    second = call(page, "view_model.js", "pageOfRows", rows, 1)
    third = call(page, "view_model.js", "pageOfRows", rows, 2)
    assert [row["rank"] for row in first] == list(range(1, 13))
    assert [row["rank"] for row in second] == [1, *range(13, 24)]
    assert [row["rank"] for row in third] == [1, 24]
    assert call(page, "view_model.js", "pageCount", rows) == 3
    assert call(page, "view_model.js", "pageCount", rows[:12]) == 1
    assert call(page, "view_model.js", "pageOfRows", rows[:12], 5) == rows[:12]


def test_run_figures(page: Page) -> None:
    """It should find last, best and newest counted lap; void ones are only ever the last."""
    heat = heat_view("running", (8_000_000, 7_000_000, 7_500_000)).model_dump(mode="json")
    heat["laps"]["node:j:3"]["state"] = "void"
    heat["laps"]["node:j:4"]["state"] = "void"
    assert call(page, "view_model.js", "lastLap", heat)["number"] == 3
    assert call(page, "view_model.js", "bestLap", heat)["number"] == 1
    assert call(page, "view_model.js", "newestValidLap", heat)["number"] == 1
    assert call(page, "view_model.js", "lapMark", heat["laps"]["node:j:3"]) == "void"
    heat["laps"] = {}
    assert call(page, "view_model.js", "lastLap", heat) is None
    assert call(page, "view_model.js", "bestLap", heat) is None


def test_a_penalty_is_part_of_what_a_lap_counts(page: Page) -> None:
    """It should find the best lap, and how the last one compares, with penalties included."""
    heat = heat_view("running", (8_000_000, 7_000_000)).model_dump(mode="json")
    heat["laps"]["node:j:3"]["penalty_us"] = 2_000_000
    assert call(page, "view_model.js", "bestLap", heat)["number"] == 1
    assert call(page, "view_model.js", "lastDeltaUs", heat) == 1_000_000


def test_delta_is_of_the_times_shown(page: Page) -> None:
    """It should be the difference of what people read: 7.876 is 0.022 slower than 7.854."""
    delta = ("view_model.js", "lastDeltaUs")
    heat = heat_view("running", (7_854_900, 7_876_100)).model_dump(mode="json")
    assert call(page, *delta, heat) == 22_000
    heat["laps"]["node:j:3"]["state"] = "void"
    assert call(page, *delta, heat) is None
    assert call(page, *delta, heat_view("running", (7_000_000,)).model_dump(mode="json")) is None


def test_newest_counted_pass(page: Page) -> None:
    """It should pass over what doesn't count, and find nothing before the first pass."""
    heat = heat_view("running", (8_000_000, 7_000_000)).model_dump(mode="json")
    heat["passes"]["node:j:3"]["verdict"] = "inside_dead_time"
    newest = call(page, "view_model.js", "newestCountedPass", heat)
    assert newest == heat["passes"]["node:j:2"]
    heat["passes"] = {}
    assert call(page, "view_model.js", "newestCountedPass", heat) is None


def test_window_state(page: Page) -> None:
    """It should show the whole window before the first pass, then what is left, then its end."""
    view = event_view("running", heat_view("running")).model_dump(mode="json")
    closes_us = view["heat"]["window_closes_us"]
    state = call(page, "view_model.js", "windowState", view, closes_us - 45_000_000)
    assert (state["remainingUs"], state["frac"], state["isClosed"]) == (45_000_000, 0.5, False)
    assert call(page, "view_model.js", "windowState", view, closes_us + 1)["isClosed"]
    view["heat"]["window_closes_us"] = None
    before = call(page, "view_model.js", "windowState", view, closes_us)
    assert (before["remainingUs"], before["frac"]) == (90_000_000, 1)


def test_standing_ruling(page: Page) -> None:
    """It should find the ruling that still stands about a pass, and no reversed one."""
    standing = ruling_view("r1", "PassVoided", "p1")
    reversed_one = ruling_view("r2", "PassVoided", "p2").model_copy(update={"is_reversed": True})
    view = event_view("idle", rulings={"r1": standing, "r2": reversed_one}).model_dump(mode="json")
    find = "standingRuling"
    assert call(page, "view_model.js", find, view, "PassVoided", "p1")["ruling_id"] == "r1"
    assert call(page, "view_model.js", find, view, "PassVoided", "p2") is None
    assert call(page, "view_model.js", find, view, "LapVoided", "p1") is None


def test_podium_is_of_those_with_a_lap(page: Page) -> None:
    """It should put nobody on the podium who has no counted lap."""
    standings = standing_views((7_000_000, None, None))
    view = event_view("podium", standings=standings).model_dump(mode="json")
    assert [row["rank"] for row in call(page, "view_model.js", "podiumRows", view)] == [1]


def test_heading_turns_the_short_way(page: Page) -> None:
    """It should turn a car through the nearer side when its heading passes half a circle."""
    # The map's module needs the page's import map, which the board has.
    page.goto(page.url.replace("/static/icon.svg", "/"))
    near = {"x_m": 0, "y_m": 0, "heading_rad": 3.0}
    past = {"x_m": 2, "y_m": 4, "heading_rad": -3.0}
    middle = call(page, "board/track_map.js", "between", near, past, 0.5)
    assert (middle["x_m"], middle["y_m"]) == (1, 2)
    assert abs(middle["heading_rad"] - 3.14159) < 0.01


def test_who_is_still_to_drive(page: Page) -> None:
    """It should name each waiting entry once, in the queue's order, and nobody who has driven."""
    view = event_view("idle", standings=standing_views((7_000_000, 8_000_000)))
    again = view.queue["h3"].model_copy(update={"heat_id": "h9", "number": 9})
    queue = view.queue | {"h9": again}
    document = view.model_copy(update={"queue": queue}).model_dump(mode="json")
    waiting = call(page, "view_model.js", "waitingEntries", document)
    assert [entry["entry_id"] for entry in waiting] == ["e3", "e4"]


def test_url_for_others(page: Page) -> None:
    """It should prefer the address in use, and give no loopback address to anybody."""
    page.goto(page.url.replace("/static/icon.svg", "/"))
    find = ("board/outside_url.js", "urlForOthers")
    assert call(page, *find, "http://pi.local:8000", None) == "http://pi.local:8000"
    assert call(page, *find, "http://localhost:8000", "http://10.0.0.7:80") == "http://10.0.0.7:80"
    for own in ("http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost"):
        assert call(page, *find, own, "http://127.0.0.1:8000") is None
        assert call(page, *find, own, None) is None


def test_typed_times(page: Page) -> None:
    """It should read seconds, or minutes and seconds, with point or comma, and nothing else."""
    cases = [
        ("9.482", 9_482_000),
        ("9,482", 9_482_000),
        (" 7 ", 7_000_000),
        ("1:02.3", 62_300_000),
        ("0.000001", 1),
        ("75", 75_000_000),
        ("1:75", None),
        ("9.4820001", None),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("1e3", None),
    ]
    each(page, "typed_time.js", "typedUs", cases)


def lap_of(number: int, us: int, *, penalty_us: int = 0, invalid: str | None = None) -> Any:
    """Return a lap as a driver's sheet tells it."""
    return {"number": number, "duration_us": us, "penalty_us": penalty_us, "invalid": invalid}


def test_best_lap_of_a_day(page: Page) -> None:
    """It should be the quickest that counts with its penalty, of equals the one driven first."""
    first = {"name": "first", "laps": [lap_of(1, 900, penalty_us=200), lap_of(2, 1000)]}
    second = {
        "name": "second",
        "laps": [lap_of(1, 800, invalid="voided"), lap_of(2, 990), lap_of(3, 990)],
    }
    third = {"name": "third", "laps": [lap_of(1, 990)]}
    best = call(page, "people/laps/points.js", "bestOf", [third, second, first])
    assert (best["run"]["name"], best["lap"]["number"]) == ("second", 2)
    assert call(page, "people/laps/points.js", "bestOf", [{"laps": second["laps"][:1]}]) is None


def test_cars_in_turn(page: Page) -> None:
    """It should give everybody a car, also who was let in behind the plan, and each the own one."""
    entries = {
        entry_id: {"entry_id": entry_id, "number": number, "is_withdrawn": False}
        for number, entry_id in enumerate(("a", "b", "c"), start=1)
    }
    owners = [("h1", "a", None), ("h2", "b", "red"), ("h3", "b", None), ("h4", "late", None)]
    heats = [
        {"heat_id": heat_id, "entry_ids": [entry_id], "car_id": car_id}
        for heat_id, entry_id, car_id in owners
    ]
    cars = [{"car_id": "blue"}, {"car_id": "green"}]
    ids = [heat["heat_id"] for heat in heats]
    turns = call(
        *(page, "control/plan/running_order.js", "carTurns"), {"entries": entries}, heats, ids, cars
    )
    assert [(heat["heat_id"], entry_id, car_id) for heat, entry_id, car_id in turns] == [
        ("h1", "a", "blue"),
        ("h3", "b", "red"),
        ("h4", "late", "green"),
    ]
