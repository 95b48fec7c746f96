"""What organisers and marshals send, and what they hear: requests, outcomes, problems."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from timing_server.contract.base import Colour, Message, Sha256, Slug, Us
from timing_server.contract.machines.devices import HeatPhase
from timing_server.contract.names import Name

DEFAULT_COLOUR = "#64748b"


def _known_time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name != "UTC" else name
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not an IANA time zone such as Europe/Madrid") from error


TimeZone = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_time_zone)
]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class Problem(Message):
    """Every refusal and failure (RFC 9457): ``code`` is stable, ``params`` fill its wording."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    params: dict[str, str | int]


# --- the registry --------------------------------------------------------------------------------


class CarRequest(Message):
    """``POST /cars``: sign a car up; ``car_id`` None makes one up, ``colour`` None finds one."""

    car_id: Slug | None = None
    name: Name
    colour: Colour | None = None


class NameChange(Message):
    """``PATCH`` of a car; what is missing stays."""

    name: Name | None = None
    colour: Colour | None = None


# --- the plan ------------------------------------------------------------------------------------


class EventRequest(Message):
    """``POST /events``: begin an event. A demo's results never count for real.

    ``like`` names an earlier event: its stages with all options, how entries go on, its gates and
    its roster are planned anew; its time zone is taken where none is sent.
    """

    name: Name
    time_zone: TimeZone = "UTC"
    is_demo: bool = False
    like: Slug | None = None


class EventSummary(Message):
    """An event in the list; the active one is what ``/`` shows."""

    event_id: str
    name: str
    is_demo: bool
    is_open: bool
    is_active: bool
    created_utc: str


class EquipRequest(Message):
    """``POST …/heats/{heat_id}/equip``: this car and model drive the run from now on."""

    entry_id: Slug
    car_id: Slug
    model_sha256: Sha256 | None = None


class HeatRow(Message):
    """A heat in the order of planning; ``idle`` is still to come. Car and model are the newest."""

    heat_id: str
    number: int
    stage_id: str
    phase: HeatPhase
    entry_ids: tuple[str, ...]
    car_id: str | None
    model_sha256: str | None
    started_us: Us | None
    ended_us: Us | None
    end_reason: str | None


# --- outcomes ------------------------------------------------------------------------------------


class CommandOutcome(Message):
    """What a command did: the facts that it made, and the seq of the last of them."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    facts: tuple[str, ...]


class EventOutcome(CommandOutcome):
    """The event that was made, opened or closed."""

    event_id: str


class HeatOutcome(CommandOutcome):
    """The heat that was planned, equipped, called, started or stopped."""

    heat_id: str


# --- results -------------------------------------------------------------------------------------


class ResultRow(Message):
    """Who ran: ``laps`` are the counted ones in order; car and model are the best lap's.

    ``value_us`` is what the stage's format ranks (a best lap, a mean, a total), after
    ``value_laps`` where it counts laps; ``decided_by`` names the tie-break (see ``GET /formats``).
    ``laps`` and ``best_lap_us`` are as driven, while the value holds ``penalty_us`` of penalties.
    ``is_close``, ``status`` and ``is_ranked`` are as in ``StandingView``. Where a team stands,
    ``driver`` names all of its members.
    """

    rank: int
    driver: str
    car: str | None
    model_sha256: str | None
    value_us: Us | None
    value_laps: int | None
    decided_by: str | None
    best_lap_us: Us | None
    laps: tuple[Us, ...]
    value_points: int | None = None
    penalty_us: Us = 0
    is_close: bool = False
    status: Literal["dnf", "dns", "dsq"] | None = None
    is_ranked: bool = True


class Results(Message):
    """``GET /events/{event_id}/standings``: a stage's results, best first."""

    standings: tuple[ResultRow, ...]


class PassRow(Message):
    """A pass of the event's stream; ``crossed_us`` None where its node's clock isn't related."""

    pass_ref: str
    heat_id: str | None
    node_id: str | None
    gate: str | None
    crossed_us: Us | None
    bound_us: Us | None
    verdict: str
    source: str


class LogLine(Message):
    """A fact as it is stored; ``hash`` is the SHA-256 of its bytes, which the next line names."""

    hash: str
    fact: dict[str, Any]


class LogPage(Message):
    """A part of a stream; ``next_after`` None where nothing follows yet."""

    stream: str
    facts: tuple[LogLine, ...]
    next_after: int | None


class LogSummary(Message):
    """How much the log holds, straight from the database."""

    facts: int
    passes: int
    streams: int
