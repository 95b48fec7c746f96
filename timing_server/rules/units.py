"""Units and identifiers: what the integers and strings of the rules stand for."""

from typing import NewType

NS_PER_US = 1_000
NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000

EventId = NewType("EventId", str)
StageId = NewType("StageId", str)
HeatId = NewType("HeatId", str)
EntryId = NewType("EntryId", str)
DriverId = NewType("DriverId", str)
CarId = NewType("CarId", str)
RulingId = NewType("RulingId", str)
#: A model that is to be driven once on a virtual track.
SubmissionId = NewType("SubmissionId", str)
#: One press of a judge's button; the ruling that follows of itself has the same id.
CallId = NewType("CallId", str)
TeamId = NewType("TeamId", str)
SeasonId = NewType("SeasonId", str)
#: What a car wears so that a camera or a decoder tells it apart: a tag number, a transponder.
MarkId = NewType("MarkId", str)
NodeId = NewType("NodeId", str)
BootId = NewType("BootId", str)
JournalId = NewType("JournalId", str)

#: A pass is addressed by one string: ``node:journal:seq`` for a sensor's pass,
#: ``manual:ruling_id`` for a pass that a marshal entered.
PassRef = NewType("PassRef", str)

#: Streams are events, or the venue where no open event owns the gate (decision 1).
StreamId = NewType("StreamId", str)
VENUE_STREAM = StreamId("venue")
