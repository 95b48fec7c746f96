"""Commands of virtual races: plan a virtual stage, submit to it, record what was simulated."""

from dataclasses import dataclass

from timing_server.rules.facts.virtual import Simulator, VirtualRules
from timing_server.rules.units import (
    BootId,
    EntryId,
    HeatId,
    JournalId,
    NodeId,
    StageId,
    SubmissionId,
)


@dataclass(frozen=True, slots=True)
class PlanVirtualStage:
    """Let a stage be raced on a virtual track; what each reset costs is an option of the stage."""

    stage_id: StageId
    rules: VirtualRules
    reset_penalty_ns: int


@dataclass(frozen=True, slots=True)
class RevealTrack:
    """Name a sealed track, once submissions are taken; ``now_utc`` is the venue's calendar."""

    stage_id: StageId
    track: str
    track_sha256: str
    salt: str
    now_utc: str


@dataclass(frozen=True, slots=True)
class SubmitModel:
    """Let an entry's model be driven once; ``own_seed`` is heeded where each has its own.

    ``now_utc`` is the venue's calendar (ISO 8601), which alone opens and closes a stage.
    """

    submission_id: SubmissionId
    stage_id: StageId
    entry_id: EntryId
    model_sha256: str
    own_seed: int
    now_utc: str


@dataclass(frozen=True, slots=True)
class WithdrawSubmission:
    """Take a submission back that waits."""

    submission_id: SubmissionId


@dataclass(frozen=True, slots=True)
class RefuseSubmission:
    """Say why no run comes of a submission that waits; see ``SubmissionRefused``."""

    submission_id: SubmissionId
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RetrySubmission:
    """Let a submission wait again that was refused or withdrawn."""

    submission_id: SubmissionId


@dataclass(frozen=True, slots=True)
class RecordRun:
    """Record a simulated run whole: its heat, its passes, what happened between them, its end.

    Instants are simulated time in nanoseconds, each list ascending: ``passes_ns`` of the finish
    line, ``resets_ns`` when the car was put back, ``collisions_ns`` when it ran into something
    (which is no reset), ``beginnings_ns`` when it began over from the grid. ``sim_ns`` is the end.
    ``from_race_ns``: when the run is taken to have begun; None: so that it ended now.
    """

    submission_id: SubmissionId
    heat_id: HeatId
    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    passes_ns: tuple[int, ...]
    resets_ns: tuple[int, ...]
    collisions_ns: tuple[int, ...]
    beginnings_ns: tuple[int, ...]
    laps_tried: int
    sim_ns: int
    simulator: Simulator
    from_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class DuelSide:
    """What one of two did in a race against each other; instants as in ``RecordRun``.

    ``place`` is its place on the grid. ``sentence`` says how its model broke off, so that there is
    nothing of it, else it is empty. ``out`` says why it was taken off the track: ``resets``,
    ``time_up``, or empty where it wasn't.
    """

    place: int
    submission_id: SubmissionId
    boot_id: BootId
    journal_id: JournalId
    sentence: str = ""
    out: str = ""
    passes_ns: tuple[int, ...] = ()
    resets_ns: tuple[int, ...] = ()
    collisions_ns: tuple[int, ...] = ()
    laps_tried: int = 0
    sim_ns: int = 0


@dataclass(frozen=True, slots=True)
class RecordDuel:
    """Record a simulated race of two whole, in the heat that a match has, or in a new one.

    ``sides`` are in the order of the grid: one alone where the other didn't come to its match.
    ``from_race_ns``: when it is taken to have begun; None: so that it ended now. ``anew_ns``, of
    one that was played: so long after its go it was driven anew without who broke off, whence the
    sides' instants count; 0: nobody did.
    """

    heat_id: HeatId
    node_id: NodeId
    sides: tuple[DuelSide, ...]
    simulator: Simulator
    from_race_ns: int | None = None
    anew_ns: int = 0


@dataclass(frozen=True, slots=True)
class PlaySubmission:
    """Call a submission that waits to the line, as this heat, to be driven before an audience."""

    submission_id: SubmissionId
    heat_id: HeatId


@dataclass(frozen=True, slots=True)
class RecordShown:
    """Record what a run did so far that is played now; ``is_over``: that was all of it.

    ``run`` is told from its beginning each time, its ``sim_ns`` being when it was told; when it
    began is the heat's to say.
    """

    run: RecordRun
    is_over: bool


@dataclass(frozen=True, slots=True)
class PlayDuel:
    """Call two that race each other to the line, to be driven before an audience.

    As the heat that a match has, or as a new one. ``submission_ids`` are in the order of the grid:
    one alone where the other doesn't come to its match.
    """

    heat_id: HeatId
    submission_ids: tuple[SubmissionId, ...]


@dataclass(frozen=True, slots=True)
class RecordDuelShown:
    """Record what a race of two did so far that is played now; ``is_over``: that was all of it."""

    duel: RecordDuel
    is_over: bool


@dataclass(frozen=True, slots=True)
class BreakOffShow:
    """No run comes of a heat that is played; the reason is one of ``SHOW_ENDS``."""

    heat_id: HeatId
    reason: str


VirtualCommand = (
    PlanVirtualStage
    | RevealTrack
    | SubmitModel
    | WithdrawSubmission
    | RefuseSubmission
    | RetrySubmission
    | RecordRun
    | RecordDuel
    | PlaySubmission
    | RecordShown
    | PlayDuel
    | RecordDuelShown
    | BreakOffShow
)
