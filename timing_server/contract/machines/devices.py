"""What cars and the venue exchange with the server: orders down, telemetry and positions up.

Devices hold one event stream, ``GET /api/v1/devices/live``, and send by POST (decision 15).
"""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import BoundNs, Int64, Message, MonoNs, Seq, Sha256, Slug, Us
from timing_server.contract.blackbox.rows import RunFigures
from timing_server.contract.machines.driving import (
    ContactLost,
    HoldCause,
    StopOrder,
    StopSource,
    Token,
)

#: ``idle`` is still to come; the others as in ``rules.heat_phases``.
HeatPhase = Literal["idle", "called", "armed", "running", "paused", "finished", "abandoned"]


class RunOrder(Message):
    """One car's part in the heat: whether it may drive now, and with which model.

    ``lease_id`` is what lets it drive while it is renewed (event ``lease``); None without ``is_go``
    and without a car. ``held`` is why the car stands in neutral until it is let go, ``speed_pct``
    how much of its model's throttle it gets. ``lap_due_us``, for cars that finish their lap without
    contact, is when the lap under way is over by the slowest lap of the run.
    """

    entry_id: Slug
    car_id: Slug | None = None
    model_sha256: Sha256 | None = None
    is_go: bool
    lease_id: Token | None = None
    held: HoldCause | None = None
    speed_pct: Annotated[int, Field(ge=0, le=100)] = 100
    lap_due_us: Us | None = None


class StartLightsOrder(Message):
    """When the first red comes on and when all go out: the go, known in advance to who runs lamps.

    Both on the race clock; a node turns them into its own clock by its own relation.
    """

    begin_race_ns: Int64
    go_race_ns: Int64


class HeatOrder(Message):
    """Event ``heat`` of the device stream: sent on connecting and whenever it changes.

    A car drives while its own run ``is_go`` and the run's lease is renewed; anything else means
    neutral throttle. A lease lasts ``contact_limit_ms`` beyond its last renewal, and behind it the
    car does what ``contact_lost`` says. ``stops`` are the emergency stops that stand,
    ``lifted_stop_ids`` the newest that were lifted. A heat that was armed for a start by its first
    crossing lets cars drive before it runs. Behind lights ``starts_us`` lies ahead, and the order
    that lets cars drive comes at that instant of the race clock. ``lights`` is there from a start
    by lights to the heat's end or first pause; an order without it means all lamps out.
    ``entry_id``, ``car_id`` and ``model_sha256`` are the first run's.
    """

    phase: HeatPhase
    event_id: Slug | None = None
    heat_id: Slug | None = None
    entry_id: Slug | None = None
    car_id: Slug | None = None
    model_sha256: Sha256 | None = None
    runs: Annotated[tuple[RunOrder, ...], Field(max_length=64)] = ()
    starts_us: Us | None = None
    lights: StartLightsOrder | None = None
    contact_limit_ms: Annotated[int, Field(ge=500, le=60_000)] = 5_000
    contact_lost: ContactLost = "stop"
    stops: Annotated[tuple[StopOrder, ...], Field(max_length=128)] = ()
    lifted_stop_ids: Annotated[tuple[Token, ...], Field(max_length=64)] = ()

    def run_of(self, car_id: str) -> RunOrder | None:
        """Return the run that this car drives, None where it has no part in the heat."""
        return next((each for each in self.runs if each.car_id == car_id), None)


class TripOrder(Message):
    """Event ``trip``, demo only: somebody waves a hand through the virtual venue's beam."""

    gate: Slug


class ResendOrder(Message):
    """Event ``resend``: a node is asked for records of its journal once more, both ends included.

    Seen by every device of the stream; who isn't ``node_id`` lets it pass.
    """

    node_id: Slug
    first_seq: Seq
    last_seq: Seq


class ResendRequest(Message):
    """``POST /api/v1/nodes/{node_id}/resend``: which records a node shall send once more."""

    first_seq: Seq
    last_seq: Seq


#: What stops a car, or slows it down, that a person must mend: its camera gives no pictures
#: (``stalled``), is away and being opened again (``gone``), or gives fewer than are wanted; its
#: model fails on a picture, or has been thinking about one for longer than commands live; or its
#: servo board was reset within the last minute, as by a dip of its voltage, and set up anew.
CarTrouble = Literal[
    "camera_stalled",
    "camera_gone",
    "camera_slow",
    "model_failed",
    "model_hung",
    "wheels_reset",
]


class HeededStop(Message):
    """An emergency stop that a car heeds; ``car`` is its own button."""

    stop_id: Token
    source: StopSource | None = None


class ConsoleReport(Message):
    """What a car says that is driven through its own console, without Paddock's agent.

    Nobody guards it, nobody can prove its model, and a stop needs the link to it. ``model_name`` is
    what was loaded through Paddock last, ``stop_ms`` how long the last stop took to be answered,
    ``trouble`` why the console can't be used now; None where it can.
    """

    model_name: Annotated[str, Field(max_length=80)] | None = None
    speed_pct: Annotated[int, Field(ge=0, le=100)] | None = None
    stop_ms: Annotated[int, Field(ge=0)] | None = None
    trouble: Annotated[str, Field(max_length=300)] | None = None


class ActionSample(Message):
    """What a car's wheels were told ``age_ms`` before its report; positive steering turns left."""

    age_ms: Annotated[int, Field(ge=0, le=5_000)]
    steering_frac: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    throttle_frac: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class CarTelemetry(Message):
    """``POST /api/v1/cars/{car_id}/telemetry``, once a second: how the car is doing.

    ``is_warm``: the model that is loaded was tried, and the car has heard an order. ``has_guard``:
    a process of its own owns the wheels and ends every command in time. ``lease_left_ms`` is how
    long the car may still drive without another word, None without a lease; ``lost_lease_id`` the
    lease that ran out while contact was lost, or began before the car did, which lets it drive no
    more; ``not_driving`` why it stands, in English; ``troubles`` what a person must mend;
    ``stops`` the emergency stops that it heeds. ``clock_bound_ns`` is how well its clock is related
    to the race clock, None where it isn't. ``console`` is there for a car without the agent alone.
    ``run`` is how the car's run goes, or its last one went. ``actions`` are some of those since the
    report before, the oldest first.
    """

    is_driving: bool
    model_sha256: Sha256 | None
    frame_rate_hz: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
    frames: Annotated[int, Field(ge=0)]
    dropped_frames: Annotated[int, Field(ge=0)]
    stale_commands: Annotated[int, Field(ge=0)]
    frame_age_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    inference_p50_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    inference_p95_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    steering_frac: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    throttle_frac: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    speed_mps: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    battery_frac: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    is_warm: bool = False
    has_guard: bool = False
    lease_left_ms: Annotated[int, Field(ge=0, le=120_000)] | None = None
    lost_lease_id: Token | None = None
    not_driving: Annotated[str, Field(max_length=300)] | None = None
    stops: Annotated[tuple[HeededStop, ...], Field(max_length=16)] = ()
    clock_bound_ns: BoundNs | None = None
    troubles: Annotated[tuple[CarTrouble, ...], Field(max_length=8)] = ()
    console: ConsoleReport | None = None
    run: RunFigures | None = None
    actions: Annotated[tuple[ActionSample, ...], Field(max_length=32)] = ()


class CarPosition(Message):
    """Where a car is on the track map; metres, heading in radians counter-clockwise from +x."""

    car_id: Slug
    x_m: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]
    y_m: Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]
    heading_rad: Annotated[float, Field(ge=-7, le=7, allow_inf_nan=False)]
    speed_mps: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    is_off_track: bool


class PositionReport(Message):
    """``POST /api/v1/venue/positions``, about ten times a second while a car is on the track."""

    mono_ns: MonoNs
    cars: Annotated[tuple[CarPosition, ...], Field(max_length=16)]


class TrackMap(Message):
    """``PUT /api/v1/venue/track``: what the board draws. Closed lines of [x_m, y_m] points."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    length_m: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
    width_m: Annotated[float, Field(gt=0, le=20, allow_inf_nan=False)]
    inner: Annotated[tuple[tuple[float, float], ...], Field(min_length=3, max_length=2000)]
    outer: Annotated[tuple[tuple[float, float], ...], Field(min_length=3, max_length=2000)]
    finish: tuple[tuple[float, float], tuple[float, float]]
    #: The lines at which sectors end, but for the last, which ends at the finish.
    sectors: Annotated[
        tuple[tuple[tuple[float, float], tuple[float, float]], ...], Field(max_length=8)
    ] = ()


class VenueTally(Message):
    """What the virtual venue itself counted: the truth that the stored passes are held against.

    A crossing is a break of a beam whose gate saw no edge in the 500 ms before it. ``crossings``
    are those that a connected timing node sensed, ``unsensed`` those that happened while none
    was there to sense them.
    """

    crossings: Annotated[int, Field(ge=0)]
    off_tracks: Annotated[int, Field(ge=0)]
    resets: Annotated[int, Field(ge=0)]
    unsensed: Annotated[int, Field(ge=0)] = 0
