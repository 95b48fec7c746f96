"""A wall clock that is set in mid-heat, on server and node: no lap and no window moves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.timing_server.web.live_server import Node, Organiser
from timing_server.adapters.system_clock import KernelClock
from timing_server.rules.units import NS_PER_MS

LAPS_MS = (3_000, 2_500, 2_750)


class SteppedWall:
    """The machine's calendar, set by somebody."""

    def __init__(self) -> None:
        self.step = timedelta()
        self._real = KernelClock.wall_utc

    def read(self, clock: KernelClock) -> str:
        shown = datetime.fromisoformat(self._real(clock)) + self.step
        return shown.isoformat(timespec="microseconds")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_step_of_an_hour_changes_nothing_that_counts(
    organiser: Organiser, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """It should time laps by the node's monotonic clock and keep the heat running."""
    wall = SteppedWall()
    monkeypatch.setattr(KernelClock, "wall_utc", lambda clock: wall.read(clock))  # noqa: PLW0108 - bound
    plan = organiser.plan(window_s=60)
    heat_id = organiser.start_next(plan)
    node = Node(organiser)
    at_ns = node.now_mono_ns()
    race_ns_before = organiser.get("/clock")["race_ns"]
    node.send(node.clock(), passing(node, at_ns, 0))
    for number, lap_ms in enumerate(LAPS_MS, start=1):
        wall.step = timedelta(hours=hours * (number % 2))
        at_ns += lap_ms * NS_PER_MS
        node.send(passing(node, at_ns, hours * (number % 2)))
    assert organiser.get("/clock")["race_ns"] - race_ns_before < 60_000 * NS_PER_MS
    assert organiser.get("/clock")["race_ns"] >= race_ns_before
    view = organiser.get(f"{plan['path']}/view")["view"]
    assert (view["heat"]["heat_id"], view["heat"]["phase"]) == (heat_id, "running")
    sheet = organiser.get(f"{plan['path']}/heats/{heat_id}/sheet")
    (run,) = sheet["runs"]
    assert [lap["duration_us"] for lap in run["laps"]] == [ms * 1000 for ms in LAPS_MS]
    assert {lap["bound_us"] for lap in run["laps"]} == {0}


def passing(node: Node, mono_ns: int, hours: int) -> dict[str, Any]:
    """Journal a pass on a node whose calendar is off by hours."""
    wall = datetime.fromisoformat("2026-05-01T10:00:00+00:00") + timedelta(hours=hours)
    return node.passing(mono_ns) | {"wall_utc": wall.isoformat()}
