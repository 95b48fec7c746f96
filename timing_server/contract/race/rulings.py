"""What marshals send and hear: rulings, what they would change, protests, a heat's sheet."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Slug, Us
from timing_server.contract.live.laps import ControlView, FalseStartView, PassVerdict
from timing_server.contract.names import Reason
from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.measures import SectorView, SpeedView

#: No time that is given, taken or credited is longer than a day.
PositiveUs = Annotated[int, Field(ge=1, le=86_400_000_000)]
BoundUs = Annotated[int, Field(ge=0, le=86_400_000_000)]
#: The address of a pass, as ``pass_ref`` names it everywhere.
PassAddress = Annotated[str, Field(min_length=1, max_length=200)]
GivenReason = Annotated[Reason, Field(min_length=1)]
RunStatus = Literal["dnf", "dns", "dsq"]
#: How precisely a hand presses a button when a car crosses a line.
HAND_BOUND_US = 200_000


class RulingRequest(Message):
    """Why; a ruling that needs nothing else to be said."""

    reason: Reason = ""


# --- passes and laps -----------------------------------------------------------------------------


class ManualPassRequest(RulingRequest):
    """``POST …/heats/{heat_id}/passes``: a crossing that no sensor saw, by default now.

    ``entry_id`` says whose; without it, one that several could have made waits in the tray.
    ``is_backup``: a hand that presses at every crossing, which counts only where no sensor saw a
    pass of that entry within a second.
    """

    crossed_us: Us | None = None
    entry_id: Slug | None = None
    is_backup: bool = False


class ReassignRequest(RulingRequest):
    """``POST …/passes/{pass_ref}/reassign``: that pass was this entry's, in this heat."""

    heat_id: Slug
    entry_id: Slug


class SplitRequest(RulingRequest):
    """``POST …/laps/{pass_ref}/split``: a crossing was missed ``first_us`` after the opening."""

    first_us: PositiveUs


class CreditRequest(RulingRequest):
    """``POST …/heats/{heat_id}/credits``: a lap that the passes can't show; ``bound_us``: ±."""

    entry_id: Slug
    duration_us: PositiveUs
    bound_us: BoundUs = HAND_BOUND_US


# --- runs and entries ----------------------------------------------------------------------------


class OffTrackRequest(Message):
    """``POST …/heats/{heat_id}/off-tracks``: a car left the track, by default now."""

    entry_id: Slug
    left_us: Us | None = None


class ResetRequest(Message):
    """``POST …/heats/{heat_id}/resets``: a car was put back by hand, by default now."""

    entry_id: Slug
    reset_us: Us | None = None


class PenaltyRequest(RulingRequest):
    """``POST …/penalties``: time on the lap that ``pass_ref`` closed, or else on the run."""

    entry_id: Slug
    penalty_us: PositiveUs
    pass_ref: PassAddress | None = None


class FalseStartRequest(RulingRequest):
    """``POST …/false-starts``: time on the run for a pass before the go; 0 dismisses it."""

    entry_id: Slug
    pass_ref: PassAddress
    penalty_us: Annotated[int, Field(ge=0, lt=2**53)]


class JudgeCallRequest(Message):
    """``POST …/judge-calls/{call_id}``: whom the judge meant; None: nobody, it is dismissed."""

    entry_id: Slug | None


class RunStatusRequest(RulingRequest):
    """``POST …/runs/{entry_id}/status``: did not finish, did not start, disqualified."""

    status: RunStatus


class ExtendRequest(RulingRequest):
    """``POST …/runs/{entry_id}/extend``: so much longer lasts the run's window."""

    extra_us: PositiveUs


class RestartRequest(RulingRequest):
    """``POST …/runs/{entry_id}/restart``: the run begins anew, by default now."""

    restarted_us: Us | None = None


# --- what it would change ------------------------------------------------------------------------


class PlaceMove(Message):
    """An entry that changes its place, or its value, in a stage; None: it had or has none."""

    stage_id: str
    stage_title: str
    entry_id: str
    rank_before: int | None
    rank_after: int | None
    value_before_us: Us | None
    value_after_us: Us | None


class LapFigures(Message):
    """What a lap is worth; ``invalid`` says why it doesn't count, None where it does."""

    number: int
    duration_us: Us
    penalty_us: Us
    bound_us: Us
    invalid: str | None


class LapChange(Message):
    """A lap that comes, goes (None) or is worth something else."""

    heat_id: str
    heat_number: int
    entry_id: str
    pass_ref: str
    before: LapFigures | None
    after: LapFigures | None


class RunFigures(Message):
    """What is said of a run as a whole."""

    status: RunStatus | None
    penalty_us: Us
    off_tracks: int
    resets: int
    window_closes_us: Us | None


class RunChange(Message):
    """A run of which something else is said."""

    heat_id: str
    heat_number: int
    entry_id: str
    before: RunFigures
    after: RunFigures


class RulingPreview(Message):
    """What a ruling would change: whose place moves, which laps and runs are worth what.

    ``places`` holds those whose rank moves first; each in the order of the new standings.
    """

    places: tuple[PlaceMove, ...]
    laps: tuple[LapChange, ...]
    runs: tuple[RunChange, ...]


class RulingOutcome(CommandOutcome):
    """The ruling that was made, by whose id it can be reversed.

    With ``?preview=true`` nothing was made: ``preview`` says what would change, ``facts`` which
    facts the ruling would add, and ``seq`` is that of the state it was tried on.
    """

    ruling_id: str
    pass_ref: str | None = None
    reversed_ruling_id: str | None = None
    preview: RulingPreview | None = None


# --- protests ------------------------------------------------------------------------------------

ProtestState = Literal["open", "upheld", "rejected", "withdrawn"]


class ProtestRequest(Message):
    """``POST /events/{event_id}/protests``: an entry protests against a heat's result."""

    heat_id: Slug
    entry_id: Slug
    reason: GivenReason


class DecisionRequest(Message):
    """``POST …/protests/{protest_id}/decide``: uphold or reject it, and why."""

    is_upheld: bool
    reason: GivenReason


class ProtestView(Message):
    """A protest. ``decision_id`` is the ruling by which it was decided, and can be reversed by."""

    protest_id: str
    heat_id: str
    heat_number: int | None
    entry_id: str
    reason: str
    lodged_us: Us
    lodged_utc: str
    actor: str
    state: ProtestState
    decision_id: str | None = None
    decided_utc: str | None = None
    decided_by: str | None = None
    decision_reason: str | None = None


# --- a heat as a marshal corrects it -------------------------------------------------------------

PassOffer = Literal["void", "restore"]
LapOffer = Literal["void", "restore", "split", "penalise"]


class SheetPass(Message):
    """A pass of the heat; ``offers`` are the rulings on it that would be taken now."""

    pass_ref: str
    crossed_us: Us
    bound_us: Us
    verdict: PassVerdict
    source: Literal["sensor", "manual"]
    role: str
    entry_id: str | None
    lane: int | None
    marks: tuple[str, ...]
    void_ruling_id: str | None
    offers: tuple[PassOffer, ...]


class SheetLap(LapFigures):
    """A lap of a run; ``offers`` are the rulings on it that would be taken now."""

    pass_ref: str
    off_tracks: int
    resets: int
    is_suspect: bool
    is_credited: bool
    void_ruling_id: str | None
    offers: tuple[LapOffer, ...]
    sectors: tuple[SectorView, ...] = ()
    top_speed: SpeedView | None = None
    controls: tuple[ControlView, ...] = ()


class SheetRun(RunFigures):
    """One entry's run in the heat, with its laps in the order of driving."""

    entry_id: str
    laps: tuple[SheetLap, ...]
    reaction_us: Us | None = None
    reaction_bound_us: Us = 0
    false_starts: tuple[FalseStartView, ...] = ()


class HeatSheet(Message):
    """``GET …/heats/{heat_id}/sheet``: everything of a heat that can be ruled on."""

    heat_id: str
    number: int
    stage_id: str
    phase: str
    started_us: Us | None
    ended_us: Us | None
    protests_until_us: Us | None
    runs: tuple[SheetRun, ...]
    passes: tuple[SheetPass, ...]


class TrayRow(Message):
    """A pass of a heat under way that is nobody's yet; ``entry_ids`` are whose it may be."""

    pass_ref: str
    heat_id: str
    crossed_us: Us
    elapsed_us: Us
    bound_us: Us
    verdict: PassVerdict
    source: Literal["sensor", "manual"]
    lane: int | None
    marks: tuple[str, ...]
    entry_ids: tuple[str, ...]
