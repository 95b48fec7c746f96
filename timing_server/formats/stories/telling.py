"""All stories of an event, the newest first: for whoever speaks to the hall."""

from timing_server.formats.stories.driven import DrivenHeat, driven_heats, driven_laps
from timing_server.formats.stories.of_laps import best_stories, own_best_stories
from timing_server.formats.stories.of_places import cut_stories, moments, place_stories
from timing_server.formats.stories.of_runs import (
    clean_stories,
    field_stories,
    run_stories,
    start_stories,
)
from timing_server.formats.stories.story import Story
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId


def stories_of(state: EventState, stage_id: StageId) -> tuple[Story, ...]:
    """Return what there is to tell, the newest first: of the event's laps, and of a stage.

    A function of the state alone: asked for late, or after a restart, it tells the same.
    """
    heats = driven_heats(state)
    laps = driven_laps(heats)
    own = tuple(each for each in heats if each.heat.stage_id == stage_id)
    history = moments(state, stage_id, own)
    found = [
        *best_stories(laps),
        *own_best_stories(laps),
        *_of_heats(own),
        *clean_stories(heats),
        *place_stories(history),
        *cut_stories(state, stage_id, history),
    ]
    found.sort(key=lambda each: (-each.at_race_ns, each.code, each.entry_ids))
    return tuple(found)


def _of_heats(heats: tuple[DrivenHeat, ...]) -> list[Story]:
    found = [story for each in heats for story in (*run_stories(each), *field_stories(each))]
    return [*found, *start_stories(heats)]
