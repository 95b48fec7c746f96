"""Where a mark was at an instant between pictures: an interval that holds whatever the noise.

Every bound here is rigorous under what ``Limits`` declares, so that a car whose mark was read is
never ruled out by mistake; bounds of several pairs of pictures are intersected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

_NS_PER_S = 1_000_000_000
#: Pictures on either side of the instant that are looked at; more add nothing but work.
_NEIGHBOURS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What cars and camera are declared to keep to.

    ``stamp_bound_ns``: how far a picture's stamp may lie from the light of the mark's rows
    (exposure, rolling shutter, the driver's delay). ``noise_mm``: error of a position at the line;
    ``scale_error_frac`` of the distance from the line comes on top.
    """

    speed_mps: float = 8.0
    acceleration_mps2: float = 15.0
    stamp_bound_ns: int = 15_000_000
    noise_mm: float = 6.0
    scale_error_frac: float = 0.04


@dataclass(frozen=True, slots=True)
class Fix:
    """A mark's position in one picture, mm ahead of the line (negative: before it)."""

    mono_ns: int
    ahead_mm: float


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low_mm`` to ``high_mm``; empty where low is above high."""

    low_mm: float
    high_mm: float

    @property
    def is_empty(self) -> bool:
        """Whether no position satisfies every bound."""
        return self.low_mm > self.high_mm

    @property
    def half_width_mm(self) -> float:
        """Half of its width."""
        return (self.high_mm - self.low_mm) / 2

    def meets(self, other: "Interval") -> bool:
        """Whether both have a position in common."""
        return self.low_mm <= other.high_mm and other.low_mm <= self.high_mm


def position_at(fixes: Sequence[Fix], mono_ns: int, limits: Limits) -> Interval:
    """Return where the mark can have been at ``mono_ns``; empty where no car moves like that.

    ``fixes`` are of one mark, in order of time, at least one.
    """
    before = [fix for fix in fixes if fix.mono_ns <= mono_ns][-_NEIGHBOURS:]
    after = [fix for fix in fixes if fix.mono_ns > mono_ns][:_NEIGHBOURS]
    near = (*before, *after)
    bounds = [_reach(fix, mono_ns, limits) for fix in near]
    for first, second in combinations(near, 2):
        bounds.extend(_from_pair(first, second, mono_ns, limits))
    return Interval(max(b.low_mm for b in bounds), min(b.high_mm for b in bounds))


def noise_of(fix: Fix, limits: Limits) -> float:
    """Return the bound of a fix's error in mm, at the instant of its light."""
    return limits.noise_mm + limits.scale_error_frac * abs(fix.ahead_mm)


def _reach(fix: Fix, mono_ns: int, limits: Limits) -> Interval:
    """Nobody moves farther than at top speed."""
    elapsed_s = (abs(mono_ns - fix.mono_ns) + limits.stamp_bound_ns) / _NS_PER_S
    reach_mm = noise_of(fix, limits) + limits.speed_mps * 1000 * elapsed_s
    return Interval(fix.ahead_mm - reach_mm, fix.ahead_mm + reach_mm)


def _from_pair(first: Fix, second: Fix, mono_ns: int, limits: Limits) -> Iterator[Interval]:
    """Between two fixes by interpolation, beyond them by the speed that they show."""
    span_s = (second.mono_ns - first.mono_ns) / _NS_PER_S
    stamp_s = limits.stamp_bound_ns / _NS_PER_S
    most_mm = abs(second.ahead_mm - first.ahead_mm) + noise_of(first, limits)
    most_mm += noise_of(second, limits)
    if span_s <= 2 * stamp_s or span_s == 0:
        return
    bend = limits.acceleration_mps2 * 1000
    speed = min(
        limits.speed_mps * 1000, most_mm / (span_s - 2 * stamp_s) + bend * (span_s + 2 * stamp_s)
    )
    errors = [noise_of(fix, limits) + speed * stamp_s for fix in (first, second)]
    rate = (second.ahead_mm - first.ahead_mm) / span_s
    middle = first.ahead_mm + rate * (mono_ns - first.mono_ns) / _NS_PER_S
    if first.mono_ns <= mono_ns <= second.mono_ns:
        error = max(errors) + bend * span_s**2 / 8
    else:
        base = first if mono_ns < first.mono_ns else second
        gone_s = abs(mono_ns - base.mono_ns) / _NS_PER_S
        error = errors[0] if base is first else errors[1]
        error += gone_s * (sum(errors) / span_s + bend * span_s / 2) + bend * gone_s**2 / 2
    yield Interval(middle - error, middle + error)
