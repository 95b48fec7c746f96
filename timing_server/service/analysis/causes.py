"""Why a part of a lap took longer than in a better one, as far as what was recorded says. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot

from timing_server.service.analysis.laps import LapTrace, Run, Sample
from timing_server.service.analysis.measures import RunMeasures, idle_us, missing_us, time_where
from timing_server.service.analysis.places import Knot, knots_of, place_at, time_at

#: Less throttle than the better lap had at the same place, as a share of the most there was …
LIFT_FRAC = 0.15
#: … is told from this long on.
LIFT_US = 150_000
#: Time without a command, or without pictures, is told from this long on.
IDLE_US = 100_000
#: A longer way is told from so much on, both in metres and as a share.
LONGER_M, LONGER_SHARE = 0.10, 0.02
#: So was one who entered a part more slowly by so much, both in m/s and as a share …
SLOWER_MPS, SLOWER_SHARE = 0.15, 0.05
#: … where a speed is known that soon.
ENTRY_US = 250_000
#: Steering is told that was so many times the better lap's on average.
STEERED_TIMES = 1.25

#: A part of a lap: from an instant of it until another, in microseconds.
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: ``code`` says which, ``values`` fill it, ``causes`` are its parts.

    Durations are in microseconds and called ``…_us``; ``laps`` are numbers of laps.
    """

    code: str
    values: Mapping[str, int] = field(default_factory=dict)
    laps: tuple[int, ...] = ()
    causes: tuple["Finding", ...] = ()


def causes_of(
    laps: tuple[LapTrace, LapTrace],
    stretches: tuple[Stretch, Stretch],
    run: Run,
    measures: RunMeasures,
) -> Iterator[Finding]:
    """Yield what was otherwise in a part of a lap than in the same part of a better one.

    One finding says so where nothing was, or nothing was recorded.
    """
    (lap, best), (stretch, best_stretch) = laps, stretches
    if not lap.has_samples:
        yield Finding("not_recorded")
        return
    from_us, until_us = stretch
    found = [
        *_exit_causes(lap, stretch),
        *_timed("idle", idle_us(lap, from_us, until_us), IDLE_US),
        *_timed("lifted", lifted_us(lap, best, stretch, run), LIFT_US),
        *_late_cause(lap, stretch, measures.late_limit_us),
        *_timed("missing", missing_us(lap, measures.frame_us, from_us, until_us), IDLE_US),
        *_entry_cause(lap, best, stretch, best_stretch),
        *_way_cause(lap, best, stretch, best_stretch),
        *_steering_cause(lap, best, stretch, best_stretch),
    ]
    yield from found or [Finding("no_cause")]


def _exit_causes(lap: LapTrace, stretch: Stretch) -> Iterator[Finding]:
    count = sum(stretch[0] <= each.at_us < stretch[1] for each in lap.exits)
    if count:
        yield Finding("left_track", {"count": count})


def _timed(code: str, found_us: int, least_us: int) -> Iterator[Finding]:
    if found_us >= least_us:
        yield Finding(code, {"time_us": found_us})


def _late_cause(lap: LapTrace, stretch: Stretch, limit_us: int | None) -> Iterator[Finding]:
    if limit_us is None:
        return
    late = [
        each.latency_us
        for each in lap.samples
        if each.latency_us is not None
        and each.latency_us > limit_us
        and stretch[0] <= each.at_us < stretch[1]
    ]
    if late:
        yield Finding("late_pictures", {"count": len(late), "most_us": max(late)})


def lifted_us(lap: LapTrace, best: LapTrace, stretch: Stretch, run: Run) -> int:
    """Return for how long a lap had clearly less throttle than a better one at the same places."""
    if not best.has_samples:
        return 0
    most = max(each.throttle for each in (*lap.samples, *best.samples))
    if most <= 0:
        return 0
    less = most * LIFT_FRAC
    throttle_of = _throttle_at(best, knots_of(best, run.gates_n))
    knots = knots_of(lap, run.gates_n)
    return time_where(
        lap,
        *stretch,
        lambda each: each.throttle < throttle_of(place_at(knots, each.at_us)) - less,
    )


def _throttle_at(lap: LapTrace, knots: tuple[Knot, ...]) -> Callable[[float], float]:
    """Return what tells a lap's throttle at a place."""
    samples = lap.samples

    def newest(place: float) -> Sample:
        at_us = time_at(knots, place)
        low, high = 0, len(samples)
        while low < high:
            middle = (low + high) // 2
            if samples[middle].at_us <= at_us:
                low = middle + 1
            else:
                high = middle
        return samples[max(0, low - 1)]

    return lambda place: newest(place).throttle


def _entry_cause(
    lap: LapTrace, best: LapTrace, stretch: Stretch, best_stretch: Stretch
) -> Iterator[Finding]:
    """Whoever enters a part more slowly is slower in it, whatever is done there."""
    mine, theirs = _entry_mps(lap, stretch), _entry_mps(best, best_stretch)
    if mine is None or theirs is None:
        return
    if theirs - mine >= max(SLOWER_MPS, SLOWER_SHARE * theirs):
        told = {"mine_cms": round(100 * mine), "theirs_cms": round(100 * theirs)}
        yield Finding("slow_entry", told)


def _entry_mps(lap: LapTrace, stretch: Stretch) -> float | None:
    """Return the first speed that is known within the entry of a part."""
    speeds = (
        each.speed_mps
        for each in _within(lap, (stretch[0], stretch[0] + ENTRY_US))
        if each.speed_mps is not None
    )
    return next(speeds, None)


def _way_cause(
    lap: LapTrace, best: LapTrace, stretch: Stretch, best_stretch: Stretch
) -> Iterator[Finding]:
    mine, theirs = way_m(lap, stretch), way_m(best, best_stretch)
    if mine is None or theirs is None:
        return
    more_m = mine - theirs
    if more_m >= max(LONGER_M, LONGER_SHARE * theirs):
        yield Finding("longer_way", {"more_cm": round(100 * more_m)})


def way_m(lap: LapTrace, stretch: Stretch) -> float | None:
    """Return how far a car drove within a stretch; None where its positions aren't known.

    Between two decisions it drove straight on, so that a part's ends are cut out exactly.
    """
    known = [(each.at_us, each.position) for each in lap.samples if each.position is not None]
    if len(known) < 2 or len(known) < len(lap.samples):
        return None
    driven_m = 0.0
    for (from_us, a), (until_us, b) in pairwise(known):
        shared_us = min(until_us, stretch[1]) - max(from_us, stretch[0])
        if shared_us > 0:
            driven_m += hypot(b.x_m - a.x_m, b.y_m - a.y_m) * shared_us / (until_us - from_us)
    return driven_m


def _steering_cause(
    lap: LapTrace, best: LapTrace, stretch: Stretch, best_stretch: Stretch
) -> Iterator[Finding]:
    """Wheels that are turned more slow a car down."""
    mine, theirs = _mean_steering(lap, stretch), _mean_steering(best, best_stretch)
    most = max((abs(each.steering) for one in (lap, best) for each in one.samples), default=0.0)
    if mine is not None and theirs and mine >= STEERED_TIMES * theirs and mine > most * LIFT_FRAC:
        yield Finding("steered_more", {"more_pct": round(100 * (mine / theirs - 1))})


def _mean_steering(lap: LapTrace, stretch: Stretch) -> float | None:
    found = [abs(each.steering) for each in _within(lap, stretch)]
    return sum(found) / len(found) if found else None


def _within(lap: LapTrace, stretch: Stretch) -> list[Sample]:
    return [each for each in lap.samples if stretch[0] <= each.at_us < stretch[1]]
