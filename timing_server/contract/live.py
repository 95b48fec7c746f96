"""The live document of an event: what a board shows, and how it changes.

``GET /api/v1/events/{event_id}/live`` sends server-sent events:

- ``snapshot`` (id = log sequence of the event's stream): ``LiveSnapshot``, the whole document;
- ``patch`` (id likewise): ``LivePatch``, a JSON merge patch (RFC 7396) from the previous one;
- ``telemetry``, ``positions``, ``track`` (no id: they are not facts): ``CarReport``,
  ``PositionReport``, ``TrackMap``;
- ``timing`` (no id): ``TimingReport``, how exact each line measured itself to be;
- ``ping`` (no id) every 2 seconds: ``LivePing``;
- ``switched`` (no id): ``ActiveEvent``, another event owns the venue now.

A client that reconnects with ``Last-Event-ID`` gets exactly the patches it missed, or a snapshot
where they are no longer at hand. Everything that grows is a map by key, so that a lap costs the
same bytes at the end of a day as at its beginning. Durations and instants are integer
microseconds (JavaScript's integers are exact only to 2**53); instants are on the race clock, and
``now_us`` of each message tells what that clock read when it was sent.

A merge patch can't say null, it deletes the key: in the document **an absent key means None**, in
snapshots as after patches. Clients compare with ``== null`` or ``?? null``, never ``=== null``.
"""

from typing import Any, Literal

from pydantic import Field

from timing_server.contract.base import Colour, Message, Us
from timing_server.contract.machines.devices import CarTelemetry, HeatPhase
from timing_server.contract.machines.driving import HoldCause, StopSource
from timing_server.contract.race.measures import SectorView, SpeedView
from timing_server.contract.race.progression import CutView, MatchView

LapState = Literal["valid", "void"]
#: Why a lap doesn't count; codes of ``rules.scoring``, worded by the display.
LapFault = Literal["ruling", "incidents", "paused", "two_boots", "warmup", "disqualified"]
#: Why a pass counts or doesn't; codes of ``rules.scoring``, worded by the display.
PassVerdict = Literal[
    "counted",
    "inside_dead_time",
    "voided",
    "no_heat_running",
    "before_start",
    "false_start",
    "heat_paused",
    "before_restart",
    "sector",
    "other_gate",
    "other_lane",
    "backed_up",
    "unknown_entry",
    "double_identity",
]
Scene = Literal["idle", "called", "running", "result", "podium"]


class EntryView(Message):
    """An entry as people see it. ``name`` is text from people: render as text, never as HTML.

    ``picture`` is where the driver's picture is (below ``/api/v1``), where one drives alone and
    has one; it changes with the picture.
    """

    entry_id: str
    number: int
    name: str
    colour: Colour
    is_withdrawn: bool = False
    is_checked_in: bool = False
    region: str | None = None
    class_name: str | None = None
    picture: str | None = None


class CarView(Message):
    """A car as people see it."""

    car_id: str
    name: str
    colour: Colour


class StageView(Message):
    """The stage under way and the rule that ranks it."""

    stage_id: str
    title: str
    format_name: str
    window_us: Us
    heats_total: int
    heats_finished: int


class ControlView(Message):
    """What was done to a run's car from outside, at ``at_us``; ``speed_pct`` with ``speed``.

    ``stop``, ``off_track``, ``e_stop`` and ``contact_lost`` held it in neutral, ``go`` let it go.
    """

    kind: Literal["speed", "stop", "off_track", "e_stop", "contact_lost", "go"]
    at_us: Us
    speed_pct: int | None = None


class LapView(Message):
    """One lap. ``bound_us`` 0 means exact: both ends come from one node in one boot.

    ``is_provisional``: the heat still runs, so a ruling may be on its way. ``invalid`` says why a
    void lap doesn't count; ``is_suspect`` that it is shorter or longer than the stage expects, and
    counts all the same. ``duration_us`` is as driven: ``penalty_us`` comes on top of it.
    ``sectors`` are empty where no gate parts the lap, ``top_speed`` None where none was measured.
    """

    number: int
    pass_ref: str
    duration_us: Us
    bound_us: Us
    closed_us: Us
    state: LapState
    is_provisional: bool
    is_personal_best: bool
    is_overall_best: bool
    off_tracks: int
    car_id: str | None = None
    model_sha256: str | None = None
    void_ruling_id: str | None = None
    entry_id: str | None = None
    resets: int = 0
    penalty_us: Us = 0
    invalid: LapFault | None = None
    is_suspect: bool = False
    is_credited: bool = False
    sectors: tuple[SectorView, ...] = ()
    top_speed: SpeedView | None = None
    controls: tuple[ControlView, ...] = ()


class PassView(Message):
    """One crossing of a gate during the heat, with its verdict; ``manual`` = entered by hand."""

    pass_ref: str
    crossed_us: Us
    bound_us: Us
    verdict: PassVerdict
    source: Literal["sensor", "manual"]
    entry_id: str | None = None


class FalseStartView(Message):
    """A pass ``early_us`` before the go, ± ``bound_us``, with the lights on: a marshal decides.

    ``ruling_id`` None until one has; ``penalty_us`` 0 with a ruling means that it was dismissed.
    ``is_unfounded``: the penalty stands, but its pass was restored, voided or given away since.
    """

    pass_ref: str
    early_us: Us
    bound_us: Us
    ruling_id: str | None = None
    penalty_us: Us = 0
    is_unfounded: bool = False


class RunView(Message):
    """One entry's run in the heat that is shown.

    ``place`` and the gaps are within the heat, under the stage's (match) format; None where it has
    one run alone, or no value yet. A gap is in laps where those differ, else in time. ``laps`` are
    those that count. ``is_over``: its last lap was closed. ``is_on_track`` matters in a practice.
    ``sectors`` are those of the lap under way that have ended, ``ideal_us`` the lap that the
    entry's best sectors of the stage would make, ``speed`` the newest.
    ``reaction_us`` is the time from lights out to the first pass, ± ``reaction_bound_us``; None
    without lights, and behind a false start.
    ``held`` is why the car stands in neutral until it is let go, ``speed_pct`` its limit,
    ``controls`` what was done to it in the lap under way. ``is_confirmed``: a marshal vouches for
    a car of which neither guard nor model are known.
    """

    entry_id: str
    car_id: str | None = None
    model_sha256: str | None = None
    lane: int | None = None
    place: int | None = None
    gap_us: Us | None = None
    gap_laps: int | None = None
    interval_us: Us | None = None
    interval_laps: int | None = None
    laps: int = 0
    best_us: Us | None = None
    last_us: Us | None = None
    window_opens_us: Us | None = None
    window_closes_us: Us | None = None
    lap_opened_us: Us | None = None
    is_over: bool = False
    is_on_track: bool = True
    off_tracks: int = 0
    resets: int = 0
    penalty_us: Us = 0
    status: Literal["dnf", "dns", "dsq"] | None = None
    timeouts: int = 0
    sectors: tuple[SectorView, ...] = ()
    ideal_us: Us | None = None
    speed: SpeedView | None = None
    top_speed: SpeedView | None = None
    reaction_us: Us | None = None
    reaction_bound_us: Us = 0
    false_starts: tuple[FalseStartView, ...] = ()
    held: HoldCause | None = None
    speed_pct: int = 100
    controls: tuple[ControlView, ...] = ()
    is_confirmed: bool = False


class PauseView(Message):
    """Nobody's clock ran: ``until_us`` None while it lasts, ``due_us`` when it ends by itself."""

    cause: str
    from_us: Us
    until_us: Us | None = None
    due_us: Us | None = None
    entry_id: str | None = None


class InterruptionView(Message):
    """Machines were away in mid-heat; race control chooses as long as it isn't settled."""

    cause: str
    at_us: Us
    is_settled: bool = False


class OfferView(Message):
    """Time on track that the hardware cost a run, and that a marshal may give back to it."""

    entry_id: str
    extra_us: Us
    reason: str


class HeatView(Message):
    """The heat between its call and its end, or else the last that started and wasn't abandoned.

    ``entry_id``, car, model, window and ``lap_opened_us`` are those of its first run, in a practice
    of whoever went out first and is still on track; ``runs`` has everybody's. ``started_us`` lies
    ahead while the lights are on, since ``lights_us``.
    """

    heat_id: str
    number: int
    phase: HeatPhase
    entry_id: str | None = None
    car_id: str | None = None
    model_sha256: str | None = None
    started_us: Us | None = None
    window_opens_us: Us | None = None
    window_closes_us: Us | None = None
    lap_opened_us: Us | None = None
    ended_us: Us | None = None
    end_reason: str | None = None
    off_tracks: int
    stage_id: str | None = None
    round_number: int = 1
    match_name: str = ""
    rerun_of: str | None = None
    is_practice: bool = False
    start_mode: str = "first_crossing"
    timeouts_max: int = 0
    needs_agent: bool = False
    armed_us: Us | None = None
    lights_us: Us | None = None
    flag: str = "green"
    pauses: tuple[PauseView, ...] = ()
    interruptions: tuple[InterruptionView, ...] = ()
    offers: tuple[OfferView, ...] = ()
    runs: dict[str, RunView] = Field(default_factory=dict)
    laps: dict[str, LapView]
    passes: dict[str, PassView]


class StandingView(Message):
    """One row of the standings.

    ``value_us`` is the time that the stage's format ranks: a best lap, a mean, a total; None =
    none yet. ``value_laps`` are the laps that rank before it, None where laps aren't counted. Gaps
    are to the leader, intervals to the row above: in laps where those differ, else in time.
    ``moved``: places won (positive) or lost since the running heat began. ``decided_by`` names
    the tie-break (see ``GET /formats``) where equal values were told apart. ``value_points`` are
    the points that rank, with gap and interval in points, None where none are given.
    ``penalty_us`` is how much of the value are penalties. ``is_close``: the interval is below the
    timing uncertainty of both rows, which changes no order. ``status`` says how the last run ended
    where there is no value. A team stands in the name of its best entry, with all of its
    ``member_entry_ids``. ``is_ranked`` False: a practice, whose rows are a list and no places.
    ``bound_us`` is how far off ``value_us`` may be: 0 where exact, much where a hand timed it.
    """

    rank: int
    entry_id: str
    value_us: Us | None = None
    value_laps: int | None = None
    best_lap_us: Us | None = None
    gap_us: Us | None = None
    gap_laps: int | None = None
    interval_us: Us | None = None
    interval_laps: int | None = None
    laps: int
    heats_run: int
    moved: int
    is_provisional: bool
    decided_by: str | None = None
    best_car_id: str | None = None
    best_model_sha256: str | None = None
    value_points: int | None = None
    gap_points: int | None = None
    interval_points: int | None = None
    penalty_us: Us = 0
    is_close: bool = False
    status: Literal["dnf", "dns", "dsq"] | None = None
    team_id: str | None = None
    member_entry_ids: tuple[str, ...] = ()
    is_ranked: bool = True
    bound_us: Us = 0


class RulingView(Message):
    """A ruling as the audit shows it; ``is_reversed`` ones no longer have an effect.

    ``heat_number``, ``entry_id``, ``lap_number`` and ``elapsed_us`` (since the heat's start) say
    what it is about, for a reversal what it took back, whose kind is ``reversed_kind``.
    ``value_us`` is the time that was given, taken or credited; ``outcome`` how a run was ruled
    (``dnf``, ``dns``, ``dsq``) or a protest decided (``upheld``, ``rejected``).
    """

    ruling_id: str
    kind: str
    made_us: Us
    wall_utc: str
    actor: str
    reason: str
    subject: str | None = None
    is_reversed: bool
    reversed_kind: str | None = None
    heat_id: str | None = None
    heat_number: int | None = None
    entry_id: str | None = None
    lap_number: int | None = None
    elapsed_us: int | None = None
    value_us: Us | None = None
    outcome: str | None = None


class QueueView(Message):
    """A heat that is still to come; ``position`` counts from 1. ``entry_id`` is its first entry.

    ``car_ids`` says which car each entry has, for those that have one; ``car_id`` is the first's.
    """

    heat_id: str
    number: int
    position: int = 0
    entry_id: str | None = None
    entry_ids: tuple[str, ...] = ()
    car_id: str | None = None
    car_ids: dict[str, str] = Field(default_factory=dict)
    stage_id: str | None = None
    round_number: int = 1
    match_name: str = ""
    rerun_of: str | None = None
    is_practice: bool = False


class ObeyedView(Message):
    """A car's wheels were in neutral ``latency_us`` after the press, ± ``bound_us``."""

    latency_us: Us
    bound_us: Us


class StopView(Message):
    """The emergency stop of everything that stands; ``is_held``: a button is pressed right now.

    ``node_id`` and ``button`` where a node's was pressed. ``obeyed`` says which cars answered.
    """

    source: StopSource
    node_id: str | None = None
    button: str = ""
    at_us: Us
    is_held: bool
    obeyed: dict[str, ObeyedView] = Field(default_factory=dict)


class CarStopView(Message):
    """The emergency stop of one car that stands; ``obeyed`` None until the car answered."""

    source: StopSource
    at_us: Us
    obeyed: ObeyedView | None = None


class JudgeCallView(Message):
    """A judge's ``call`` of which a marshal must say whom it meant.

    ``entry_ids`` are those that may be meant; none where no heat ran (``heat_id`` None).
    """

    node_id: str
    button: str
    call: Literal["off_track", "reset"]
    lane: int | None = None
    at_us: Us
    heat_id: str | None = None
    entry_ids: tuple[str, ...] = ()


class EventView(Message):
    """The live document. ``rulings`` holds the newest twenty; ``car_stops`` are by car.

    ``cut`` says who goes on from the stage that is shown; None where it leads nowhere. ``matches``
    are those of the stage, by name; None where it isn't raced by matches.
    """

    event_id: str
    name: str
    is_demo: bool
    is_open: bool
    scene: Scene
    stage: StageView | None = None
    entries: dict[str, EntryView]
    cars: dict[str, CarView]
    heat: HeatView | None = None
    standings: dict[str, StandingView]
    cut: CutView | None = None
    matches: dict[str, MatchView] | None = None
    queue: dict[str, QueueView]
    rulings: dict[str, RulingView]
    overall_best_us: Us | None = None
    stop: StopView | None = None
    car_stops: dict[str, CarStopView] = Field(default_factory=dict)
    judge_calls: dict[str, JudgeCallView] = Field(default_factory=dict)


class LiveSnapshot(Message):
    """Event ``snapshot``: the document as of fact ``seq``."""

    seq: int
    now_us: Us
    view: EventView


class LivePatch(Message):
    """Event ``patch``: what fact ``seq`` (of type ``fact``) changed, as an RFC 7396 merge patch."""

    seq: int
    now_us: Us
    fact: str
    patch: dict[str, Any]


class LivePing(Message):
    """Event ``ping``: the feed is alive, and what the race clock reads."""

    now_us: Us


class CarReport(Message):
    """Event ``telemetry``: a car's newest numbers; ``frame_seq`` changes with its camera picture.

    The picture is ``GET /api/v1/cars/{car_id}/frame?n={frame_seq}`` (JPEG). ``heard_us`` is when
    the numbers came.
    """

    car_id: str
    frame_seq: int
    telemetry: CarTelemetry | None = None
    heard_us: Us | None = None


class ActiveEvent(Message):
    """Which event ``/`` shows (None = none yet): ``/events/active`` and event ``switched``."""

    event_id: str | None = None
