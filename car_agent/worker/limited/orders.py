"""What the limited process is asked to drive, and what it says of it, line by line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from timing_server.contract.base import Message, Sha256
from timing_server.contract.machines.workers import (
    DrivenRun,
    Place,
    RunRules,
    SimNs,
    SimulatorVersions,
)
from timing_server.contract.server.tracks import TrackDocument

NS_PER_S = 1_000_000_000
#: Before an order: its length.
LENGTH_BYTES = 8
#: So many pictures of a run are kept in its trace, 17 minutes; a record of them has some 7 MB.
STEPS_MAX = 16_000
_MAX_TRACE_CHARS = 1_200_000
#: A picture of 640 × 480 in three planes, in base64.
_MAX_PIXELS_CHARS = 1_300_000


class RunOrder(Message):
    """A run; the model's bytes follow it. ``design`` names the track where there is no document.

    ``memory_bytes`` and ``cpu_s`` limit the process; beyond ``grace_s`` of processor time
    a model may take no more than the time that it drives. ``is_traced``: what the car did is told.
    ``model_bytes``: the run is played. So long is the model, and behind it the go is told, as eight
    bytes: the instant of this machine's monotonic clock, in nanoseconds, at which the run begins.
    """

    model_sha256: Sha256
    track_sha256: Sha256
    design: str
    document: TrackDocument | None = None
    seed: int
    rules: RunRules
    memory_bytes: int
    cpu_s: int
    grace_s: float = 10.0
    is_traced: bool = False
    model_bytes: Annotated[int, Field(ge=1)] | None = None

    @staticmethod
    def cpu_limit_s(rules: RunRules) -> int:
        """Return how much processor time a run may take: a car that thinks longer can't drive."""
        return 60 + rules.laps * rules.lap_limit_ns // NS_PER_S


class LapTried(Message):
    """So many laps are tried."""

    kind: Literal["lap"] = "lap"
    tried: int


class Placed(Message):
    """Where a car is at an instant of the run: its middle, in metres and radians.

    ``grid_place`` says which one it is where two race each other.
    """

    grid_place: Place = 1
    sim_ns: SimNs
    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    is_off: bool


class Ready(Message):
    """All is loaded, and the cars stand on the grid: the run can begin, which waits for its go.

    Of a race of two that is driven anew, it is told again.
    """

    kind: Literal["ready"] = "ready"
    places: Annotated[tuple[Placed, ...], Field(max_length=2)]


class Seen(Message):
    """What a car did from one picture to the next, at the instant of the next.

    ``pixels`` are what its camera saw before: base64 of ``height`` × ``width`` × ``planes`` bytes,
    "" where that isn't told. ``inference_us`` is how long the model took.
    """

    kind: Literal["seen"] = "seen"
    place: Placed
    steering_frac: Annotated[float, Field(ge=-1, le=1)]
    throttle_frac: Annotated[float, Field(ge=-1, le=1)]
    inference_us: Annotated[int, Field(ge=0)]
    pictures: Annotated[int, Field(ge=0)]
    height: Annotated[int, Field(ge=1, le=1080)] = 1
    width: Annotated[int, Field(ge=1, le=1920)] = 1
    planes: Literal[1, 3] = 1
    pixels: Annotated[str, Field(max_length=_MAX_PIXELS_CHARS)] = ""


class SoFar(Message):
    """What happened in a run by now, from its beginning."""

    kind: Literal["so_far"] = "so_far"
    run: DrivenRun


class TraceTold(Message):
    """What the car did, picture by picture, as ``trace.py`` packs it, in base64.

    ``lost_steps``: so many at the end weren't kept, since the run was too long.
    """

    steps: Annotated[str, Field(max_length=_MAX_TRACE_CHARS)]
    lost_steps: Annotated[int, Field(ge=0, lt=2**50)] = 0


class Ended(Message):
    """The run is over; what happened in it, what it was computed with, and its trace if wanted."""

    kind: Literal["run"] = "run"
    run: DrivenRun
    simulator: SimulatorVersions
    trace: TraceTold | None = None


class DuelSideTold(Message):
    """What one side of a race of two did; see ``DuelSidePosted``."""

    place: Place
    run: DrivenRun | None = None
    out: Literal["resets", "time_up"] | None = None
    sentence: str | None = None
    trace: TraceTold | None = None


class DuelSoFar(Message):
    """What happened in a race of two by now; ``anew_ns`` as in ``DuelPosted``."""

    kind: Literal["duel_so_far"] = "duel_so_far"
    sides: tuple[DuelSideTold, ...]
    anew_ns: SimNs = 0


class DuelEnded(Message):
    """A race of two is over; ``anew_ns`` as in ``DuelPosted``."""

    kind: Literal["duel"] = "duel"
    sides: tuple[DuelSideTold, ...]
    simulator: SimulatorVersions
    anew_ns: SimNs = 0


class Failed(Message):
    """No run comes of it. ``whose``: the model's fault, the stage's, or this worker's."""

    kind: Literal["failed"] = "failed"
    whose: Literal["model", "stage", "worker"]
    sentence: str


#: What is told on the way of a run that is played.
OnTheWay = Ready | Seen | SoFar | DuelSoFar
Line = LapTried | OnTheWay | Ended | DuelEnded | Failed
LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])
