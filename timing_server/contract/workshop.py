"""Training in the browser: whether there is room for it, what is ordered, how it goes."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from timing_server.contract.base import Message, Sha256, Slug
from timing_server.contract.names import Name
from timing_server.contract.rewards import Source

MAX_MINUTES = 240
MAX_ACTIONS = 30
#: How many cars practise at once, each in its own light; more of them ask more of the machine.
MAX_CARS, USUAL_CARS = 8, 4
#: As far as a car's wheels turn, and as fast as a model car goes.
MAX_STEERING_DEG, MAX_SPEED_MPS = 30.0, 4.0
LEAST_SPEED_MPS = 0.1

Occupation = Literal["heat_called", "heat_armed", "heat_running", "heat_paused"]
#: What keeps a training from running: a heat, or moments only a test of a model.
Hold = Literal[Occupation, "model_test"]
Lacking = Literal["train", "sandbox"]
Network = Literal["small", "classic"]
Algorithm = Literal["ppo", "sac"]
TrainingState = Literal["waiting", "running", "done", "stopped", "failed"]
#: How a training ended: ``laps`` it laps reliably, ``time`` is over, somebody ``stopped`` it; or
#: a ``fault`` of the reward, ``refused`` by the command, its process ``crashed`` again and again.
Ending = Literal["laps", "steps", "time", "stopped", "fault", "refused", "crashed"]

SteeringDeg = Annotated[
    float, Field(ge=-MAX_STEERING_DEG, le=MAX_STEERING_DEG, allow_inf_nan=False)
]
SpeedMps = Annotated[float, Field(ge=LEAST_SPEED_MPS, le=MAX_SPEED_MPS, allow_inf_nan=False)]


class RoomState(Message):
    """``GET /workshop/room``: whether a model may be trained on the server's machine now.

    ``reason`` is null where it is free, else what the heat ``heat_number`` of the open event is
    doing: a training slows down the machine that times it. ``is_wanted`` says that somebody has
    ordered a training in the browser which isn't over.
    """

    is_free: bool
    reason: Occupation | None = None
    heat_number: int | None = None
    is_wanted: bool = False


class WorkshopDesk(Message):
    """``GET /workshop/desk``: what this server lacks to train models; nothing where it can.

    ``has_cluster``: cars drive on a cluster, or here while that can't be used.
    """

    lacks: tuple[Lacking, ...] = ()
    has_cluster: bool = False
    max_minutes: int = MAX_MINUTES


class TrainedAction(Message):
    """What a car may do: degrees, positive to the left, and m/s."""

    steering_deg: SteeringDeg
    speed_mps: SpeedMps


class ActionList(Message):
    """An action space of some actions, of which the network chooses one each time."""

    kind: Literal["list"] = "list"
    actions: Annotated[tuple[TrainedAction, ...], Field(min_length=2, max_length=MAX_ACTIONS)]


class ActionRanges(Message):
    """An action space of two ranges, from which the network takes any angle and any speed."""

    kind: Literal["ranges"] = "ranges"
    steering_low_deg: SteeringDeg
    steering_high_deg: SteeringDeg
    speed_low_mps: SpeedMps
    speed_high_mps: SpeedMps


ActionSpace = Annotated[ActionList | ActionRanges, Field(discriminator="kind")]


class TrainingOrder(Message):
    """``POST /workshop/trainings``: train a model by a reward function on a track.

    ``action_space`` null is the usual one: nine angles at 1.0 and 1.6 m/s. ``parent_sha256`` is the
    model whose reward this one changes; only its place in the library follows from that, unless
    ``is_from_parent``: then it begins with the parent's weights, by the parent's own actions; the
    network and the algorithm must be the parent's.
    ``as_measured`` is a car that was measured here: practice is seen and steered as by it.
    """

    name: Name
    reward_name: Name = "reward"
    source: Source
    track: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")] = "demo"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    max_minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = 10
    network: Network = "small"
    algorithm: Algorithm = "ppo"
    cars: Annotated[int, Field(ge=1, le=MAX_CARS)] = USUAL_CARS
    action_space: ActionSpace | None = None
    as_measured: Slug | None = None
    parent_sha256: Sha256 | None = None
    is_from_parent: bool = False


class MoreMinutes(Message):
    """``POST …/go-on``: let a training that is over practise for so many minutes more."""

    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = 5


class TrainingView(Message):
    """A training as people see it. Times in seconds, of a process that wasn't stopped.

    ``holds`` is what keeps it from running although nobody paused it: a heat, of that number, or a
    test of a model.
    Laps are those of the latest exam, of the model's own where the training is over; ``lap_us`` is
    their mean time, then the best one. ``place`` 1 is the next to begin, ``ahead_s`` how long that
    takes at the most. ``sentence`` and ``line`` tell of a failure. ``model_sha256`` is the model in
    its owner's library, and ``model_problem`` why there is none although one was made.
    Its cars drive on ``cluster_processors`` of the server's cluster, null on the server itself;
    ``is_cluster_away`` where that was set and can't be used, ``cluster_problem`` tells organisers
    why.
    """

    training_id: str
    driver_id: str | None
    driver_name: str | None
    name: str
    reward_name: str
    track: str
    seed: int
    max_minutes: int
    network: Network
    algorithm: Algorithm
    cars: int
    parent_sha256: str | None
    is_from_parent: bool = False
    made_utc: str
    as_measured: str | None = None
    state: TrainingState
    is_paused: bool = False
    holds: Hold | None = None
    heat_number: int | None = None
    place: int | None = None
    ahead_s: int | None = None
    spent_s: float = 0.0
    steps: int = 0
    clean_laps: int | None = None
    laps: int | None = None
    lap_us: int | None = None
    ending: Ending | None = None
    sentence: str | None = None
    line: int | None = None
    model_sha256: str | None = None
    model_problem: str | None = None
    cluster_processors: int | None = None
    is_cluster_away: bool = False
    cluster_problem: str | None = None


class _TrainingLine(Message):
    """A line of ``paddock train --json``; what a later release adds to it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SaidLine(_TrainingLine):
    """What a training says for people, in English; ``code`` is the server's own to be worded."""

    kind: Literal["said"] = "said"
    words: str
    code: Literal["killed", "goes_on"] | None = None


class PlaceLine(_TrainingLine):
    """Where cars drive: on so many of a cluster's processors, or, with a ``problem``, here."""

    kind: Literal["place"] = "place"
    processors: Annotated[int | None, Field(ge=1)] = None
    problem: str | None = None


class RoundLine(_TrainingLine):
    """How far a training is after a round; the first one, of the warm start, has no reward.

    ``progress`` in percent, ``entropy`` in nats; what isn't known is null. Laps are those of the
    exam.
    """

    kind: Literal["round"] = "round"
    steps: int
    reward_per_step: float | None
    progress: float | None
    entropy: float | None
    clean_laps: int
    laps: int
    mean_lap_us: int | None
    spent_s: float


ProgressLine = Annotated[SaidLine | RoundLine, Field(discriminator="kind")]


class OutcomeLine(_TrainingLine):
    """How a training ended: the exam of the model that was kept."""

    kind: Literal["outcome"] = "outcome"
    reason: Literal["laps", "steps", "time", "stopped"]
    steps: int
    clean_laps: int
    laps: int
    best_us: int | None
    spent_s: float


class FaultLine(_TrainingLine):
    """What is wrong with the reward function, and in which of its lines."""

    kind: Literal["fault"] = "fault"
    sentence: str
    line: int | None = None


class TrainingDetail(TrainingView):
    """``GET /workshop/trainings/{training_id}``: with what it is made of and how it went.

    ``progress`` are the lines from number ``since`` on, ``next_since`` the number of the next one.
    ``view_n`` changes with each new picture of what a practising car sees; null where there is
    none.
    """

    source: str
    action_space: ActionSpace | None
    progress: tuple[ProgressLine, ...]
    next_since: int
    view_n: int | None


class TrainingStarted(Message):
    """The training that was ordered."""

    training_id: str
