"""The facts of a race: everything that can alter a result, in the past tense.

A fact is what a sensor saw or a person decided. It is appended once and never changed; a
correction is another fact. Facts hold ids only: names of people live in the registry, outside
the hash chain, so that a person can be forgotten without changing a result.

All instants named ``*_race_ns`` are on the server's race clock (see ``docs/time.md``); ``mono_ns``
is a node's own monotonic clock within one kernel boot.
"""

from dataclasses import dataclass

from timing_server.rules.facts.driving import (
    CarStopLifted,
    CarStopped,
    DrivingMeasured,
    RunConfirmed,
    RunHeld,
    RunReleased,
    SpeedLimited,
    StopObeyed,
)
from timing_server.rules.facts.entries import (
    DriversSubstituted,
    EntryAdded,
    EntryCarDeclared,
    EntryCheckedIn,
    EntryCheckedOut,
    EntryGrouped,
    EntryReinstated,
    EntryWithdrawn,
    ModelBound,
)
from timing_server.rules.facts.heats import (
    EmergencyLifted,
    EmergencyStopped,
    EntryBroughtIn,
    EntrySentOut,
    FlagShown,
    HeatAbandoned,
    HeatArmed,
    HeatCalled,
    HeatContinued,
    HeatFinished,
    HeatInterrupted,
    HeatPaused,
    HeatResumed,
    HeatStarted,
    HeatStoodDown,
)
from timing_server.rules.facts.judging import JudgePressed, MarshalAnswered, MarshalAsked
from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventImported,
    EventOpened,
    FieldDrawn,
    FinalistNamed,
    FinalistReplaced,
    GateBound,
    HeatEntryReplaced,
    HeatPlanned,
    HeatRemoved,
    HeatsReordered,
    MarkBound,
    ProgressionPlanned,
    RunEquipped,
    StageChanged,
    StagePlanned,
    StageRemoved,
    StageScheduled,
    TrackLaid,
)
from timing_server.rules.facts.rulings import (
    EntryDisqualified,
    FalseStartRuled,
    LapCredited,
    LapRestored,
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassReassigned,
    PassRestored,
    PassVoided,
    PenaltyGiven,
    ProtestDecided,
    ProtestLodged,
    ResetMarked,
    RulingReversed,
    RunRestarted,
    RunRuled,
    WindowExtended,
)
from timing_server.rules.facts.season import EventCounted, EventDropped, SeasonPlanned
from timing_server.rules.facts.sensors import (
    ClockRelated,
    LightsWentOut,
    PassDetected,
    PassIdentified,
    ServerStarted,
    SpeedMeasured,
    StopPressed,
    StopReleased,
)
from timing_server.rules.facts.venue import ClockCorrected, MachineSentDown
from timing_server.rules.facts.virtual import (
    BootBound,
    RunBeganOver,
    RunSimulated,
    SubmissionMade,
    SubmissionPlayed,
    SubmissionRefused,
    SubmissionRetried,
    SubmissionWithdrawn,
    TrackRevealed,
    VirtualStagePlanned,
)
from timing_server.rules.units import StreamId

Ruling = (
    PassInserted
    | PassVoided
    | PassRestored
    | PassReassigned
    | LapVoided
    | LapRestored
    | LapCredited
    | OffTrackMarked
    | ResetMarked
    | PenaltyGiven
    | FalseStartRuled
    | RunRuled
    | EntryDisqualified
    | WindowExtended
    | RunRestarted
    | ProtestLodged
    | ProtestDecided
    | RulingReversed
)

Fact = (
    ServerStarted
    | ClockRelated
    | PassDetected
    | PassIdentified
    | SpeedMeasured
    | LightsWentOut
    | StopPressed
    | StopReleased
    | JudgePressed
    | MarshalAsked
    | MarshalAnswered
    | EmergencyStopped
    | EmergencyLifted
    | CarStopped
    | CarStopLifted
    | StopObeyed
    | EventCreated
    | EventOpened
    | EventClosed
    | EventImported
    | StagePlanned
    | StageChanged
    | StageRemoved
    | StageScheduled
    | TrackLaid
    | ProgressionPlanned
    | FinalistNamed
    | FieldDrawn
    | FinalistReplaced
    | HeatPlanned
    | HeatRemoved
    | HeatsReordered
    | HeatEntryReplaced
    | RunEquipped
    | GateBound
    | MarkBound
    | EntryAdded
    | EntryGrouped
    | EntryCheckedIn
    | EntryCheckedOut
    | EntryWithdrawn
    | EntryReinstated
    | DriversSubstituted
    | ModelBound
    | EntryCarDeclared
    | HeatCalled
    | HeatStoodDown
    | HeatArmed
    | HeatStarted
    | HeatPaused
    | HeatResumed
    | FlagShown
    | HeatInterrupted
    | HeatContinued
    | HeatFinished
    | HeatAbandoned
    | EntrySentOut
    | EntryBroughtIn
    | RunConfirmed
    | RunHeld
    | RunReleased
    | SpeedLimited
    | DrivingMeasured
    | SeasonPlanned
    | EventCounted
    | EventDropped
    | ClockCorrected
    | MachineSentDown
    | VirtualStagePlanned
    | TrackRevealed
    | SubmissionMade
    | SubmissionWithdrawn
    | SubmissionRefused
    | SubmissionRetried
    | SubmissionPlayed
    | BootBound
    | RunBeganOver
    | RunSimulated
    | Ruling
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact in its place in the log: who said it, when, and at which number of its stream.

    ``race_ns`` never runs backwards within a server, across restarts too. ``wall_utc`` (ISO 8601)
    is for people only. ``retry_key`` is the idempotency key of the command that made the fact.
    """

    stream: StreamId
    seq: int
    race_ns: int
    wall_utc: str
    actor: str
    retry_key: str | None
    fact: Fact
