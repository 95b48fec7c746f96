"""Stories as the commentator's page gets them, made once for each state of an event."""

from timing_server.contract.race.stories import Stories, StoryView
from timing_server.formats.stories.story import Story
from timing_server.formats.stories.telling import stories_of
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_US, StageId, StreamId
from timing_server.service.results.rows import stage_on_show

#: Older ones have been told.
NEWEST_TOLD = 60
_EVENTS_REMEMBERED = 16


class StoryTeller:
    """Remembers what it told last of each event: many may ask, and few facts change it."""

    def __init__(self) -> None:
        self._told: dict[StreamId, tuple[EventState, Stories]] = {}

    def tell(self, state: EventState) -> Stories:
        """Return the newest stories of the stage on show, and of the event's laps."""
        known, told = self._told.get(state.stream, (None, None))
        if told is not None and known is state:
            return told
        made = _made(state, stage_on_show(state))
        self._told.pop(state.stream, None)
        self._told[state.stream] = state, made
        while len(self._told) > _EVENTS_REMEMBERED:
            self._told.pop(next(iter(self._told)), None)
        return made


def _made(state: EventState, stage_id: StageId | None) -> Stories:
    found = () if stage_id is None else stories_of(state, stage_id)[:NEWEST_TOLD]
    return Stories(
        seq=state.seq, stage_id=stage_id, stories=tuple(_view(state, each) for each in found)
    )


def _view(state: EventState, story: Story) -> StoryView:
    return StoryView(
        code=story.code,
        at_us=story.at_race_ns // NS_PER_US,
        heat_number=state.heats[story.heat_id].number,
        entry_ids=story.entry_ids,
        time_us=_maybe_us(story.time_ns),
        by_us=_maybe_us(story.by_ns),
        count=story.count,
        place=story.place,
        from_place=story.from_place,
        seconds=story.seconds,
    )


def _maybe_us(ns: int | None) -> int | None:
    return None if ns is None else ns // NS_PER_US
