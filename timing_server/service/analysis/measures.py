"""What a lap and a run come to in figures: frame rate, latency, parts, the ideal lap, spread. Pure.

Thresholds stand here and in ``findings``, each with its reason; docs/analysis.md tells them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import pstdev

from timing_server.rules.scoring.sectors import Between, best_parts, ideal_ns
from timing_server.service.analysis.laps import LapTrace, Run, Sample, median, percentile

US_PER_S = 1_000_000
_NS_PER_US = 1_000
#: A picture is late that took so many times as long to the wheels as the run's middle one …
LATE_TIMES = 1.5
#: … and this much longer as well: a fraction of a picture's period, below which nobody can tell.
LATE_MORE_US = 20_000
#: A gap between two pictures this many times the middle one means that some are missing.
GAP_TIMES = 2.5
#: Longer than this nobody knows what became of a decision without another.
HOLDS_US = 250_000


@dataclass(frozen=True, slots=True)
class LapMeasures:
    """A lap in figures; None where the record doesn't tell.

    ``missing_us``: time without a new picture beyond what is usual. ``idle_us``: time in which no
    command moved the car. ``behind_us``: behind the run's best lap.
    """

    number: int
    pictures: int
    frames_per_s: float | None
    missing_us: int
    latency_p50_us: int | None
    latency_p95_us: int | None
    late_pictures: int
    idle_us: int
    mean_speed_mps: float | None
    top_speed_mps: float | None
    reward: float | None
    doubt_bits: float | None
    behind_us: int | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How alike laps, or one part of them, are: over those that count."""

    laps: int
    fastest_us: int
    slowest_us: int
    median_us: int
    deviation_us: int


@dataclass(frozen=True, slots=True)
class RunMeasures:
    """A run in figures. ``ideal_us`` joins the best parts; never longer than the best lap."""

    laps: tuple[LapMeasures, ...]
    best_us: int | None
    ideal_us: int | None
    late_limit_us: int | None
    frame_us: int | None
    best_parts_us: Mapping[Between, int] = field(default_factory=dict)
    spread: Spread | None = None
    part_spreads: Mapping[Between, Spread] = field(default_factory=dict)


def measure(run: Run) -> RunMeasures:
    """Return a run in figures."""
    best = run.best
    best_us = None if best is None else best.duration_us
    parts = best_parts(lap.sectors for lap in run.counted)
    ideal = ideal_ns(parts, None if best_us is None else best_us * _NS_PER_US)
    late_us, usual_us = late_limit_us(run), frame_us(run)
    return RunMeasures(
        laps=tuple(_measured(lap, best_us, late_us, usual_us) for lap in run.laps),
        best_us=best_us,
        ideal_us=None if ideal is None else ideal // _NS_PER_US,
        late_limit_us=late_us,
        frame_us=usual_us,
        best_parts_us={between: ns // _NS_PER_US for between, ns in parts.items()},
        spread=spread_of([lap.duration_us for lap in run.counted]),
        part_spreads={
            between: found
            for between in parts
            if (found := spread_of(_of_part(run.counted, between))) is not None
        },
    )


def late_limit_us(run: Run) -> int | None:
    """Return from which latency on a picture is late in this run; None without latencies."""
    middle = median([us for lap in run.laps for us in latencies_us(lap)])
    return None if middle is None else max(round(middle * LATE_TIMES), middle + LATE_MORE_US)


def frame_us(run: Run) -> int | None:
    """Return the usual time between two pictures of the run."""
    return median(
        [later - first for lap in run.laps for first, later in pairwise(lap.frames_at_us)]
    )


def latencies_us(lap: LapTrace) -> list[int]:
    """Return what each command of the lap took from its picture to the wheels."""
    return [each.latency_us for each in lap.samples if each.latency_us is not None]


def spread_of(durations_us: Sequence[int]) -> Spread | None:
    """Return how alike durations are; None of fewer than two."""
    if len(durations_us) < 2:
        return None
    middle = median(durations_us) or 0
    fastest, slowest = min(durations_us), max(durations_us)
    return Spread(len(durations_us), fastest, slowest, middle, round(pstdev(durations_us)))


def idle_us(lap: LapTrace, from_us: int, until_us: int) -> int:
    """Return for how long no command moved the car within a stretch of the lap."""
    return time_where(lap, from_us, until_us, lambda each: not each.is_taken)


def time_where(lap: LapTrace, from_us: int, until_us: int, is_so: Callable[[Sample], bool]) -> int:
    """Return for how long something held within a stretch; each decision holds until the next."""
    ends_us = [*(each.at_us for each in lap.samples), lap.duration_us][1:]
    total_us = 0
    for each, end_us in zip(lap.samples, ends_us, strict=True):
        held_us = min(end_us, until_us, each.at_us + HOLDS_US) - max(each.at_us, from_us)
        if held_us > 0 and is_so(each):
            total_us += held_us
    return total_us


def missing_us(lap: LapTrace, usual_us: int | None, from_us: int, until_us: int) -> int:
    """Return the time without a new picture beyond the usual, in gaps that end in a stretch."""
    if usual_us is None:
        return 0
    gaps = (
        later - first
        for first, later in pairwise(lap.frames_at_us)
        if from_us < later <= until_us and later - first > GAP_TIMES * usual_us
    )
    return sum(gap - usual_us for gap in gaps)


def _measured(
    lap: LapTrace, best_us: int | None, late_us: int | None, usual_us: int | None
) -> LapMeasures:
    late = latencies_us(lap)
    speeds = [each.speed_mps for each in lap.samples if each.speed_mps is not None]
    rewards = [each.reward for each in lap.samples if each.reward is not None]
    doubts = [each.doubt_bits for each in lap.samples if each.doubt_bits is not None]
    end_us = lap.duration_us
    return LapMeasures(
        number=lap.number,
        pictures=len(lap.frames_at_us),
        frames_per_s=_rate(lap.frames_at_us),
        missing_us=missing_us(lap, usual_us, 0, end_us),
        latency_p50_us=percentile(late, 0.5),
        latency_p95_us=percentile(late, 0.95),
        late_pictures=0 if late_us is None else sum(us > late_us for us in late),
        idle_us=idle_us(lap, 0, end_us),
        mean_speed_mps=_mean(speeds),
        top_speed_mps=max(speeds, default=None),
        reward=sum(rewards) if rewards else None,
        doubt_bits=_mean(doubts),
        behind_us=None if best_us is None else end_us - best_us,
    )


def _rate(frames_at_us: Sequence[int]) -> float | None:
    if len(frames_at_us) < 2 or frames_at_us[-1] == frames_at_us[0]:
        return None
    return (len(frames_at_us) - 1) * US_PER_S / (frames_at_us[-1] - frames_at_us[0])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _of_part(laps: Sequence[LapTrace], between: Between) -> list[int]:
    return [
        each.duration_ns // _NS_PER_US
        for lap in laps
        for each in lap.sectors
        if each.between == between
    ]
