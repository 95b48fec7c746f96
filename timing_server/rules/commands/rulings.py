"""Commands of marshals: rulings, and taking them back. Each brings the id of its ruling."""

from dataclasses import dataclass

from timing_server.rules.units import EntryId, HeatId, PassRef, RulingId

# --- passes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InsertPass:
    """Enter a crossing by hand; ``crossed_race_ns`` None means now.

    ``entry_id`` says whose; None where only one entry can be meant, or where that is found later.
    ``is_backup``: it counts only where no sensor saw that entry's crossing.
    """

    ruling_id: RulingId
    heat_id: HeatId
    crossed_race_ns: int | None
    bound_ns: int
    reason: str
    entry_id: EntryId | None = None
    is_backup: bool = False


@dataclass(frozen=True, slots=True)
class VoidPass:
    """Strike a pass that was no crossing."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class RestorePass:
    """Let a pass count that was struck, or that the rules doubted."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class ReassignPass:
    """Say whose a pass was, and in which heat."""

    ruling_id: RulingId
    pass_ref: PassRef
    heat_id: HeatId
    entry_id: EntryId
    reason: str


# --- laps --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoidLap:
    """Strike the lap that this pass closed."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class RestoreLap:
    """Let the lap that this pass closed count, though it was struck or a rule made it invalid."""

    ruling_id: RulingId
    pass_ref: PassRef
    reason: str


@dataclass(frozen=True, slots=True)
class SplitLap:
    """Make two laps of the one that this pass closed: a crossing ``first_ns`` after it opened."""

    ruling_id: RulingId
    pass_ref: PassRef
    first_ns: int
    bound_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class CreditLap:
    """Give an entry a lap that the passes can't show."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    duration_ns: int
    bound_ns: int
    reason: str


# --- incidents and penalties -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkOffTrack:
    """Note that a car left the track; ``left_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    left_race_ns: int | None


@dataclass(frozen=True, slots=True)
class MarkReset:
    """Note that a car was put back on the track by hand; ``reset_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    reset_race_ns: int | None


@dataclass(frozen=True, slots=True)
class GivePenalty:
    """Add time to the lap that ``pass_ref`` closed or, where that is None, to the run's result."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    penalty_ns: int
    pass_ref: PassRef | None
    reason: str


@dataclass(frozen=True, slots=True)
class RuleFalseStart:
    """Punish a pass before the go with time on the run, or dismiss it with ``penalty_ns`` 0."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    pass_ref: PassRef
    penalty_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class RuleRun:
    """Say how a run ended: ``dnf``, ``dns`` or ``dsq``; a later word replaces an earlier one."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class DisqualifyEntry:
    """Take an entry out of every result of the event, and out of what is still to come."""

    ruling_id: RulingId
    entry_id: EntryId
    reason: str


# --- a run's clock -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExtendWindow:
    """Give a run time back."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    extra_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class RestartRun:
    """Let a run begin anew; ``restarted_race_ns`` None means now."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    restarted_race_ns: int | None
    reason: str


# --- protests and reversals --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LodgeProtest:
    """Protest, for an entry, against a heat's result."""

    ruling_id: RulingId
    heat_id: HeatId
    entry_id: EntryId
    reason: str


@dataclass(frozen=True, slots=True)
class DecideProtest:
    """Uphold a protest or reject it; what follows from it are rulings of their own."""

    ruling_id: RulingId
    protest_id: RulingId
    is_upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReverseRuling:
    """Take back a ruling; ``reversed_ruling_id`` None means the newest that still stands."""

    ruling_id: RulingId
    reversed_ruling_id: RulingId | None
    reason: str


RulingCommand = (
    InsertPass
    | VoidPass
    | RestorePass
    | ReassignPass
    | VoidLap
    | RestoreLap
    | SplitLap
    | CreditLap
    | MarkOffTrack
    | MarkReset
    | GivePenalty
    | RuleFalseStart
    | RuleRun
    | DisqualifyEntry
    | ExtendWindow
    | RestartRun
    | LodgeProtest
    | DecideProtest
    | ReverseRuling
)
