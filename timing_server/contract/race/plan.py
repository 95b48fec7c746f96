"""What organisers send to plan an event, and the plan as everybody may read it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from timing_server.contract.base import Message, Slug
from timing_server.contract.machines.devices import HeatPhase
from timing_server.contract.machines.driving import ContactLost
from timing_server.contract.names import Name, Reason
from timing_server.contract.race.events import CommandOutcome, Seconds

TrackId = Annotated[str, Field(min_length=1, max_length=64)]
StageKind = Literal["practice", "qualifying", "knockout", "final"]
Order = Literal["number", "seed", "standings", "reverse", "balanced"]

# --- stages ------------------------------------------------------------------------------------


class StageOptions(Message):
    """What a stage's heats and its ranking heed; a format ignores what isn't about it.

    ``laps_n`` is how many laps the format is about. A run's window opens with its first crossing
    under ``first_crossing``, at the go under ``hand`` and ``lights``. 0 is no limit for
    ``max_laps``, ``runs_max``, ``lap_min_s``, ``lap_max_s`` and ``protest_limit_s``, null for
    ``incidents_max``. A lap outside ``lap_min_s`` and ``lap_max_s`` is flagged, never dropped.
    ``contact_limit_s`` is how long a car may drive without contact, ``contact_lost`` what it does
    then; under ``needs_agent`` no heat arms with a car that can't say what it has loaded, unless a
    marshal confirms its run. ``points`` says what each place is worth, first place first; empty is
    the format's own table.
    """

    window_s: Seconds = 180
    grace_s: Seconds = 60
    idle_limit_s: Seconds = 120
    dead_time_s: Seconds = 2
    resolution_ms: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1
    laps_n: Annotated[int, Field(ge=1, le=100)] = 3
    start_mode: Literal["first_crossing", "hand", "lights"] = "first_crossing"
    warmup_laps: Annotated[int, Field(ge=0, le=100)] = 0
    max_laps: Annotated[int, Field(ge=0, le=1000)] = 0
    timeouts_max: Annotated[int, Field(ge=0, le=10)] = 0
    timeout_s: Seconds = 60
    cars_max: Annotated[int, Field(ge=1, le=16)] = 1
    contact_limit_s: Annotated[float, Field(ge=1, le=60, allow_inf_nan=False)] = 5
    contact_lost: ContactLost = "stop"
    needs_agent: bool = False
    runs_max: Annotated[int, Field(ge=0, le=100)] = 0
    runs_counted: Literal["best", "first", "last"] = "best"
    lap_min_s: Seconds = 0
    lap_max_s: Seconds = 0
    off_track_penalty_s: Seconds = 0
    reset_penalty_s: Seconds = 0
    incidents_max: Annotated[int, Field(ge=0, le=1000)] | None = None
    protest_limit_s: Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)] = 600
    points: Annotated[
        tuple[Annotated[int, Field(ge=0, le=10_000)], ...], Field(max_length=100)
    ] = ()
    match_format: Slug = "time_trial"
    has_bronze_final: bool = True


class StageRequest(StageOptions):
    """``POST /events/{event_id}/stages``: add a stage under a format (see ``GET /formats``).

    ``preset`` (see ``GET /presets``) gives the format and every option that isn't sent along.
    Without a format it is practice's own for practice, a time trial else. To an open stage drivers
    come by themselves: they join its queue. ``track_id`` as ``GET /tracks`` lists it is the track
    of its real cars.
    """

    title: Name
    kind: StageKind = "qualifying"
    is_open: bool = False
    preset: Slug | None = None
    format_name: Slug | None = None
    track_id: TrackId | None = None


class StageChange(StageOptions):
    """``PATCH …/stages/{stage_id}``: what is missing stays as it is.

    With a ``preset`` its format and options take the place of what isn't sent along. A stage that
    changes from or to practice has the format of that kind unless told otherwise.
    """

    title: Name | None = None
    kind: StageKind | None = None
    is_open: bool | None = None
    preset: Slug | None = None
    format_name: Slug | None = None


class TrackRequest(Message):
    """``PUT …/stages/{stage_id}/track``: what a stage's real cars race on.

    ``track_id`` as ``GET /tracks`` lists it, null: nobody can say. It is that track as it is now.
    ``reason`` is needed where another one was told and the stage has begun.
    """

    track_id: TrackId | None
    reason: Reason = ""


class StageRow(StageOptions):
    """A planned stage with all of its options.

    ``has_run`` once a heat of it has begun: then its title alone can change. ``starts_utc`` and
    ``slot_s`` make the start list's times; ``field`` is who was drawn for the stage, best seed
    first, null while everybody may race it. ``is_virtual``: it is raced on a virtual track.
    ``track`` with its hash is what it is raced on: null where nobody told the track of real cars,
    and while that of a virtual stage is sealed.
    """

    stage_id: str
    title: str
    kind: StageKind
    is_open: bool
    format_name: str
    starts_utc: str | None
    slot_s: float
    field: tuple[str, ...] | None
    has_run: bool = False
    is_virtual: bool = False
    track: str | None = None
    track_sha256: str | None = None


class ScheduleRequest(Message):
    """``POST …/stages/{stage_id}/schedule``: the first heat's time, each next one a slot later."""

    starts_utc: AwareDatetime
    slot_s: Seconds


class StartRow(Message):
    """A heat on the start list; ``planned_utc`` null where the stage has no times.

    ``expected_utc`` is when a heat that waits will begin as the event runs now, never earlier than
    planned; null where nothing is planned, or the heat has begun, or nobody will come to it.
    ``names`` go with ``entry_ids``; ``timed_only_ids`` are those whose car is timed and no more.
    """

    heat_id: str
    number: int
    round_number: int
    match_name: str
    phase: HeatPhase
    planned_utc: str | None
    expected_utc: str | None = None
    entry_ids: tuple[str, ...]
    lanes: tuple[int | None, ...]
    names: tuple[str, ...]
    timed_only_ids: tuple[str, ...] = ()


class StartList(Message):
    """``GET …/stages/{stage_id}/start-list``: who drives when, in the order of calling."""

    stage_id: str
    title: str
    time_zone: str
    heats: tuple[StartRow, ...]


# --- entries -----------------------------------------------------------------------------------

DriverIds = Annotated[tuple[Slug, ...], Field(min_length=1, max_length=8)]


class EntryRequest(Message):
    """``POST /events/{event_id}/entries``: a driver, or a team; ``number`` None takes the next."""

    driver_ids: DriverIds
    number: int | None = None
    region: Name | None = None
    class_name: Name | None = None
    team_id: Slug | None = None


class EntryChange(Message):
    """``PATCH …/entries/{entry_id}``: other groups; what is missing stays, null is none."""

    region: Name | None = None
    class_name: Name | None = None
    team_id: Slug | None = None


class SubstituteRequest(Message):
    """``POST …/entries/{entry_id}/substitute``: these drivers race for the entry from now on."""

    driver_ids: DriverIds
    reason: Reason = ""


class CarDeclaration(Message):
    """``POST …/entries/{entry_id}/timed-only``: a guest's car, timed and nothing else, or not."""

    is_timed_only: bool


class NoShowRequest(Message):
    """``POST …/entries/{entry_id}/no-show``: by default for the next heat that waits for it."""

    heat_id: Slug | None = None
    reason: Reason = ""


class EntryRow(Message):
    """An entry of the event. ``name`` is text from people: render as text, never as HTML."""

    entry_id: str
    number: int
    name: str
    driver_ids: tuple[str, ...]
    is_withdrawn: bool
    is_checked_in: bool = False
    is_disqualified: bool = False
    region: str | None = None
    class_name: str | None = None
    team_id: str | None = None
    team: str | None = None
    model_sha256: str | None = None
    is_timed_only: bool = False


# --- the running order ---------------------------------------------------------------------------


class HeatRequest(Message):
    """``POST /events/{event_id}/heats``: plan a heat at the end of the queue.

    ``lanes`` goes with ``entry_ids``; ``round_number`` None is the round after their last.
    """

    stage_id: Slug
    entry_ids: Annotated[tuple[Slug, ...], Field(max_length=16)] = ()
    lanes: Annotated[tuple[int, ...], Field(max_length=16)] = ()
    round_number: Annotated[int, Field(ge=1, le=1000)] | None = None
    match_name: Annotated[str, Field(max_length=40)] = ""


class RoundsRequest(Message):
    """``POST …/stages/{stage_id}/rounds``: plan rounds at the end of the queue.

    ``order``: by ``number``; by ``seed`` (the drawn field) or ``standings`` with the best last;
    the ``reverse`` of the round before; ``balanced``, so that all wait alike and nobody drives
    twice in a row. ``standings`` are those of ``from_stage_id``, by default the stage's own.
    ``entry_ids`` null takes everybody who may race the stage.
    """

    order: Order = "number"
    rounds_n: Annotated[int, Field(ge=1, le=20)] = 1
    entry_ids: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=500)] | None = None
    is_checked_in_only: bool = False
    from_stage_id: Slug | None = None
    has_lanes: bool = False


class QueueOrder(Message):
    """``POST /events/{event_id}/heats/order``: call these first, in this order."""

    heat_ids: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=1000)]


class QueuePlace(Message):
    """``POST …/stages/{stage_id}/join`` and ``…/leave``: a driver's own entry, or anybody's."""

    entry_id: Slug


class GateRequest(Message):
    """``POST /gates``: give a gate its job, in one event or (``event`` None) at the venue.

    ``lane`` where only the cars of one lane can pass it; ``priority`` above 0 for a backup, whose
    passes count where the gates of the same job with a lower priority missed one.
    """

    event: Slug | None = None
    node_id: Slug
    gate: Slug
    role: Slug
    lane: Annotated[int, Field(ge=1, le=16)] | None = None
    priority: Annotated[int, Field(ge=0, le=3)] = 0


# --- outcomes ----------------------------------------------------------------------------------


class StageOutcome(CommandOutcome):
    """The stage that was planned, changed, scheduled or removed."""

    stage_id: str


class EntryOutcome(CommandOutcome):
    """The entry that was added or changed."""

    entry_id: str
    number: int | None = None


class NoShowOutcome(EntryOutcome):
    """The ruling that says so, by whose id it can be reversed, and the heat that it is about."""

    ruling_id: str
    heat_id: str


class RoundsOutcome(CommandOutcome):
    """The heats that were planned, in their running order."""

    stage_id: str
    heat_ids: tuple[str, ...]
