"""The faults that a rehearsal puts into a recording: pure, and harmless to the passes in it."""

from collections.abc import Sequence

from hardware.gates.edges import Edge
from hardware.gates.profiles import MERGE_NS
from hardware.recordings.recording import in_order

_NS_PER_MS = 1_000_000
#: A tail wing or a ringing receiver: a second, short pulse this long after the first one.
DOUBLE_AFTER_NS = 15 * _NS_PER_MS
DOUBLE_PULSE_NS = 1 * _NS_PER_MS
CHATTER_GATE = "rehearsal-chatter"
CHATTER_SENSOR = "loose-wire"
CHATTER_EDGES = 200
CHATTER_GAP_NS = 10 * _NS_PER_MS
#: An excerpt's silences are cut down to this; it stays above the merge window.
QUIET_NS = MERGE_NS + 200 * _NS_PER_MS


def with_double_fires(edges: Sequence[Edge]) -> tuple[tuple[Edge, ...], int]:
    """Let every sensor fire once more after a pulse; return the edges and how many pulses came in.

    Only after pulses shorter than the merge window, and where the gate is quiet for long enough
    afterwards: a double fire right before another car's pass would rightly become a part of it.
    """
    ordered = in_order(edges)
    doubled = list(ordered)
    is_roomy = _has_room(ordered)
    broken_ns: dict[tuple[str, str], int] = {}
    for edge, has_room in zip(ordered, is_roomy, strict=True):
        key = (edge.gate, edge.sensor)
        if edge.level == 1:
            broken_ns[key] = edge.mono_ns
            continue
        began_ns = broken_ns.pop(key, None)
        if has_room and began_ns is not None and edge.mono_ns - began_ns < MERGE_NS:
            again_ns = edge.mono_ns + DOUBLE_AFTER_NS
            doubled.append(Edge(edge.gate, edge.sensor, again_ns, 1))
            doubled.append(Edge(edge.gate, edge.sensor, again_ns + DOUBLE_PULSE_NS, 0))
    return tuple(in_order(doubled)), (len(doubled) - len(ordered)) // 2


def _has_room(ordered: Sequence[Edge]) -> list[bool]:
    """Say of each edge whether its gate's next one is far enough for a double fire between."""
    room_ns = DOUBLE_AFTER_NS + DOUBLE_PULSE_NS + 2 * MERGE_NS
    next_ns: dict[str, int] = {}
    found: list[bool] = []
    for edge in reversed(ordered):
        found.append(next_ns.get(edge.gate, edge.mono_ns + room_ns) - edge.mono_ns >= room_ns)
        next_ns[edge.gate] = edge.mono_ns
    return found[::-1]


def with_chatter(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """Put a gate with a loose wire beside the others: 100 edges a second for two seconds."""
    ordered = in_order(edges)
    first_ns = ordered[0].mono_ns
    chatter = [
        Edge(CHATTER_GATE, CHATTER_SENSOR, first_ns + n * CHATTER_GAP_NS, 1 if n % 2 == 0 else 0)
        for n in range(CHATTER_EDGES)
    ]
    return tuple(in_order([*ordered, *chatter]))


def excerpt(edges: Sequence[Edge], crossings: int) -> tuple[Edge, ...]:
    """Return the beginning of a recording with its silences cut short: ``crossings`` at most.

    A crossing is what lies between two silences of all gates; within one nothing is moved, so that
    its passes stay what they were.
    """
    ordered = in_order(edges)
    kept: list[Edge] = []
    cut_ns, begun = 0, 0
    last_ns: int | None = None
    for edge in ordered:
        gap_ns = None if last_ns is None else edge.mono_ns - last_ns
        last_ns = edge.mono_ns
        if gap_ns is None or gap_ns >= QUIET_NS:
            begun += 1
            cut_ns += 0 if gap_ns is None else gap_ns - QUIET_NS
        if begun > crossings:
            break
        kept.append(Edge(edge.gate, edge.sensor, edge.mono_ns - cut_ns, edge.level))
    return tuple(kept)
