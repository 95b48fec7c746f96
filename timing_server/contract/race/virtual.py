"""Virtual races: a stage on a virtual track, what drivers submit to it, and the queue."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from timing_server.contract.base import Message, Sha256, Slug, Us
from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.plan import TrackId

RaceKind = Literal["time_trial", "objects", "head_to_bot", "head_to_head"]
OnTheRoad = Annotated[int, Field(ge=0, le=12)]
SubmissionStatus = Literal["waiting", "running", "driven", "refused", "withdrawn"]
Prizes = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class VirtualStageRequest(Message):
    """``PUT …/stages/{stage_id}/virtual``: let a stage be raced on a virtual track.

    ``track_id`` as ``GET /tracks`` lists it, null: the one that it has; ``is_sealed``: nobody is
    told which it is before the stage opens. A lap with more than ``resets_max`` resets, or one that
    takes longer than ``lap_limit_s`` of simulated time, isn't completed. ``objects`` are boxes on
    the road in a race of that kind, ``bots`` slow cars in one against them; ``head_to_head`` has
    neither, but a rival. ``seed`` is every run's; null: each submission has its own. 0 is no limit
    for ``submissions_max``. ``is_played``: runs are driven only when race control plays them,
    before an audience.
    """

    track_id: TrackId | None = None
    is_sealed: bool = False
    race_kind: RaceKind = "time_trial"
    objects: OnTheRoad = 0
    bots: OnTheRoad = 0
    bots_change_lanes: bool = False
    laps: Annotated[int, Field(ge=1, le=100)] = 5
    reset_penalty_s: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 2
    collision_penalty_s: Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)] = 5
    resets_max: Annotated[int, Field(ge=0, le=100)] = 3
    lap_limit_s: Annotated[float, Field(ge=5, le=600, allow_inf_nan=False)] = 60
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    opens_utc: AwareDatetime
    closes_utc: AwareDatetime
    submissions_max: Annotated[int, Field(ge=0, le=1000)] = 0
    cool_down_s: Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)] = 0
    prizes: Prizes = ""
    is_played: bool = False


class VirtualStageView(Message):
    """A stage on a virtual track. ``track`` and its hash are null while it is sealed.

    ``track_seal`` is SHA-256 of a salt, a space and the track's hash, null where it was no secret.
    ``phase`` says whether submissions are taken now, by the server's calendar (``now_utc``).
    ``field_n`` is how many were drawn into its field, null before that.
    """

    stage_id: str
    title: str
    format_name: str
    field_n: int | None
    time_zone: str
    track: str | None
    track_sha256: str | None
    track_seal: str | None
    race_kind: RaceKind
    objects: int
    bots: int
    bots_change_lanes: bool
    laps: int
    reset_penalty_s: float
    collision_penalty_s: float
    resets_max: int
    lap_limit_s: float
    seed: int | None
    opens_utc: str
    closes_utc: str
    now_utc: str
    phase: Literal["before", "open", "closed"]
    submissions_max: int
    cool_down_s: float
    prizes: str
    is_played: bool


class SubmissionRequest(Message):
    """``POST …/stages/{stage_id}/submissions``: let a model be driven once for an entry."""

    entry_id: Slug
    model_sha256: Sha256


class SubmissionOutcome(CommandOutcome):
    """The submission that was made or changed."""

    submission_id: str


class DuelView(Message):
    """A race of two that a submission drove, and how it went for its entry.

    ``match_name`` as the bracket has it, null in an open challenge. ``rival`` is null where nobody
    came; one that has not driven broke off. ``void``: nobody has a result.
    """

    heat_id: str
    heat_number: int
    match_name: str | None
    rival_number: int | None
    rival: str | None
    has_rival_driven: bool
    outcome: Literal["won", "lost", "equal", "void"]


class SubmissionView(Message):
    """A submission and what became of it. ``name`` and ``model`` are text from people.

    ``place`` counts from 1 who is driven next, null where it doesn't wait; ``laps_done`` of
    ``laps`` while it runs. ``sentence`` says why no run came of it, to its drivers and to marshals.
    ``attempts`` is how often a worker began it. ``best_us`` and ``total_us`` have penalties.
    Where two race each other, ``waits_for`` says what it takes before it can be driven, and
    ``duels`` are those that were; what is above is the newest of them.
    ``is_shown``: it is played before an audience now, ``is_ready`` once its worker could begin.
    """

    submission_id: str
    stage_id: str
    entry_id: str
    number: int
    name: str
    model_sha256: str
    model: str | None
    made_utc: str
    status: SubmissionStatus
    place: int | None = None
    laps: int
    laps_done: int | None = None
    worker: str | None = None
    attempts: int = 0
    code: str | None = None
    sentence: str | None = None
    heat_id: str | None = None
    heat_number: int | None = None
    seed: int
    laps_completed: int | None = None
    laps_tried: int | None = None
    resets: int | None = None
    best_us: Us | None = None
    total_us: Us | None = None
    waits_for: Literal["rival", "match"] | None = None
    duels: tuple[DuelView, ...] = ()
    is_shown: bool = False
    is_ready: bool = False


class SubmissionsLeft(Message):
    """What an entry may still submit to a stage: ``left`` null is without limit.

    ``wait_s`` is how long its cool-down lasts.
    """

    stage_id: str
    entry_id: str
    left: int | None
    wait_s: float


class WorkerSeen(Message):
    """A worker that asked for work; ``heard_s`` ago. ``submission_id`` is what it drives now."""

    worker_id: str
    heard_s: float
    submission_id: str | None = None


class ModelGap(Message):
    """What a model's best laps on a track are, virtual and real: ``gap_us`` lies between.

    Null where it drove no real lap on that track. ``real_untold_us`` is its best real lap of those
    whose track nobody told, which is compared with nothing. Penalties are in virtual laps, not in
    real ones' clocks. ``track`` is empty while it is sealed.
    """

    entry_id: str
    name: str
    model_sha256: str
    model: str | None
    track: str
    track_sha256: str | None = None
    virtual_best_us: Us
    real_best_us: Us | None = None
    gap_us: Us | None = None
    real_untold_us: Us | None = None


Pause = Annotated[int, Field(ge=0, le=600)]


class AutoPlay(Message):
    """``PUT …/virtual/auto``: let a stage's queue play by itself, one after the other.

    A run starts ``start_after_s`` after its worker is ready, and ``next_after_s`` after its end the
    next is called. ``is_on`` false, or a restart of the server: an organiser plays each.
    """

    is_on: bool
    stage_id: Slug
    start_after_s: Pause = 5
    next_after_s: Pause = 15


class ReadyDuel(Message):
    """Two that can race each other now, by the order of the grid; one alone whose rival is out."""

    stage_id: str
    match_name: str | None
    numbers: tuple[int, ...]
    names: tuple[str, ...]


class VirtualDesk(Message):
    """``GET /events/{event_id}/virtual``: stages, submissions and the queue of an event.

    A driver gets own submissions and what waits before them; marshals get all. ``left`` is for the
    driver's own entries. ``gaps`` are ordered by how near real laps come to virtual ones. ``auto``
    where a queue plays by itself, ``duels`` the races of two that could be played next.
    """

    stages: tuple[VirtualStageView, ...]
    submissions: tuple[SubmissionView, ...]
    left: tuple[SubmissionsLeft, ...]
    gaps: tuple[ModelGap, ...]
    waiting: int
    running: int
    workers: tuple[WorkerSeen, ...]
    auto: AutoPlay | None = None
    duels: tuple[ReadyDuel, ...] = ()


class MyVirtualRace(Message):
    """``GET /me/virtual``: an event in which the driver may submit, or has submitted, models.

    ``entry_id`` is the driver's first entry that takes part, null without one.
    """

    event_id: str
    event_name: str
    entry_id: str | None
    desk: VirtualDesk
