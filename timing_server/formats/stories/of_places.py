"""Stories of places: how a stage stood after each of its heats, and what each heat changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, takewhile

from timing_server.formats.progression.cut import Contest, going_on
from timing_server.formats.progression.distance import cut_rows
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import Standing
from timing_server.formats.stories.driven import DrivenHeat
from timing_server.formats.stories.story import Story, StoryCode
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry, Stage
from timing_server.rules.units import NS_PER_MS, EntryId, StageId, StreamId

#: How near is near.
CLOSE_NS = 50 * NS_PER_MS
#: Which places are told of when they change hands, and how often they must have.
TOLD_PLACES = (1, 2, 3)
CHANGES_N = 2
CLIMBED_N = 3
#: How many stages' histories are remembered.
_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Moment:
    """How the stage stood after a heat, or stands in the one that still runs."""

    driven: DrivenHeat
    standings: tuple[Standing, ...]

    def holder(self, place: int) -> EntryId | None:
        """Return who alone holds a place by what they drove, None where nobody does."""
        held = [each.entry_id for each in self.standings if each.rank == place and each.has_value]
        return held[0] if len(held) == 1 else None

    def place_of(self, entry_id: EntryId) -> int | None:
        """Return the place that an entry drove itself to, None without one."""
        rows = (each for each in self.standings if each.entry_id == entry_id and each.has_value)
        return next((each.rank for each in rows), None)

    def story(self, code: StoryCode, *entry_ids: EntryId, **numbers: int) -> Story:
        """Return a story that is true since this moment."""
        at_ns, heat_id = self.driven.told_race_ns, self.driven.heat.heat_id
        return Story(code, at_ns, heat_id, entry_ids, **numbers)


@dataclass(frozen=True, slots=True)
class _History:
    """The moments of a stage, with what else they were made from."""

    stage: Stage | None = None
    entries: Mapping[EntryId, Entry] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()

    def still_true(self, state: EventState, stage: Stage, heats: Sequence[DrivenHeat]) -> int:
        """Return how many of the first moments are as they would be made now."""
        if self.stage != stage or self.entries is not state.entries:
            return 0
        pairs = zip(self.moments, heats, strict=False)
        same = takewhile(lambda pair: pair[0].driven.heat is pair[1].heat, pairs)
        return sum(1 for _ in same)


class _Memory:
    """Holds the newest history of a stage; it is replaced whole, never changed."""

    newest = _History()


@lru_cache(_REMEMBERED)
def _memory(_stream: StreamId, _stage_id: StageId) -> _Memory:
    return _Memory()


def moments(
    state: EventState, stage_id: StageId, heats: Sequence[DrivenHeat]
) -> tuple[Moment, ...]:
    """Return how the stage stood after each of its ``heats``, as what they were worth is known now.

    What was made from heats that are still the very same holds, so that a lap costs one ranking.
    The rankings remember by stream; under a name of their own these don't disturb those of the
    standings on show.
    """
    stage = state.stages.get(stage_id)
    if stage is None:
        return ()
    memory = _memory(state.stream, stage_id)
    kept = memory.newest.still_true(state, stage, heats)
    found = list(memory.newest.moments[:kept])
    aside = replace(state, stream=StreamId(f"{state.stream} stories"))
    so_far = {each.heat.heat_id: each.heat for each in heats[:kept]}
    for each in heats[kept:]:
        so_far = {**so_far, each.heat.heat_id: each.heat}
        found.append(Moment(each, rank_stage(replace(aside, heats=so_far), stage_id)))
    memory.newest = _History(stage, state.entries, tuple(found))
    return memory.newest.moments


def place_stories(history: Sequence[Moment]) -> Iterator[Story]:
    """Yield who took the lead, who climbed, and which places keep changing hands."""
    if not history or not all(row.is_ranked for row in history[-1].standings):
        return
    for before, now in pairwise(history):
        leader, deposed = now.holder(1), before.holder(1)
        if leader is not None and deposed is not None and leader != deposed:
            yield now.story("new_leader", leader, deposed)
        yield from _climbed(before, now)
    for place in TOLD_PLACES:
        yield from _changes(history, place)
    yield from _close_at_top(history[-1])


def _climbed(before: Moment, now: Moment) -> Iterator[Story]:
    for entry_id in now.driven.heat.entry_ids:
        was, place = before.place_of(entry_id), now.place_of(entry_id)
        if was is not None and place is not None and was - place >= CLIMBED_N:
            yield now.story("climbed", entry_id, place=place, from_place=was)


def _changes(history: Sequence[Moment], place: int) -> Iterator[Story]:
    held = [(each, entry_id) for each in history if (entry_id := each.holder(place)) is not None]
    changes = [now for before, now in pairwise(held) if before[1] != now[1]]
    if len(changes) >= CHANGES_N:
        moment, holder = changes[-1]
        yield moment.story("place_changed", holder, place=place, count=len(changes))


def _close_at_top(now: Moment) -> Iterator[Story]:
    rows = [each for each in now.standings if each.has_value][:2]
    if len(rows) < 2 or rows[1].rank != 2 or rows[1].gap_ns is None or rows[1].is_close:
        return
    if rows[1].gap_ns <= CLOSE_NS:
        yield now.story("close_at_top", *(each.entry_id for each in rows), by_ns=rows[1].gap_ns)


def cut_stories(state: EventState, stage_id: StageId, history: Sequence[Moment]) -> Iterator[Story]:
    """Yield who came among those who go on, and how near it is; none once the field is drawn."""
    stage = _next_stage(state, stage_id)
    if stage is None or stage.progression is None or stage.field is not None or not history:
        return
    contests = [
        Contest(each.standings, state.entries, stage.progression, stage.named) for each in history
    ]
    fields = [dict.fromkeys(going_on(each)) for each in contests]
    for (now, after), before in zip(
        zip(history[1:], fields[1:], strict=True), fields, strict=False
    ):
        came = [each for each in after if each not in before]
        went = [each for each in before if each not in after]
        if len(came) == len(went) == 1:
            yield now.story("into_cut", came[0], went[0])
    near = [
        row.entry_id
        for row in cut_rows(contests[-1])
        if row.distance.ns is not None and abs(row.distance.ns) <= CLOSE_NS
    ]
    if len(near) > 1:
        yield history[-1].story("close_at_cut", *near, count=len(near), by_ns=CLOSE_NS)


def _next_stage(state: EventState, stage_id: StageId) -> Stage | None:
    for stage in state.stages.values():
        if stage.progression is not None and stage.progression.from_stage_id == stage_id:
            return stage
    return None
