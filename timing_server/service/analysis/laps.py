"""What a lap is to the analysis, whether a car, a simulation or a log tells of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from timing_server.contract.machines.devices import TrackMap
from timing_server.rules.scoring.sectors import Sector
from timing_server.rules.state.plan import LaidTrack

#: What places on a lap are known by: the course itself, the lines of sectors, or its time alone.
Basis = Literal["distance", "lines", "time"]
#: Steering is a share of full lock, or degrees; positive is left in both.
SteeringUnit = Literal["share", "deg"]
#: Throttle is a share of full power, or the speed that was asked for.
ThrottleUnit = Literal["share", "mps"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where the car was, in metres of the track's own frame; heading from +x to the left."""

    x_m: float
    y_m: float
    heading_rad: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One decision and what is known of its instant, which is since the lap's beginning.

    ``place`` is the share of the lap that lies behind, by the lap's ``basis``. ``latency_us`` is
    from the picture to the wheels. ``doubt_bits`` is the entropy of what the model answered: 0 is
    sure. ``speed_mps`` is what was measured, never what was asked for.
    """

    at_us: int
    place: float
    steering: float
    throttle: float
    is_taken: bool = True
    action: int | None = None
    latency_us: int | None = None
    doubt_bits: float | None = None
    speed_mps: float | None = None
    position: Position | None = None
    reward: float | None = None
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Exit:
    """The car left the track; ``position`` None: nobody knows where, ``place`` is by the clock.

    ``is_marked``: a marshal's hand said so, which is later than the car.
    """

    at_us: int
    place: float
    position: Position | None = None
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class LapTrace:
    """A lap; ``invalid`` says why it doesn't count, None where it does.

    ``sectors`` are its parts, empty where none are known. ``frames_at_us`` are the pictures.
    ``is_cut``: some of the lap is not recorded. ``has_samples`` False: nothing of it is.
    ``bound_us`` is how far off its instants may be, None where the clocks were never joined.
    ``reach`` is the share of the lap that was driven, 1 unless it broke off.
    """

    number: int
    duration_us: int
    invalid: str | None
    basis: Basis
    samples: tuple[Sample, ...]
    sectors: tuple[Sector, ...] = ()
    frames_at_us: tuple[int, ...] = ()
    exits: tuple[Exit, ...] = ()
    resets: int = 0
    penalty_us: int = 0
    is_cut: bool = False
    bound_us: int | None = 0
    reach: float = 1.0

    @property
    def has_samples(self) -> bool:
        """Whether anything of it was recorded."""
        return bool(self.samples)


@dataclass(frozen=True, slots=True)
class Run:
    """The laps that are looked at together, and in what their steering and throttle are told.

    ``gates_n`` sector gates part a lap. ``has_real_gates`` False: its parts are equal shares of
    the course, made here for want of gates. ``actions`` name what a model may choose: degrees and
    metres per second. ``track`` is the map of who saw where the cars were, ``raced_on`` the track
    of the library that the stage names, None where nobody told it.
    """

    laps: tuple[LapTrace, ...]
    steering_unit: SteeringUnit
    throttle_unit: ThrottleUnit
    gates_n: int = 0
    has_real_gates: bool = True
    actions: tuple[tuple[float, float], ...] = ()
    track: TrackMap | None = None
    raced_on: LaidTrack | None = None

    @property
    def counted(self) -> tuple[LapTrace, ...]:
        """The laps that count, in the order in which they were driven."""
        return tuple(lap for lap in self.laps if lap.invalid is None)

    @property
    def best(self) -> LapTrace | None:
        """The quickest lap that counts, the first of equals."""
        return min(self.counted, key=lambda lap: lap.duration_us, default=None)

    def lap(self, number: int) -> LapTrace | None:
        """Return a lap by its number."""
        return next((lap for lap in self.laps if lap.number == number), None)


def median(values: Sequence[int]) -> int | None:
    """Return the middle one, the lower of two; None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None


def percentile(values: Sequence[int], share: float) -> int | None:
    """Return the nearest-rank percentile; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 1000) * len(ordered) // 1000) - 1)]
