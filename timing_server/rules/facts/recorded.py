"""The facts of a race: everything that can alter a result, in the past tense.

A fact is what a sensor saw or a person decided. It is appended once and never changed; a
correction is another fact. Facts hold ids only: names of people live in the registry, outside
the hash chain, so that a person can be forgotten without changing a result.

All instants named ``*_race_ns`` are on the server's race clock (see ``docs/time.md``); ``mono_ns``
is a node's own monotonic clock within one kernel boot.
"""

from dataclasses import dataclass

from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.facts.plan import (
    EntryAdded,
    EntryWithdrawn,
    EventClosed,
    EventCreated,
    EventOpened,
    GateBound,
    HeatPlanned,
    RunEquipped,
    StagePlanned,
)
from timing_server.rules.facts.rulings import (
    LapVoided,
    OffTrackMarked,
    PassInserted,
    PassVoided,
    RulingReversed,
)
from timing_server.rules.facts.sensors import ClockRelated, PassDetected, ServerStarted
from timing_server.rules.units import StreamId

Fact = (
    ServerStarted
    | ClockRelated
    | EventCreated
    | EventOpened
    | EventClosed
    | StagePlanned
    | EntryAdded
    | EntryWithdrawn
    | HeatPlanned
    | RunEquipped
    | GateBound
    | HeatCalled
    | HeatStoodDown
    | HeatStarted
    | HeatFinished
    | PassDetected
    | PassInserted
    | PassVoided
    | LapVoided
    | OffTrackMarked
    | RulingReversed
)

Ruling = PassInserted | PassVoided | LapVoided | OffTrackMarked | RulingReversed


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
