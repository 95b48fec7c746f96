"""What pass detection makes of a recording: passes, what was left out and why, sensors' health.

Two steps with their defaults (decision 8): the node merges the edges of one crossing (500 ms), the
race leaves out passes within its dead time (2 s after a counted pass of the same gate). Nothing
here asks for the time: a recording always gives the same report.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.node.detector import DetectedPass, PassReader
from hardware.node.sensing.sensor_board import SensorBoard
from hardware.node.sensing.sensor_watch import StateChange
from hardware.recordings.recording import in_order

#: The race's default (``dead_time_s`` of a stage).
DEAD_TIME_NS = 2_000_000_000
INSIDE_DEAD_TIME = "inside_dead_time"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A pass that doesn't count, or an edge that belongs to no pass, and why."""

    mono_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassReport:
    """Everything in the order of its instants."""

    passes: tuple[DetectedPass, ...]
    ignored: tuple[Ignored, ...]
    health: tuple[StateChange, ...]

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return the report as plain lists and dicts; ``pulse_ns`` None = never clear again."""
        return {
            "passes": [
                {
                    "gate": found.gate,
                    "mono_ns": found.mono_ns,
                    "pulse_ns": found.pulse_ns,
                    "edges": found.edges,
                }
                for found in self.passes
            ],
            "ignored": [asdict(one) for one in self.ignored],
            "health": [asdict(change) for change in self.health],
        }


def report_on(
    edges: Iterable[Edge], merge_ns: int = MERGE_NS, dead_time_ns: int = DEAD_TIME_NS
) -> PassReport:
    """Return what detection makes of edges in any order."""
    ordered = in_order(edges)
    passes, left_over = PassReader(merge_ns).read(ordered)
    counted, dead = by_dead_time(passes, dead_time_ns)
    ignored = [Ignored(each.mono_ns, INSIDE_DEAD_TIME) for each in dead]
    ignored += [Ignored(each.edge.mono_ns, each.reason) for each in left_over]
    ignored.sort(key=lambda each: each.mono_ns)
    return PassReport(counted, tuple(ignored), _health(ordered, merge_ns))


def by_dead_time(
    passes: Iterable[DetectedPass], dead_time_ns: int = DEAD_TIME_NS
) -> tuple[tuple[DetectedPass, ...], tuple[DetectedPass, ...]]:
    """Return the passes that count, and those that come too soon after one that counts."""
    counted: list[DetectedPass] = []
    dead: list[DetectedPass] = []
    last_ns: dict[str, int] = {}
    for found in passes:
        before_ns = last_ns.get(found.gate)
        if before_ns is not None and found.mono_ns - before_ns < dead_time_ns:
            dead.append(found)
        else:
            last_ns[found.gate] = found.mono_ns
            counted.append(found)
    return tuple(counted), tuple(dead)


def _health(ordered: Iterable[Edge], merge_ns: int) -> tuple[StateChange, ...]:
    """Return the sensors' states as the node that read these edges would have told them."""
    detector, board = PassReader(merge_ns), SensorBoard()
    changes: list[StateChange] = []
    for edge in ordered:
        changes += board.feed(edge)
        for told in detector.feed(edge):
            changes += board.note_pass(told)
    for told in detector.flush():
        changes += board.note_pass(told)
    changes += board.finish()
    return tuple(sorted(changes, key=lambda one: (one.mono_ns, one.gate, one.sensor)))
