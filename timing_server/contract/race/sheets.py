"""An event's results as they leave the server: on a page, in a file, on paper.

Display names only: what people chose to be shown as, never contacts. Durations are integer
microseconds; every text from people is to be rendered as text, never as HTML.
"""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Colour, Message, Slug, Us
from timing_server.contract.live.laps import ControlView
from timing_server.contract.names import Name, Reason
from timing_server.contract.node_health import TimingLine
from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.measures import SectorView, SpeedView

AwardKind = Literal["most_improved", "cleanest_run", "best_newcomer", "own"]


class SheetRow(Message):
    """Where an entry stands in a stage; see ``StandingView`` for what the values mean.

    ``is_ranked`` is False in a practice and where nothing ranks yet: then ``rank`` only counts the
    rows. ``ideal_us`` is the lap that the best sectors would make, None without sector gates.
    ``bound_us`` is how far off ``value_us`` may be, ``best_lap_bound_us`` the best lap; 0 where
    exact. ``is_timed_only``: the entry's car is a guest's, of which no model is known.
    """

    rank: int
    is_ranked: bool
    entry_id: str
    number: int
    driver: str
    colour: Colour
    region: str | None
    class_name: str | None
    team: str | None
    car: str | None
    model_sha256: str | None
    value_us: Us | None
    value_laps: int | None
    value_points: int | None
    best_lap_us: Us | None
    gap_us: Us | None
    gap_laps: int | None
    gap_points: int | None
    penalty_us: Us
    laps: int
    heats_run: int
    status: str | None
    decided_by: str | None
    is_close: bool
    ideal_us: Us | None = None
    bound_us: Us = 0
    best_lap_bound_us: Us = 0
    is_timed_only: bool = False


class StageSheet(Message):
    """A stage's results under the format that ranks it, whose tie-breaks apply in this order.

    ``field_n`` is how many were drawn for it, 0 where everybody may race it. ``track`` with its
    hash is what it was raced on, null where nobody told it, or while it is sealed.
    """

    stage_id: str
    title: str
    kind: str
    format_name: str
    format_title: str
    format_description: str
    resolution_us: Us
    tie_breaks: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    field_n: int = 0
    is_virtual: bool = False
    track: str | None = None
    track_sha256: str | None = None


class LapSheet(Message):
    """A lap; ``invalid`` says why it doesn't count, None where it does. ``bound_us`` 0: exact."""

    number: int
    duration_us: Us
    bound_us: Us
    penalty_us: Us
    off_tracks: int
    resets: int
    invalid: str | None
    is_best: bool
    sectors: tuple[SectorView, ...] = ()
    top_speed: SpeedView | None = None
    controls: tuple[ControlView, ...] = ()


class DrivenView(Message):
    """How the car says the run was driven, from a picture to the wheels; see ``DrivingMeasured``.

    Latencies are None where no command reached the wheels, flags where the car doesn't know.
    """

    car: str
    commands: int
    latency_p50_us: Us | None
    latency_p95_us: Us | None
    frames: int
    dropped_frames: int
    stale_commands: int
    is_throttled: bool | None
    is_undervolted: bool | None


class RunSheet(Message):
    """One entry's time on track within a heat; ``is_best`` of a lap means the best of this run.

    ``reaction_us`` as in ``RunView``; ``false_starts_n`` are those that no marshal dismissed.
    ``is_confirmed`` as in ``RunView``; ``controls`` are those behind the last lap.
    ``driven`` is the word of each car that drove the run.
    """

    entry_id: str
    number: int
    driver: str
    car: str | None
    model_sha256: str | None
    status: str | None
    best_lap_us: Us | None
    penalty_us: Us
    off_tracks: int
    resets: int
    laps: tuple[LapSheet, ...]
    top_speed: SpeedView | None = None
    reaction_us: Us | None = None
    reaction_bound_us: Us = 0
    false_starts_n: int = 0
    is_confirmed: bool = False
    controls: tuple[ControlView, ...] = ()
    driven: tuple[DrivenView, ...] = ()


class HeatSheet(Message):
    """A heat that was driven, with every lap of its runs."""

    heat_id: str
    number: int
    stage_id: str
    stage_title: str
    round_number: int
    match_name: str
    phase: str
    end_reason: str | None
    runs: tuple[RunSheet, ...]


class PlaceSheet(Message):
    """An entry's place in the whole event, and the stage that it comes from."""

    place: int
    entry_id: str
    number: int
    driver: str
    stage_title: str


class Award(Message):
    """A prize beside the places.

    ``most_improved``: best lap from ``from_us`` in the first run to ``to_us`` later.
    ``cleanest_run``: heat ``heat_number``, ``laps`` laps with ``incidents`` off-tracks and resets.
    ``best_newcomer``: ``place`` at the first event. ``own``: ``title`` and ``reason`` are people's.
    """

    award_id: str
    kind: AwardKind
    entry_id: str
    number: int
    driver: str
    title: str = ""
    reason: str = ""
    from_us: Us | None = None
    to_us: Us | None = None
    heat_number: int | None = None
    laps: int | None = None
    incidents: int | None = None
    place: int | None = None


class AwardRequest(Message):
    """``POST /events/{event_id}/awards``: a prize of the organiser's own."""

    title: Annotated[Name, Field(description="What the prize is called.")]
    entry_id: Slug
    reason: Reason = ""


class AwardOutcome(CommandOutcome):
    """The award that was given or taken back."""

    award_id: str


class EventResults(Message):
    """Everything about an event's results; ``venue_key`` is the fingerprint to check a bundle by.

    ``facts`` and ``head_hash`` say of which state of the log they are; ``timing`` how exact this
    venue's lines measured themselves to be, each with its date.
    """

    event_id: str
    name: str
    is_demo: bool
    is_over: bool
    time_zone: str
    exported_utc: str
    facts: int
    head_hash: str
    venue_key: str
    paddock_version: str
    places: tuple[PlaceSheet, ...]
    stages: tuple[StageSheet, ...]
    heats: tuple[HeatSheet, ...]
    awards: tuple[Award, ...]
    timing: tuple[TimingLine, ...] = ()


class EntrySheet(Message):
    """One entry's results: its place, its row in each stage, its runs.

    ``protests_close_us`` says by heat until when on the race clock protests against it are heard;
    a heat that isn't there has no such limit. ``playable_heats`` are those of which a car's record
    of the entry's run is here.
    """

    event_id: str
    event_name: str
    place: PlaceSheet | None
    rows: dict[str, SheetRow]
    heats: tuple[HeatSheet, ...]
    awards: tuple[Award, ...]
    protests_close_us: dict[str, Us] = Field(default_factory=dict)
    playable_heats: tuple[str, ...] = ()
