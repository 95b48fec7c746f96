"""Commands about who goes on to a stage, and who meets whom in it."""

from dataclasses import dataclass

from timing_server.rules.facts.options import ProgressionRule
from timing_server.rules.units import EntryId, HeatId, StageId


@dataclass(frozen=True, slots=True)
class PlanProgression:
    """Say how entries come into the stage; refused once its field is drawn."""

    stage_id: StageId
    rule: ProgressionRule


@dataclass(frozen=True, slots=True)
class NameFinalist:
    """Put an entry into the stage's field, or keep it out, whatever the cut says."""

    stage_id: StageId
    entry_id: EntryId
    is_in: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DrawField:
    """Let these entries race the stage, the best seed first; refused once it has begun."""

    stage_id: StageId
    entry_ids: tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class ReplaceFinalist:
    """Give the place of one who hasn't raced the stage yet to another."""

    stage_id: StageId
    out_entry_id: EntryId
    in_entry_id: EntryId


@dataclass(frozen=True, slots=True)
class ReplaceHeatEntry:
    """Let another entry take over a run in a heat that hasn't started."""

    heat_id: HeatId
    out_entry_id: EntryId
    in_entry_id: EntryId


@dataclass(frozen=True, slots=True)
class MatchHeat:
    """A heat of a match: who races it, in which round, on which lanes."""

    heat_id: HeatId
    match_name: str
    entry_ids: tuple[EntryId, ...]
    round_number: int
    lanes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanMatches:
    """Plan the heats of matches, and take back those that were planned for others."""

    stage_id: StageId
    heats: tuple[MatchHeat, ...]
    removed_heat_ids: tuple[HeatId, ...] = ()


ProgressionCommand = (
    PlanProgression | NameFinalist | DrawField | ReplaceFinalist | ReplaceHeatEntry | PlanMatches
)
