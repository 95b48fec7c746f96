"""The reward lab: a ghost car, and what a reward function makes of it, all over a track."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from timing_server.contract.base import Message
from timing_server.contract.rewards import Source

MAX_FAULTS_SHOWN = 5
MAX_OBJECTS = 6

FaultKind = Literal[
    "exception", "nan", "infinite", "huge", "no_number", "hang", "ended", "unreadable", "memory"
]
Matter = Literal["offset", "along", "heading", "speed", "steering", "progress", "steps"]
Habit = Literal["always_same", "remembers", "pays_off_track"]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Metres = Annotated[float, Field(ge=-1000, le=1000, allow_inf_nan=False)]


class RewardSource(Message):
    """A driver's reward function; ``name`` is what sentences call it."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "reward.py"
    source: Source


class GhostDrive(Message):
    """What a ghost car does: the command, how far its episode came, in its how manieth step.

    ``steering_deg`` is positive to the left.
    """

    speed_mps: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)] = 1.0
    steering_deg: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] = 0.0
    progress_percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 10.0
    steps: Annotated[int, Field(ge=1, le=1_000_000)] = 30


class GhostPose(GhostDrive):
    """A ghost by what a reward function is told: a point ahead of the axle, and the heading."""

    x_m: Metres
    y_m: Metres
    heading_deg: Degrees


class LabRequest(Message):
    """What every question has: a track, how many boxes stand on its road, a reward function."""

    track: Annotated[str, Field(min_length=1, max_length=1024)]
    objects: Annotated[int, Field(ge=0, le=MAX_OBJECTS)] = 0
    reward: RewardSource


class AtRequest(LabRequest):
    """``POST /lab/at``: the parameters and the reward of one pose."""

    pose: GhostPose


class MapRequest(LabRequest):
    """``POST /lab/map``: the reward everywhere, for ghosts that all drive alike.

    ``turn_deg`` is their heading relative to the road's, positive to the left.
    """

    drive: GhostDrive = GhostDrive()
    turn_deg: Degrees = 0.0


class FuzzRequest(LabRequest):
    """``POST /lab/fuzz``: what goes wrong in many cases; the same seed tries the same ones."""

    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class CompareRequest(MapRequest):
    """``POST /lab/compare``: two reward functions on the same ghosts."""

    other: RewardSource


class RewardFault(Message):
    """What a function did instead of giving a reward, at a pose.

    ``sentence`` is whole, with file, line and parameters; ``words`` are it without them.
    """

    kind: FaultKind
    sentence: str
    words: str
    line: int | None
    pose: GhostPose


class AtAnswer(Message):
    """What is told of a pose and what is paid for it: a reward, or a fault.

    ``parameters`` are DeepRacer's by name, but for the waypoints, of which there are
    ``waypoints_n``; ``waypoint_behind`` and ``waypoint_ahead`` are the closest two, metres.
    """

    reward: float | None
    fault: RewardFault | None
    parameters: dict[str, JsonValue]
    waypoints_n: int
    waypoint_behind: tuple[float, float]
    waypoint_ahead: tuple[float, float]


class MapGrid(Message):
    """Square cells from a corner, row by row upwards; ``cells`` are those near the road."""

    left_m: float
    bottom_m: float
    cell_m: float
    columns: int
    rows: int
    cells: tuple[int, ...]


class RewardMap(Message):
    """Rewards of the grid's ``cells``, null where there was a fault, and what they are on the road.

    ``lowest``, ``mean`` and ``highest`` are null where every place of the road was a fault.
    """

    rewards: tuple[float | None, ...]
    lowest: float | None
    mean: float | None
    highest: float | None
    faults_n: int
    faults: Annotated[tuple[RewardFault, ...], Field(max_length=MAX_FAULTS_SHOWN)]


class MapAnswer(Message):
    """A heat map."""

    grid: MapGrid
    map: RewardMap


class FuzzFinding(Message):
    """A fault in the simplest pose that shows it; how many cases ran into it.

    ``needs`` are the things without whose unusual value it isn't there: empty where it is there
    always, null where that wasn't tried.
    """

    fault: RewardFault
    needs: tuple[Matter, ...] | None
    count: int


class PaidPose(Message):
    """A pose and its reward."""

    reward: float
    pose: GhostPose


class FuzzAnswer(Message):
    """What trying found in ``cases`` of ``wanted`` cases: time may be up before.

    ``habits`` are no faults, and seldom meant. ``matters`` are what changes the reward where it
    alone is changed.
    """

    cases: int
    wanted: int
    findings: tuple[FuzzFinding, ...]
    habits: tuple[Habit, ...]
    matters: tuple[Matter, ...]
    lowest: PaidPose | None
    highest: PaidPose | None


class PlaceOfDifference(Message):
    """A pose, what each function pays there, and which share of its own range that is (0 to 1)."""

    pose: GhostPose
    rewards: tuple[float, float]
    shares: tuple[float, float]


class CompareAnswer(Message):
    """Two heat maps of one grid, and how they are alike.

    ``correlation`` is Pearson's, ``rank_correlation`` Spearman's, over all cells; null where one is
    the same everywhere. ``differences`` are per cell the first one's share of its range less the
    second's, −1 to 1.
    """

    grid: MapGrid
    maps: tuple[RewardMap, RewardMap]
    correlation: float | None
    rank_correlation: float | None
    differences: tuple[float | None, ...]
    most: tuple[PlaceOfDifference, ...]


class LabRefusal(Message):
    """Why there is no answer: ``reward``, the function can't be used; ``track``; ``sandbox``, this
    machine can't confine it; ``request``, it isn't understood.
    """

    about: Literal["reward", "track", "sandbox", "request"]
    sentence: str
    line: int | None = None


class BenchAnswer(Message):
    """A line of ``paddock reward bench``: an answer, or why there is none."""

    answer: JsonValue = None
    refused: LabRefusal | None = None


class LabDesk(Message):
    """``GET /lab/desk``: whether rewards are tried out here now.

    ``code`` and ``reason`` say why not; a heat on track has its number.
    """

    is_open: bool
    code: str | None = None
    reason: str | None = None
    heat_number: int | None = None
