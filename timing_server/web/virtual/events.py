"""Which events' virtual races are looked at, and their states with the tracks named by now."""

from timing_server.rules.state.event import EventState
from timing_server.rules.units import EventId
from timing_server.service.kit import Kit
from timing_server.service.log.venue import KnownEvent
from timing_server.service.virtual.stages import is_reveal_due
from timing_server.web.asking import answer

#: People look at so many events: those of this season.
EVENTS_SHOWN = 8


def newest_events(kit: Kit) -> list[KnownEvent]:
    """Return the newest events that were made here, the newest first."""
    events = kit.writer.known.venue.events.values()
    own = [each for each in events if not each.is_imported]
    own.sort(key=lambda each: each.created_wall_utc, reverse=True)
    return own[:EVENTS_SHOWN]


async def revealed(kit: Kit, event_id: str) -> EventState:
    """Return an event's state with the tracks named that are to be by now."""
    state = await kit.state_of(event_id)
    if is_reveal_due(state, kit.system.wall_utc()):
        await answer(kit.virtual.stages.reveal(EventId(event_id)))
        state = await kit.state_of(event_id)
    return state
