"""What the state keeps of cars on the track: what was done to a run's car, which stops stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from timing_server.rules.units import CarId, EntryId, NodeId

ControlKind = Literal["speed", "stop", "off_track", "e_stop", "contact_lost", "go"]


@dataclass(frozen=True, slots=True)
class RunControl:
    """Something that was done to a run's car from outside, and who did it.

    ``speed``: its limit became ``speed_pct``. ``stop``, ``off_track``, ``e_stop``, its own
    emergency stop, and ``contact_lost``: it was held in neutral. ``go``: it was let go.
    """

    entry_id: EntryId
    race_ns: int
    kind: ControlKind
    actor: str
    speed_pct: int | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A marshal's word for a run's car, for as long as its equipment is as it was then."""

    entry_id: EntryId
    race_ns: int
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Driven:
    """How a car says it drove an entry's run (``DrivingMeasured``)."""

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
class Obeyed:
    """When a car's wheels were in neutral for a stop, ± ``bound_ns``."""

    race_ns: int
    bound_ns: int


@dataclass(frozen=True, slots=True)
class StandingStop:
    """An emergency stop that stands: of everything where ``car_id`` is None, else of that car.

    ``node_id`` and ``button`` where a node's button was pressed. ``obeyed`` is what cars said.
    """

    stop_id: str
    source: str
    race_ns: int
    car_id: CarId | None = None
    node_id: NodeId | None = None
    button: str = ""
    obeyed: Mapping[CarId, Obeyed] = field(default_factory=dict)
