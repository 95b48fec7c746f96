"""An event's classification: who came where over all of its stages, for prizes and seasons.

- Whoever raced a later stage stands before everybody who didn't get that far; within a stage its
  own standings decide. So the final's order comes first, then the knock-out's, then qualifying.
- Practice ranks nobody.
- Whoever has no result in the stage (no valid lap, a no-show) is looked for in the stage before.
- The disqualified aren't classified at all.
"""

from dataclasses import dataclass

from timing_server.formats.registry import rank_stage
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
        rows = [
            each
            for each in rank_stage(state, stage.stage_id)
            if each.has_value
            and each.entry_id not in seen
            and _may_be_classified(state, each.entry_id)
        ]
        for at, row in enumerate(rows):
            is_equal = at > 0 and rows[at - 1].rank == row.rank
            place = placed[-1].place if is_equal else ahead + at + 1
            placed.append(Classified(place, row.entry_id, stage.stage_id, row.rank))
        seen.update(row.entry_id for row in rows)
    return tuple(placed)


def _may_be_classified(state: EventState, entry_id: EntryId) -> bool:
    entry = state.entries.get(entry_id)
    return entry is not None and entry.disqualified_by is None
