"""The lap under way against other laps, while it runs: by sectors, by places, or not at all."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import call
from tests.e2e.feed_server import FeedServer
from tests.e2e.opened_board import LAPS_US, open_board, running_view, telemetry
from tests.e2e.race_views import T0_US, track_map
from timing_server.contract.live.document import EventView
from timing_server.contract.live.heats import RunView
from timing_server.contract.live.messages import CarReport
from timing_server.contract.live.references import ReferenceLapView, SplitView
from timing_server.contract.machines.devices import ActionSample
from timing_server.contract.race.measures import SectorView

pytestmark = pytest.mark.e2e

DELTA = "board/heat/delta.js"


def reference(entry_id: str, *splits_us: int) -> ReferenceLapView:
    splits = tuple(SplitView(sector=at, at_us=us) for at, us in enumerate(splits_us, start=1))
    return ReferenceLapView(
        entry_id=entry_id, pass_ref=f"ref-{entry_id}", duration_us=9_000_000, splits=splits
    )


def sectors(*durations_us: int) -> list[dict[str, Any]]:
    return [
        SectorView(first=at, last=at, duration_us=us).model_dump()
        for at, us in enumerate(durations_us, start=1)
    ]


def test_sectors_against_another_lap(page: Page) -> None:
    """It should compare at the last gate that both laps have, and nothing without one."""
    other = reference("e1", 3_000_000, 6_000_000).model_dump()
    assert call(page, DELTA, "sectorDelta", sectors(2_900_000), other) == {
        "us": -100_000,
        "boundUs": 0,
        "sector": 1,
    }
    found = call(page, DELTA, "sectorDelta", sectors(2_900_000, 3_300_000), other)
    assert (found["us"], found["sector"]) == (200_000, 2)
    assert call(page, DELTA, "sectorDelta", [], other) is None
    assert call(page, DELTA, "sectorDelta", sectors(2_900_000), None) is None
    joined = [{"first": 1, "last": 2, "duration_us": 6_500_000, "bound_us": 300}]
    found = call(page, DELTA, "sectorDelta", joined, other)
    assert found == {"us": 500_000, "boundUs": 300, "sector": 2}
    late = [{"first": 2, "last": 2, "duration_us": 3_000_000, "bound_us": 0}]
    assert call(page, DELTA, "sectorDelta", late, other) is None


def test_places_against_another_lap(page: Page) -> None:
    """It should compare with when the other lap was here, and say nothing beyond its ends."""
    other = [[0, 0.0], [1_000_000, 0.25], [2_000_000, 0.75], [3_000_000, 0.98]]
    way = [[0, 0.0], [1_200_000, 0.5]]
    assert call(page, DELTA, "wayDelta", way, other) == -300_000
    assert call(page, DELTA, "wayDelta", [[100_000, 0.05]], other) is None
    assert call(page, DELTA, "wayDelta", [*way, [3_500_000, 0.99]], other) is None
    assert call(page, DELTA, "wayDelta", way, None) is None
    assert call(page, DELTA, "wayDelta", [], other) is None


def test_a_way_begins_at_the_line(page: Page) -> None:
    """It should unroll the closed track, and count a part that was reached twice once."""
    shares = (0.97, 0.99, 0.01, 0.3, 0.2, 0.6, 0.98)
    samples = [[90 + 20 * at, share] for at, share in enumerate(shares)]
    way = call(page, "board/heat/track_line.js", "wayOf", samples, 100, 215)
    assert [us for us, _ in way] == [10, 30, 50, 90, 110]
    assert [round(frac, 2) for _, frac in way] == [-0.01, 0.01, 0.3, 0.6, 0.98]


#: Drives two laps round the map in a page's own time: ten seconds, then nine.
TWO_LAPS = """async (track) => {
  const { LapTraces } = await import("/static/board/heat/lap_traces.js");
  let ms = 0;
  performance.now = () => ms;
  const feed = new EventTarget();
  feed.raceAtUs = (us) => us;
  const traces = new LapTraces(feed);
  const tell = (kind, message) =>
    feed.dispatchEvent(new CustomEvent("report", { detail: { kind, message } }));
  tell("track", track);
  const middle = (at) => [0, 1].map((axis) => (track.inner[at][axis] + track.outer[at][axis]) / 2);
  const drive = (fromMs, lapMs, untilMs) => {
    for (; ms < untilMs; ms += 100) {
      const at = Math.floor(((ms - fromMs) / lapMs) * track.inner.length) % track.inner.length;
      const [x_m, y_m] = middle(at);
      tell("positions", { mono_ns: (ms + 5_000) * 1e6, cars: [{ car_id: "car-1", x_m, y_m }] });
    }
  };
  drive(0, 10_000, 10_100);
  const laps = { p1: { pass_ref: "p1", state: "valid", car_id: "car-1",
    closed_us: 10_000_000, duration_us: 10_000_000 } };
  feed.view = { heat: { heat_id: "h1", laps } };
  feed.dispatchEvent(new CustomEvent("change"));
  drive(10_000, 9_000, 14_600);
  const { wayDelta } = await import("/static/board/heat/delta.js");
  const way = traces.wayUnderWay("car-1", 10_000_000);
  return [wayDelta(way, traces.wayOfLap("p1")), traces.wayOfLap("p2")];
}"""


def test_a_lap_that_was_seen_is_compared_with(page: Page) -> None:
    """It should tell how far ahead a quicker lap is, half-way round, to some hundredths."""
    found_us, unknown = page.evaluate(TWO_LAPS, track_map().model_dump(mode="json"))
    assert found_us == pytest.approx(-500_000, abs=100_000)
    assert unknown is None


def view_with(run: RunView, *references: ReferenceLapView) -> EventView:
    view = running_view(LAPS_US)
    assert view.heat is not None
    heat = view.heat.model_copy(update={"runs": {"e1": run}, "entry_id": "e1"})
    rows = {
        key: row.model_copy(update={"rank": 3 - row.rank}) for key, row in view.standings.items()
    }
    return view.model_copy(
        update={
            "heat": heat,
            "standings": rows,
            "references": {each.entry_id: each for each in references},
        }
    )


def run_after(*durations_us: int) -> RunView:
    return RunView(
        entry_id="e1",
        car_id="car-1",
        lap_opened_us=T0_US + 15_000_000,
        sectors=tuple(SectorView(**each) for each in sectors(*durations_us)),
    )


def test_the_board_shows_what_is_known(board_page: Page, feed: FeedServer) -> None:
    """It should show each difference once a gate told it, with its sector, and none before."""
    rivals = (reference("e1", 3_000_000, 6_000_000), reference("e2", 2_800_000, 5_000_000))
    open_board(board_page, feed, view_with(run_after(), *rivals))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    own, leader = (board_page.get_by_test_id(f"delta-{which}") for which in ("own", "leader"))
    expect(own).to_have_count(0)
    feed.show(view_with(run_after(2_877_000), *rivals))
    expect(own).to_contain_text("−0.123")
    expect(own).to_contain_text("S1")
    expect(leader).to_contain_text("+0.077")
    feed.show(view_with(run_after(2_877_000, 3_200_000), *rivals))
    expect(own).to_contain_text("+0.077")
    feed.show(view_with(run_after(2_877_000, 3_200_000)))
    expect(own).to_have_count(0)


def field_view(*runs: RunView, references: tuple[ReferenceLapView, ...] = ()) -> EventView:
    """Return a heat with several cars on track."""
    view = running_view(LAPS_US)
    assert view.heat is not None
    heat = view.heat.model_copy(update={"runs": {run.entry_id: run for run in runs}})
    rivals = {each.entry_id: each for each in references}
    return view.model_copy(update={"heat": heat, "references": rivals})


def racing(number: int, *durations_us: int) -> RunView:
    changes = {"entry_id": f"e{number}", "car_id": f"car-{number}", "place": number}
    return run_after(*durations_us).model_copy(update=changes)


def test_each_car_of_a_field_has_its_own(board_page: Page, feed: FeedServer) -> None:
    """It should hold each lap against that driver's best, or else the leader's, in its own row."""
    rivals = (reference("e1", 3_000_000, 6_000_000), reference("e2", 2_800_000, 5_000_000))
    open_board(board_page, feed, field_view(racing(1), racing(2), racing(3)))
    rows = board_page.get_by_test_id("field").locator("li.field-list__row")
    expect(rows).to_have_count(3)
    expect(rows.locator("lap-delta")).to_have_count(0)
    laps = (racing(1, 2_877_000), racing(2, 2_900_000, 2_300_000), racing(3, 3_500_000))
    feed.show(field_view(*laps, references=rivals))
    expect(rows.nth(0).get_by_test_id("delta-own")).to_have_text(
        re.compile(r"To own best\s+▲ −0\.123\s+S1")
    )
    expect(rows.nth(1).get_by_test_id("delta-own")).to_have_text(
        re.compile(r"To own best\s+▼ \+0\.200\s+S2")
    )
    expect(rows.nth(2).get_by_test_id("delta-leader")).to_contain_text("+0.500")
    expect(rows.get_by_test_id("delta-leader")).to_have_count(1)
    # Who is over the line, or out of the race, has no lap under way.
    over = racing(1).model_copy(update={"lap_opened_us": None, "is_over": True})
    feed.show(field_view(over, *laps[1:], references=rivals))
    expect(rows.nth(0).get_by_test_id("delta-own")).to_have_count(0)
    expect(rows.nth(1).get_by_test_id("delta-own")).to_be_visible()


def test_lines_of_the_last_seconds(page: Page) -> None:
    """It should draw what fell into the last ten seconds, broken where nothing was told."""
    samples = [[-1, 0], [1_000_000, 0], [2_000_000, 1], [5_000_000, 0.5], [6_000_000, 9]]
    lines = call(page, "board/heat/car_traces.js", "linesOf", samples, 10_000_000, 0, 1)
    rounded = [[[round(x), y] for x, y in line] for line in lines]
    assert rounded == [[[10, 100], [20, 0]], [[50, 50], [60, 0]]]


def test_the_cars_last_seconds_are_drawn(board_page: Page, feed: FeedServer) -> None:
    """It should draw speed, steering and throttle from what the car reported."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    actions = tuple(
        ActionSample(age_ms=900 - 100 * at, steering_frac=0.1 * at, throttle_frac=0.6)
        for at in range(9)
    )
    told = telemetry().model_copy(update={"actions": actions})
    for frame_seq in (7, 8):
        feed.send("telemetry", CarReport(car_id="car-1", frame_seq=frame_seq, telemetry=told))
    trace = board_page.get_by_test_id("car-trace")
    expect(trace.locator(".trace__line--steering")).to_have_count(1)
    expect(trace.locator(".trace__line--throttle")).to_have_count(1)


def test_gates_say_where_the_car_is(board_page: Page, feed: FeedServer) -> None:
    """It should show the part of the lap by the last gate, where no map is known."""
    open_board(board_page, feed, running_view(LAPS_US))
    expect(board_page.get_by_test_id("driver")).to_be_visible()
    parts = board_page.get_by_test_id("sector-map").get_by_role("listitem")
    expect(parts).to_have_count(0)
    rival = reference("e1", 3_000_000, 6_000_000)
    feed.show(view_with(run_after(), rival))
    expect(parts).to_have_count(3)
    expect(parts.nth(0).locator(".plate")).to_have_text("1")
    feed.show(view_with(run_after(2_877_000), rival))
    expect(parts.nth(1).locator(".plate")).to_have_text("1")
    expect(parts.nth(0)).to_contain_text("2.877")
    feed.send("track", track_map())
    expect(parts).to_have_count(0)
