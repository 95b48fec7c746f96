"""The document of an event: what a board shows."""

from typing import Literal

from pydantic import Field

from timing_server.contract.base import Message, Us
from timing_server.contract.live.entries import CarView, EntryView, StageView
from timing_server.contract.live.heats import HeatView, QueueView
from timing_server.contract.live.references import ReferenceLapView
from timing_server.contract.live.rulings import JudgeCallView, RulingView
from timing_server.contract.live.standings import StandingView
from timing_server.contract.live.stops import CarStopView, StopView
from timing_server.contract.race.progression import CutView, MatchView

Scene = Literal["idle", "called", "running", "result", "podium"]


class EventView(Message):
    """The live document. ``car_stops`` are by car; ``time_zone`` is IANA's name of the event's.

    ``rulings`` holds the newest twenty, and protests that wait for a decision. ``cut`` says who
    goes on from the stage that is shown; None where it leads nowhere. ``matches`` are those of the
    stage, by name; None where it isn't raced by matches. ``references`` has the best laps, by
    entry, of those in the heat and of the stage's leader. ``next_shown`` are the entries of those
    models that wait to be played before an audience, the next first.
    """

    event_id: str
    name: str
    is_demo: bool
    is_open: bool
    time_zone: str = "UTC"
    scene: Scene
    stage: StageView | None = None
    entries: dict[str, EntryView]
    cars: dict[str, CarView]
    heat: HeatView | None = None
    standings: dict[str, StandingView]
    cut: CutView | None = None
    matches: dict[str, MatchView] | None = None
    queue: dict[str, QueueView]
    next_shown: tuple[str, ...] = ()
    rulings: dict[str, RulingView]
    overall_best_us: Us | None = None
    references: dict[str, ReferenceLapView] = Field(default_factory=dict)
    stop: StopView | None = None
    car_stops: dict[str, CarStopView] = Field(default_factory=dict)
    judge_calls: dict[str, JudgeCallView] = Field(default_factory=dict)
