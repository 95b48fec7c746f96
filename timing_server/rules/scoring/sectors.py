"""Sectors: a lap's parts between the line, the sector gates on the way, and the line. Pure.

Sector gate n ends sector n and begins sector n + 1; the line ends the last one. A part is named by
the two gates it lies between (``LINE`` is the start-finish line), so a gate that missed a car only
makes one part of two, and a part is only ever compared with what was driven between the same gates.

Nothing is guessed. A gate's first pass within the lap ends its sector. Where a gate was passed
after a later one (a hand in the beam, a car put back behind it), neither says anything about this
lap; nor does a gate whose place in the order the clocks' bounds leave open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from timing_server.rules.passes.clocks import span_between
from timing_server.rules.state.heat import HeatPass

#: The gate at both ends of a lap.
LINE = 0
#: A part's name: the gate where it begins and the one where it ends.
Between = tuple[int, int]
#: A sector gate's first and last pass within a lap.
Seen = tuple[HeatPass, HeatPass]


@dataclass(frozen=True, slots=True)
class Sector:
    """The time between two gates of a lap; ``bound_ns`` 0 means exact."""

    from_gate: int
    to_gate: int
    duration_ns: int
    bound_ns: int

    @property
    def between(self) -> Between:
        """The part's name."""
        return self.from_gate, self.to_gate


def with_seen(seen: Mapping[int, Seen], gate: int, each: HeatPass) -> dict[int, Seen]:
    """Return what the lap's gates saw, with a later pass of one of them."""
    first = seen[gate][0] if gate in seen else each
    return {**seen, gate: (first, each)}


def sectors_between(
    opening: HeatPass, seen: Mapping[int, Seen], closing: HeatPass | None
) -> tuple[Sector, ...]:
    """Return the lap's parts in order; nothing where no gate says anything.

    ``closing`` None: the lap is under way, and the parts are those that have ended.
    """
    points = [(LINE, opening), *_in_order(seen)]
    if closing is not None:
        points.append((LINE, closing))
    while (doubtful := _doubtful(points)) is not None:
        within = range(1, len(points) - (closing is not None))
        kept = [p for at, p in enumerate(points) if at not in doubtful or at not in within]
        if len(kept) == len(points):
            return ()
        points = kept
    if len(points) - 1 - (closing is not None) < 1:
        return ()
    return tuple(_sector(from_point, to_point) for from_point, to_point in pairwise(points))


def best_parts(laps_sectors: Iterable[tuple[Sector, ...]]) -> dict[Between, int]:
    """Return the shortest time of each part over the laps given, in nanoseconds."""
    best: dict[Between, int] = {}
    for sectors in laps_sectors:
        for each in sectors:
            known = best.get(each.between)
            if known is None or each.duration_ns < known:
                best[each.between] = each.duration_ns
    return best


def ideal_ns(best: Mapping[Between, int], best_lap_ns: int | None) -> int | None:
    """Return the theoretical best lap: the quickest way round over best parts that fit together.

    Never longer than the best lap; None where there are no parts.
    """
    if not best:
        return None
    reached = {LINE: 0}
    gates = sorted({to_gate for _, to_gate in best if to_gate != LINE})
    for gate in gates:
        ways = _ways(reached, best, gate)
        if ways:
            reached[gate] = min(ways)
    around = _ways(reached, best, LINE)
    if best_lap_ns is not None:
        around.append(best_lap_ns)
    return min(around, default=None)


def _ways(reached: Mapping[int, int], best: Mapping[Between, int], to_gate: int) -> list[int]:
    return [ns + best[gate, to_gate] for gate, ns in reached.items() if (gate, to_gate) in best]


def _in_order(seen: Mapping[int, Seen]) -> list[tuple[int, HeatPass]]:
    """Return each gate's first pass, without the gates that contradict one another."""
    gates = sorted(seen)
    contradicted = {
        gate
        for at, lower in enumerate(gates)
        for higher in gates[at + 1 :]
        if _place(seen[lower][1]) > _place(seen[higher][0])
        for gate in (lower, higher)
    }
    return [(gate, seen[gate][0]) for gate in gates if gate not in contradicted]


def _place(each: HeatPass) -> tuple[int, str]:
    return each.race_ns, each.pass_ref


def _doubtful(points: list[tuple[int, HeatPass]]) -> tuple[int, int] | None:
    """Return the first two neighbours of which nobody knows which came first."""
    for at, ((_, earlier), (_, later)) in enumerate(pairwise(points)):
        span = span_between(earlier, later)
        if span.duration_ns <= span.bound_ns:
            return at, at + 1
    return None


def _sector(from_point: tuple[int, HeatPass], to_point: tuple[int, HeatPass]) -> Sector:
    span = span_between(from_point[1], to_point[1])
    return Sector(from_point[0], to_point[0], span.duration_ns, span.bound_ns)
