"""Commands that reach a car on the track: hold, go, slower, stop; and who vouches for it."""

from dataclasses import dataclass

from timing_server.rules.units import CarId, EntryId, HeatId, RulingId


@dataclass(frozen=True, slots=True)
class CarWord:
    """What a car with an agent said of itself last, as a command carries it.

    ``model_sha256`` is what it has loaded, None for none; ``is_warm``: it has tried that model.
    ``is_heard`` False: it has been silent since for too long to be believed. ``is_stopped``: it
    heeds an emergency stop, perhaps one that this event doesn't know. ``is_stock``: it is driven
    through its own console, which can't prove what it has loaded.
    """

    car_id: CarId
    model_sha256: str | None
    is_warm: bool
    is_heard: bool
    is_stopped: bool = False
    is_stock: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmRun:
    """Vouch for a run whose car can't say for itself what drives it."""

    heat_id: HeatId
    entry_id: EntryId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldRun:
    """Hold a run's car in neutral: ``stop``, or ``off_track``, which counts it as well."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    cause: str


@dataclass(frozen=True, slots=True)
class ReleaseRun:
    """Let a held car go."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class LimitSpeed:
    """Give a run's car so many per cent of the throttle that its model asks for."""

    heat_id: HeatId
    entry_id: EntryId
    speed_pct: int


@dataclass(frozen=True, slots=True)
class StopAll:
    """Stop every car and the heat under way, as a person at a screen; see ``PressStop``.

    ``pressed_race_ns`` is when the finger was on the screen, None: now.
    """

    stop_id: str
    source: str
    pressed_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class StopCar:
    """Stop one car; the heat goes on."""

    car_id: CarId
    stop_id: str
    source: str
    pressed_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class LiftCarStop:
    """Let a stopped car drive again.

    ``stop_ids`` are stops that the car says it heeds; those the log may not know, after a change of
    events.
    """

    car_id: CarId
    stop_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteObeyed:
    """A car's word that its wheels are in neutral for a stop; makes no facts where it is known."""

    car_id: CarId
    stop_id: str
    neutral_race_ns: int
    bound_ns: int


@dataclass(frozen=True, slots=True)
class NoteContactLost:
    """A car's word that its leave to drive ran out; makes no facts where it is held already."""

    heat_id: HeatId
    entry_id: EntryId


@dataclass(frozen=True, slots=True)
class NoteDriving:
    """A car's word of how its run was driven; makes no facts where that is known, or not its own.

    What the numbers mean says ``DrivingMeasured``.
    """

    heat_id: HeatId
    car_id: CarId
    commands: int
    latency_p50_ns: int | None
    latency_p95_ns: int | None
    frames: int
    dropped_frames: int
    stale_commands: int
    is_throttled: bool | None
    is_undervolted: bool | None


DrivingCommand = (
    ConfirmRun
    | HoldRun
    | ReleaseRun
    | LimitSpeed
    | StopAll
    | StopCar
    | LiftCarStop
    | NoteObeyed
    | NoteContactLost
    | NoteDriving
)
