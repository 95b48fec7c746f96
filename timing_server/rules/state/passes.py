"""Every sensor's pass of a stream, and how its node's clock relates to the race clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from timing_server.rules.facts.sensors import PassDetected, SpeedMeasured
from timing_server.rules.units import HeatId, JournalId, NodeId


@dataclass(frozen=True, slots=True)
class KnownPass:
    """A sensor's pass and the heat that it is part of; None: outside any, or not yet related."""

    fact: PassDetected
    heat_id: HeatId | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """race_ns = mono_ns + race_offset_ns ± bound_ns, as measured at ``seq`` of a journal."""

    seq: int
    race_offset_ns: int
    bound_ns: int


#: Relations of one node's clock in one boot, by journal, ascending by seq.
JournalRelations = Mapping[JournalId, tuple[Relation, ...]]
#: Passes lie on shelves of up to 64 neighbours, so that adding one copies little.
ShelfKey = tuple[NodeId, JournalId, int]
Shelves = Mapping[ShelfKey, Mapping[int, KnownPass]]
#: Speeds lie on the shelf, and under the number, of the pass that completed them.
Speeds = Mapping[ShelfKey, Mapping[int, tuple[SpeedMeasured, ...]]]
