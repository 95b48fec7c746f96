"""An event's classification: who came where over all of its stages, for prizes and seasons.

- Whoever raced a later stage stands before everybody who didn't get that far; within a stage its
  own standings decide. So the final's order comes first, then the knock-out's, then qualifying.
- Practice ranks nobody.
- Whoever has no result in the stage (no valid lap, a no-show) is looked for in the stage before.
- The disqualified aren't classified at all. Where teams are ranked, all members share the place.
"""

from dataclasses import dataclass

from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, StageId

PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Classified:
    """An entry's place in the event; equal ones of a stage share it and the next is skipped.

    ``stage_id`` and ``stage_rank`` say where the place comes from.
    """

    place: int
    entry_id: EntryId
    stage_id: StageId
    stage_rank: int


def classify(state: EventState) -> tuple[Classified, ...]:
    """Return the event's entries by place, best first; those without any result aren't listed."""
    placed: list[Classified] = []
    seen: set[EntryId] = set()
    for stage in reversed(list(state.stages.values())):
        if stage.kind == PRACTICE:
            continue
        ahead = len(placed)
        rank_above, place = None, ahead
        for row in rank_stage(state, stage.stage_id):
            entry_ids = _fresh_of(state, row, seen) if row.has_value else []
            if not entry_ids:
                continue
            if row.rank != rank_above:
                rank_above, place = row.rank, len(placed) + 1
            seen.update(entry_ids)
            placed += [Classified(place, each, stage.stage_id, row.rank) for each in entry_ids]
    return tuple(placed)


def _fresh_of(state: EventState, row: Standing, seen: set[EntryId]) -> list[EntryId]:
    """Return whose place a row is, all members of a team, without those placed by a later stage."""
    members = row.member_entry_ids or (row.entry_id,)
    return [each for each in members if each not in seen and _may_be_classified(state, each)]


def _may_be_classified(state: EventState, entry_id: EntryId) -> bool:
    entry = state.entries.get(entry_id)
    return entry is not None and entry.disqualified_by is None
