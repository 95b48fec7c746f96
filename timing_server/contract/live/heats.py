"""The heat on show with its runs, what held it up, and the heats that wait."""

from typing import Literal

from pydantic import Field

from timing_server.contract.base import Message, Us
from timing_server.contract.live.laps import ControlView, FalseStartView, LapView, PassView
from timing_server.contract.machines.devices import HeatPhase
from timing_server.contract.machines.driving import HoldCause
from timing_server.contract.race.measures import SectorView, SpeedView


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
    ahead while the lights are on, since ``lights_us``. ``is_virtual``: it is driven on a virtual
    track; one that broke off before an audience is shown, too, with the reason in ``end_reason``.
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
    is_virtual: bool = False
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


class QueueView(Message):
    """A heat that is still to come; ``position`` counts from 1. ``entry_id`` is its first entry.

    ``car_ids`` says which car each entry has, for those that have one; ``car_id`` is the first's.
    ``planned_utc`` (ISO 8601) is its time on the start list, None where its stage has no times.
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
    planned_utc: str | None = None
