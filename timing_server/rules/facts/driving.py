"""Facts of how cars are driven from outside: held, let go, slowed, stopped, vouched for."""

from dataclasses import dataclass

from timing_server.rules.units import CarId, EntryId, HeatId


@dataclass(frozen=True, slots=True)
class RunConfirmed:
    """A marshal vouches for a run whose car can't say for itself what drives it.

    No guard stops such a car when contact is lost, and nobody checked its model. Holds until
    another car, or model, is put on the run.
    """

    heat_id: HeatId
    entry_id: EntryId
    reason: str


@dataclass(frozen=True, slots=True)
class RunHeld:
    """The run's car stands in neutral until it is let go.

    ``cause``: ``stop``, ``off_track``, or ``contact_lost``, which the car said itself.
    """

    heat_id: HeatId
    entry_id: EntryId
    cause: str


@dataclass(frozen=True, slots=True)
class RunReleased:
    """The run's car may drive again, where its heat lets it."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class SpeedLimited:
    """From now on the run's car gets so many per cent of the throttle that its model asks for."""

    heat_id: HeatId
    entry_id: EntryId
    speed_pct: int


@dataclass(frozen=True, slots=True)
class CarStopped:
    """That car alone is stopped until a person lifts it, in whatever heat it is.

    ``source``: ``race_control``, ``driver``, or ``car``, its own button. ``stop_id`` names this
    stop to the car.
    """

    car_id: CarId
    stop_id: str
    source: str
    stopped_race_ns: int


@dataclass(frozen=True, slots=True)
class CarStopLifted:
    """A person let that car drive again; ``stop_ids`` are the stops that are lifted with it."""

    car_id: CarId
    stop_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrivingMeasured:
    """How a run's car says it was driven, from its first command of the heat to its last.

    ``latency_p50_ns`` and ``latency_p95_ns``: from a picture's instant until the wheels' device had
    the command that answers it; None where no command reached it. ``is_throttled`` and
    ``is_undervolted``: at any moment; None where the car's computer doesn't say.
    """

    heat_id: HeatId
    entry_id: EntryId
    car_id: CarId
    commands: int
    latency_p50_ns: int | None
    latency_p95_ns: int | None
    frames: int
    dropped_frames: int
    stale_commands: int
    is_throttled: bool | None
    is_undervolted: bool | None


@dataclass(frozen=True, slots=True)
class StopObeyed:
    """A car said when its wheels were in neutral for that stop, ± ``bound_ns`` of its clock."""

    car_id: CarId
    stop_id: str
    neutral_race_ns: int
    bound_ns: int
