"""Edges of a real /dev/gpiochip0, from the kernel through gpiozero and lgpio to the server."""

from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from tests.kernel.machine import is_prepared
from tests.kernel.plan import (
    FINISH,
    SECTOR,
    SENSORS,
    Toggle,
    Toggled,
    cars,
    edges_on_all_lines,
    read_toggled,
)
from tests.kernel.summary import report
from tests.kernel.track import Journaled, Track, of_kind

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not is_prepared(), reason="run by 'make test-kernel', which builds a kernel"
    ),
]

ROUNDS = 50
PASSES = 16


class Played:
    """What was done to the lines, and what the server has of it."""

    def __init__(self, toggled: list[Toggled], stored: list[Journaled]) -> None:
        self.toggled = toggled
        self.edges = of_kind(stored, "edge")
        self.passes = of_kind(stored, "pass")
        self.starts = [each.body for each in of_kind(stored, "start")]

    def made_on(self, line: int) -> list[Toggled]:
        return [each for each in self.toggled if each.line == line]

    def arrived_from(self, line: int) -> list[dict[str, Any]]:
        bodies = (each.body for each in self.edges)
        return [body for body in bodies if (body["gate"], body["sensor"]) == SENSORS[line]]


def play(folder: Path, toggles: list[Toggle]) -> Played:
    """Boot, play, wait until the server has everything, switch off."""
    track = Track(folder)
    try:
        track.machine.boot(toggles)
        track.machine.wait_until_played(len(toggles))

        def has_all() -> bool:
            return len(of_kind(track.stored(), "edge")) >= len(toggles)

        track.stack.watch.until(has_all, 60, "every edge to arrive")
        # The last pass is told when nothing more can belong to it.
        track.stack.watch.rest(2.0)
        return Played(read_toggled(track.machine.boots[-1]), track.stored())
    finally:
        track.close()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Played:
    chance = Random(4)  # noqa: S311 - chance for a test
    return play(tmp_path_factory.mktemp("edges"), edges_on_all_lines(chance, ROUNDS))


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Played:
    chance = Random(5)  # noqa: S311 - likewise
    return play(tmp_path_factory.mktemp("passes"), cars(chance, PASSES, (FINISH, SECTOR)))


def test_every_edge_arrives_in_order(crowd: Played) -> None:
    """It should bring each line's edges to the server complete, in order, none twice."""
    assert len(crowd.edges) == len(crowd.toggled) == 6 * ROUNDS
    for line in SENSORS:
        arrived, made = crowd.arrived_from(line), crowd.made_on(line)
        assert [edge["level"] for edge in arrived] == [each.level for each in made]
        stamps_ns = [edge["mono_ns"] for edge in arrived]
        assert stamps_ns == sorted(set(stamps_ns))


def test_the_kernel_has_stamped_each_edge(crowd: Played) -> None:
    """It should carry an instant after the line was changed and before it was changed again."""
    late_ns = []
    for line in SENSORS:
        made = crowd.made_on(line)
        ends_ns = [each.before_ns for each in made[1:]] + [2**63]
        for edge, toggled, end_ns in zip(crowd.arrived_from(line), made, ends_ns, strict=True):
            assert toggled.before_ns <= edge["mono_ns"] < end_ns
            late_ns.append(edge["mono_ns"] - toggled.before_ns)
    report("changes made on three lines", len(crowd.toggled))
    report("edges in the server's log", len(crowd.edges))
    report("stamp after the change, median", f"{median(late_ns) / 1e6:.1f} ms")
    report("stamp after the change, most", f"{max(late_ns) / 1e6:.1f} ms")


def test_lines_that_change_within_one_tick(crowd: Played) -> None:
    """It should keep all of several lines' edges that the kernel raised at the same moment."""
    stamps_ns = sorted(edge["mono_ns"] for edge in (each.body for each in crowd.edges))
    gaps_ns = [later - earlier for earlier, later in pairwise(stamps_ns)]
    together = sum(gap_ns < 1_000_000 for gap_ns in gaps_ns)
    report("edges less than 1 ms after another line's", together)
    assert together > 0
    assert all(gap_ns > 0 for gap_ns in gaps_ns)


def test_each_crossing_is_one_pass(race: Played) -> None:
    """It should make one pass of each crossing, at its first edge's instant, and no other."""
    for line, gate in ((FINISH, "finish"), (SECTOR, "sector-1")):
        crossed_ns = [edge["mono_ns"] for edge in race.arrived_from(line) if edge["level"] == 1]
        passes_ns = [each.body["mono_ns"] for each in race.passes if each.body["gate"] == gate]
        assert passes_ns == crossed_ns
        assert len(passes_ns) == PASSES // 2
    report("crossings of two gates, three sensors", PASSES)
    report("passes of them in the server's log", len(race.passes))


def test_the_node_says_where_its_edges_come_from(race: Played) -> None:
    """It should have read the chip through lgpio, and say so in its journal."""
    (start,) = race.starts
    assert start["pin_factory"] == "lgpio (gpiochip0)"
