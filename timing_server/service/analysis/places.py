"""Where on the lap a car was when, and how far one lap is behind another at each place. Pure.

A lap is a rising line through knots, (place, instant). Places are known by the course, by the
lines of sectors, or only at both ends; between two knots the line is straight, which is said
wherever it is shown.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from timing_server.rules.scoring.sectors import LINE, Sector
from timing_server.service.analysis.laps import Basis, LapTrace

#: A place, from 0 to 1, and the instant at which the car was there, in microseconds of the lap.
Knot = tuple[float, int]
#: How many places a curve is told at where the course is known.
CURVE_PLACES = 200
#: Nobody drives half a course within this time: who is there at once was put back over the line.
LEAP_US = 1_000_000
_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True)
class Delta:
    """How far ``lap`` is behind another, by place: positive is later. First 0, last the difference.

    ``basis``: what both laps' places are known by.
    """

    basis: Basis
    points: tuple[tuple[float, int], ...]


def knots_of_time(duration_us: int, reach: float = 1.0) -> tuple[Knot, ...]:
    """Return the line of a lap of which nothing is known but its ends."""
    return _rising((), duration_us, reach)


def knots_of_lines(sectors: Iterable[Sector], gates_n: int, duration_us: int) -> tuple[Knot, ...]:
    """Return the line of a lap through its sector lines: gate k of n lies at k/(n + 1)."""
    knots: list[Knot] = [(0.0, 0)]
    passed_ns = 0
    for sector in sectors:
        passed_ns += sector.duration_ns
        if sector.to_gate != LINE:
            knots.append((sector.to_gate / (gates_n + 1), passed_ns // _NS_PER_US))
    return _rising(knots, duration_us)


def knots_of_progress(
    progress: Iterable[tuple[int, float]], duration_us: int, reach: float = 1.0
) -> tuple[Knot, ...]:
    """Return the line of a lap from (instant, share of the course); a car put back gains none."""
    knots: list[Knot] = [(0.0, 0)]
    for at_us, share in progress:
        if share > knots[-1][0] and at_us > knots[-1][1]:
            knots.append((share, at_us))
    return _rising(knots, duration_us, reach)


def since_the_line(progress: Iterable[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Yield of (instant, share of the course) what a car drove from the line on.

    One that is put back behind the line is at the course's end again, and has driven nothing of it.
    """
    is_behind = False
    before_us, before = 0, 0.0
    for at_us, share in progress:
        if at_us - before_us >= LEAP_US or before - share > 0.5:
            is_behind = False
        elif share - before > 0.5:
            is_behind = True
        if not is_behind:
            yield at_us, share
        before_us, before = at_us, share


def _rising(knots: Iterable[Knot], duration_us: int, reach: float = 1.0) -> tuple[Knot, ...]:
    """Return knots of which each is behind the one before, in place and time, and both ends."""
    kept: list[Knot] = [(0.0, 0)]
    for place, at_us in knots:
        if kept[-1][0] < place < reach and kept[-1][1] < at_us < duration_us:
            kept.append((place, at_us))
    return (*kept, (reach, max(1, duration_us)))


def place_at(knots: Sequence[Knot], at_us: int) -> float:
    """Return the place at an instant, within 0 to 1."""
    at = bisect_right(knots, at_us, key=lambda knot: knot[1])
    if at == 0:
        return knots[0][0]
    if at == len(knots):
        return knots[-1][0]
    (from_place, from_us), (to_place, to_us) = knots[at - 1], knots[at]
    return from_place + (to_place - from_place) * (at_us - from_us) / (to_us - from_us)


def time_at(knots: Sequence[Knot], place: float) -> float:
    """Return the instant at a place, in microseconds."""
    at = bisect_right(knots, place, key=lambda knot: knot[0])
    if at == 0:
        return knots[0][1]
    if at == len(knots):
        return knots[-1][1]
    (from_place, from_us), (to_place, to_us) = knots[at - 1], knots[at]
    return from_us + (to_us - from_us) * (place - from_place) / (to_place - from_place)


def knots_of(lap: LapTrace, gates_n: int) -> tuple[Knot, ...]:
    """Return the line of a lap, by what its places are known by."""
    if lap.basis == "distance":
        shares = ((each.at_us, each.place) for each in lap.samples)
        return knots_of_progress(shares, lap.duration_us, lap.reach)
    if lap.basis == "lines":
        return knots_of_lines(lap.sectors, gates_n, lap.duration_us)
    return knots_of_time(lap.duration_us, lap.reach)


def delta(
    one: LapTrace, other: LapTrace, one_gates_n: int, other_gates_n: int | None = None
) -> Delta:
    """Return how far a lap is behind another. Places are compared that both laps know.

    Along the course at even places; by lines where both passed the same ones; else at both ends.
    It ends where the first of both broke off.
    """
    gates_n = one_gates_n if other_gates_n is None else other_gates_n
    mine, theirs = knots_of(one, one_gates_n), knots_of(other, gates_n)
    basis: Basis = one.basis if one.basis == other.basis else "time"
    reach = min(one.reach, other.reach)
    if basis == "distance":
        places = [reach * step / CURVE_PLACES for step in range(CURVE_PLACES + 1)]
    elif basis == "lines" and one_gates_n == gates_n:
        places = sorted({place for place, _ in mine} & {place for place, _ in theirs})
    else:
        basis, places = "time", [0.0, reach]
    points = [(place, round(time_at(mine, place) - time_at(theirs, place))) for place in places]
    return Delta(basis, tuple(points))


def equal_parts(knots: Sequence[Knot], parts_n: int) -> tuple[Sector, ...]:
    """Return a lap in equal shares of its course, as sectors between gates that nobody put up."""
    ends_us = [round(time_at(knots, part / parts_n)) for part in range(parts_n)]
    ends_us.append(knots[-1][1])
    return tuple(
        Sector(
            part,
            LINE if part == parts_n - 1 else part + 1,
            (ends_us[part + 1] - ends_us[part]) * _NS_PER_US,
            0,
        )
        for part in range(parts_n)
    )
