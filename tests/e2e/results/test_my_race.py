"""A driver's own page: laps as chart and figures, place and cut, my heats, protests in time."""

import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import DRAWN, page_url
from tests.timing_server.web.fleet.driven import driven_heat
from tests.timing_server.web.live_server import Node, Organiser
from timing_server.rules.units import NS_PER_MS, NS_PER_S

pytestmark = pytest.mark.e2e

#: The driver's laps in each of three heats, and those of a rival, who is faster.
MY_LAPS_MS = ((96, 92, 180, 94, 91), (90, 88, 93, 86, 89), (87, 85, 84, 88, 90))
RIVAL_LAPS_MS = (80, 81)


class MyRace:
    """An event in which a driver has raced heats 1, 3 and 4, and a rival heat 2."""

    def __init__(self, organiser: Organiser, scale: int = 1, **stage: Any) -> None:
        self.organiser = organiser
        self.plan = organiser.plan(drivers=2, dead_time_s=0.01, **stage)
        self.path = self.plan["path"]
        self.me, self.rival = self.plan["entries"]
        for _ in MY_LAPS_MS[1:]:
            self.wait_in_line()
        self._node = Node(organiser)
        first, *others = ([ms * scale for ms in laps_ms] for laps_ms in MY_LAPS_MS)
        self.heats: list[str] = []
        self.refs: list[list[str]] = []
        for laps_ms in (first, [ms * scale for ms in RIVAL_LAPS_MS], *others):
            self._drive(laps_ms)

    def _drive(self, laps_ms: list[int]) -> None:
        heat_id = self.organiser.start_next(self.plan)
        at_ns = self._node.now_mono_ns()
        self._node.send(self._node.clock(), self._node.passing(at_ns))
        refs = []
        for lap_ms in laps_ms:
            at_ns += lap_ms * NS_PER_MS
            self._node.send(self._node.passing(at_ns))
            refs.append(f"node-1:{self._node.journal_id}:{self._node.seq}")
        # The passes lie a moment ahead of the clock: the heat must not end before the last.
        time.sleep(max(0, at_ns - self._node.now_mono_ns()) / NS_PER_S)
        self.organiser.post(f"{self.path}/heats/{heat_id}/stop")
        self.heats.append(heat_id)
        self.refs.append(refs)

    def wait_in_line(self) -> str:
        """Plan another heat of mine."""
        body = {"stage_id": self.plan["stage_id"], "entry_ids": [self.me]}
        return str(self.organiser.post(f"{self.path}/heats", body)["heat_id"])

    def lead_to_final(self, top_n: int) -> None:
        """Let so many of the stage go on to a final."""
        stages = f"{self.path}/stages"
        body = {"title": "Final", "kind": "final"}
        final_id = self.organiser.post(stages, body)["stage_id"]
        rule = {"from_stage_id": self.plan["stage_id"], "top_n": top_n}
        self.organiser.post(f"{stages}/{final_id}/progression", rule)

    @property
    def my_heats(self) -> list[str]:
        """The heats that I drove."""
        return [self.heats[0], *self.heats[2:]]

    def rule(self) -> None:
        """Strike my slowest lap, and punish another one."""
        self.organiser.post(f"{self.path}/laps/{self.refs[0][2]}/void", {"reason": "cut a corner"})
        penalty = {"entry_id": self.me, "penalty_us": 4_000, "pass_ref": self.refs[2][1]}
        penalty["reason"] = "pushed a cone"
        self.organiser.post(f"{self.path}/heats/{self.heats[2]}/penalties", penalty)

    def open_page(self, page: Page, query: str = "") -> None:
        """Open the driver's page, signed in by a code."""
        entries = self.organiser.get(f"{self.path}/entries")
        (driver_id,) = next(each["driver_ids"] for each in entries if each["entry_id"] == self.me)
        body = {"role": "driver", "principal": driver_id, "scope": driver_id}
        code = self.organiser.post("/codes", body)["code"]
        page.goto(f"{page_url(self.organiser.url)}/me{query}#code={code}")


def test_laps_are_a_chart(organiser: Organiser, phone_page: Page) -> None:
    """It should draw a line for each heat, tell the best lap and a touched one, and fit a phone."""
    race = MyRace(organiser)
    race.rule()
    race.open_page(phone_page)
    card = phone_page.get_by_test_id("my-laps")
    chart = card.get_by_role("img", name="Laps: 15, heats: 3. Best: 0.084, lap 3 of heat 4.")
    expect(chart.locator("canvas")).to_be_visible()
    told = card.get_by_test_id("lap-told")
    expect(told).to_contain_text("0.084 lap 3 of heat 4 ▲ own best")
    expect(card.locator("figcaption")).to_have_text(
        "▲ own best · ✕ doesn't count · + with a penalty"
    )
    assert phone_page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The struck lap lies beyond the others, at the upper edge over lap 3; touched, it says why.
    touch_upper_edge(phone_page)
    expect(told).to_contain_text("0.180 lap 3 of heat 1 struck by a ruling")
    before = drawn(phone_page)
    heat = card.get_by_role("button", name="Heat 1")
    heat.click()
    expect(heat).to_have_attribute("aria-pressed", "false")
    expect(told).to_contain_text("lap 3 of heat 4")
    touch_upper_edge(phone_page)
    expect(told).to_contain_text("lap 3 of heat 4")
    phone_page.evaluate(DRAWN)
    assert drawn(phone_page) != before


def touch_upper_edge(page: Page) -> None:
    """Touch the middle of the chart's upper edge, once the chart lies still."""
    over = page.locator("lap-chart .u-over")
    width_px = over.evaluate("each => each.clientWidth")
    over.click(position={"x": width_px / 2, "y": 2})


def test_rulings_say_why(organiser: Organiser, phone_page: Page) -> None:
    """It should tell what was ruled about my runs and nobody else's, with the reason."""
    race = MyRace(organiser)
    race.rule()
    race.open_page(phone_page)
    rows = phone_page.get_by_test_id("my-rulings").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Time penalty (+0.004)")
    expect(rows.first).to_contain_text("pushed a cone")
    expect(rows.last).to_contain_text("cut a corner")
    organiser.post(f"{race.path}/rulings/undo")
    expect(rows.nth(1)).to_contain_text("taken back")


def test_a_touched_lap_stays_told(organiser: Organiser, phone_page: Page) -> None:
    """It should go on telling of a lap that was touched, as it stands after each new fact."""
    race = MyRace(organiser)
    race.rule()
    race.open_page(phone_page)
    told = phone_page.get_by_test_id("lap-told")
    touch_upper_edge(phone_page)
    expect(told).to_contain_text("0.180 lap 3 of heat 1 struck by a ruling")
    for _ in range(2):
        organiser.post(f"{race.path}/rulings/undo")
    expect(told).to_contain_text("0.180 lap 3 of heat 1 +0.096")


def drawn(page: Page) -> str:
    """Return the picture on the chart's canvas, as text."""
    return str(page.locator("lap-chart canvas").evaluate("canvas => canvas.toDataURL()"))


def test_the_chart_is_drawn_in_the_theme(organiser: Organiser, phone_page: Page) -> None:
    """It should be drawn anew when the theme changes, and again alike when it changes back."""
    MyRace(organiser).open_page(phone_page, "?theme=dark")
    expect(phone_page.locator("lap-chart canvas")).to_be_visible()
    choose = "(theme) => document.dispatchEvent(new CustomEvent('choosetheme', { detail: theme }))"
    pictures = []
    for theme in ("dark", "light", "dark"):
        phone_page.evaluate(choose, theme)
        phone_page.evaluate(DRAWN)
        pictures.append(drawn(phone_page))
    assert pictures[0] == pictures[2]
    assert pictures[0] != pictures[1]


def test_laps_in_figures(organiser: Organiser, phone_page: Page) -> None:
    """It should hold every lap of each heat, the newest open, with what isn't said by its time."""
    race = MyRace(organiser)
    race.rule()
    race.open_page(phone_page, "?lang=es")
    card = phone_page.get_by_test_id("my-laps")
    newest, punished, first = (
        card.locator(f"[data-heat='{heat_id}']") for heat_id in reversed(race.my_heats)
    )
    expect(newest.get_by_role("row")).to_have_count(6)
    expect(newest.get_by_role("row", name="3 0,084 mejor")).to_be_visible()
    expect(newest.get_by_role("row", name="1 0,087 +0,003")).to_be_visible()
    first.locator("summary").click()
    expect(first.get_by_role("row", name="3 0,180 – anulada por decisión")).to_be_visible()
    punished.locator("summary").click()
    expect(punished.get_by_role("row", name="2 0,088")).to_contain_text("+0,004 de penalización")


def test_a_lap_is_watched(organiser: Organiser, phone_page: Page, tmp_path: Path) -> None:
    """It should lead from a lap to what the car saw on it."""
    (tmp_path / "car").mkdir()
    with driven_heat(organiser, tmp_path / "car") as driven:
        driven.handover.work()
        entries = organiser.get(f"{driven.plan['path']}/entries")
        body = {"role": "driver", "principal": "me", "scope": entries[0]["driver_ids"][0]}
        code = organiser.post("/codes", body)["code"]
        phone_page.goto(f"{page_url(organiser.url)}/me#code={code}")
        phone_page.get_by_role("row").get_by_role("link", name="Watch lap 1 of heat 1").click()
        side = phone_page.get_by_test_id("side-0")
        expect(side.get_by_role("combobox", name="Lap", exact=True)).to_have_value("1")
        expect(side.get_by_role("img", name="What the car saw")).to_be_visible()


def test_place_and_cut(organiser: Organiser, phone_page: Page) -> None:
    """It should say the place, how far the leader is, and what is missing to go on, live."""
    race = MyRace(organiser)
    race.lead_to_final(1)
    race.open_page(phone_page)
    card = phone_page.get_by_test_id("my-place")
    expect(card).to_contain_text("Place 2")
    expect(card).to_contain_text("Best lap 0.084 · to the leader +0.004")
    expect(phone_page.get_by_test_id("my-cut")).to_have_text("0.004 s to Final")
    for ref in race.refs[1]:
        organiser.post(f"{race.path}/laps/{ref}/void", {"reason": "another car's"})
    expect(card).to_contain_text("Place 1")
    expect(phone_page.get_by_test_id("my-cut")).to_contain_text("Goes on to Final")


def test_when_i_am_called(organiser: Organiser, phone_page: Page) -> None:
    """It should give the time that is planned, count the heats before mine, and call me."""
    race = MyRace(organiser)
    heat_id = race.wait_in_line()
    schedule = {"starts_utc": "2030-05-01T10:00:00Z", "slot_s": 300}
    organiser.post(f"{race.path}/stages/{race.plan['stage_id']}/schedule", schedule)
    race.open_page(phone_page)
    heats = phone_page.get_by_test_id("my-heats")
    row = heats.locator(f"[data-heat='{heat_id}']")
    expect(row).to_contain_text("next")
    expect(row).to_contain_text(planned_time(race, heat_id))
    organiser.post(f"{race.path}/next")
    expect(heats.get_by_role("alert")).to_contain_text(re.compile("To the line, please!.*Heat"))


def planned_time(race: MyRace, heat_id: str) -> str:
    """Return when a heat is planned, as a clock at the venue shows it."""
    path = f"{race.path}/stages/{race.plan['stage_id']}/start-list"
    told = race.organiser.get(path)
    row = next(each for each in told["heats"] if each["heat_id"] == heat_id)
    at = datetime.fromisoformat(row["planned_utc"]).astimezone(ZoneInfo(told["time_zone"]))
    return f"{at:%H:%M}"


def test_a_protest_has_its_time(organiser: Organiser, phone_page: Page) -> None:
    """It should say until when each heat may be protested against, and what was decided and why."""
    race = MyRace(organiser, protest_limit_s=3600)
    race.open_page(phone_page)
    card = phone_page.get_by_test_id("my-protests")
    card.get_by_text("Protest against a result").click()
    options = card.get_by_label("Against").locator("option")
    expect(options).to_have_text([re.compile(rf"Heat {number}, until \d") for number in (4, 3, 1)])
    card.get_by_label("Why").fill("A cone stood on the line")
    card.get_by_role("button", name="Lodge the protest").click()
    expect(card.locator(".row")).to_contain_text("A cone stood on the line")
    (protest,) = organiser.get(f"{race.path}/protests")
    assert protest["heat_id"] == race.heats[3]
    decision = {"is_upheld": False, "reason": "Nobody saw it"}
    organiser.post(f"{race.path}/protests/{protest['protest_id']}/decide", decision)
    expect(card.locator(".row")).to_contain_text("Nobody saw it")
    expect(card.locator(".row")).to_contain_text("rejected")


def test_a_protest_comes_too_late(organiser: Organiser, phone_page: Page) -> None:
    """It should offer no form once the time is over."""
    race = MyRace(organiser, protest_limit_s=0.05)
    time.sleep(0.1)  # the limit of the last heat
    race.open_page(phone_page)
    card = phone_page.get_by_test_id("my-protests")
    expect(card).to_contain_text("The time for protests is over.")
    expect(card.get_by_role("button", name="Lodge the protest")).to_have_count(0)
