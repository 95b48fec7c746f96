"""Routes for events: begin one, give it the venue's gates, close it."""

from fastapi import Depends

from timing_server.contract.live.messages import ActiveEvent
from timing_server.contract.race.events import EventOutcome, EventRequest, EventSummary
from timing_server.rules.commands.plan import CloseEvent, CreateEvent
from timing_server.rules.units import EventId
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.known import Known
from timing_server.service.log.venue import KnownEvent
from timing_server.web.asking import AnyCaller, AnyOffice, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["events"])


@router.get("/events", summary="List events", dependencies=[Depends(PUBLIC)])
async def list_events(kit: AnyKit) -> list[EventSummary]:
    """All events, oldest first."""
    known = kit.writer.known
    return [_summary(each, known) for each in known.venue.events.values()]


def _summary(event: KnownEvent, known: Known) -> EventSummary:
    return EventSummary(
        event_id=event.event_id,
        name=known.registry.event_names.get(event.event_id, event.event_id),
        is_demo=event.is_demo,
        is_open=event.is_open,
        is_active=event.event_id == known.venue.active_event_id,
        created_utc=event.created_wall_utc,
    )


@router.post(
    "/events",
    summary="Begin an event",
    status_code=201,
    response_model=EventOutcome,
    responses=COMMAND_REFUSALS,
)
async def create_event(
    body: EventRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """The event has a plan but not yet the venue's gates: open it for that."""
    event_id = EventId(kit.new_id())
    if body.like is None:
        command = CreateEvent(event_id, body.time_zone, body.is_demo)
        return await answer(kit.office.create_event(caller, command, body.name))
    earlier = await kit.state_of(body.like)
    has_zone = "time_zone" in body.model_fields_set
    time_zone = body.time_zone if has_zone else earlier.time_zone
    command = CreateEvent(event_id, time_zone, body.is_demo)
    begun = kit.office.create_event_like(caller, command, body.name, EventId(body.like), kit.new_id)
    return await answer(begun)


@router.get("/events/active", summary="Say which event `/` shows", dependencies=[Depends(PUBLIC)])
async def active_event(kit: AnyKit) -> ActiveEvent:
    """The open event, else the last that was open, else the newest; null where there is none."""
    return ActiveEvent(event_id=kit.writer.known.venue.active_event_id)


@router.get(
    "/events/{event_id}",
    summary="Show an event",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_event(event_id: IdInPath, kit: AnyKit) -> EventSummary:
    """Its plan is at `stages`, `entries` and `heats` below it, its race at `view`."""
    known = kit.writer.known
    event = known.venue.events.get(EventId(event_id))
    if event is None:
        raise UnknownIdError("event", event_id)
    return _summary(event, known)


@router.post(
    "/events/{event_id}/open",
    summary="Give the event the venue's gates",
    response_model=EventOutcome,
    responses=COMMAND_REFUSALS,
)
async def open_event(event_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller) -> object:
    """The event that had them closes; refused while a heat of it runs, unless it is a demo."""
    return await answer(kit.office.open_event(caller, EventId(event_id)))


@router.post(
    "/events/{event_id}/close",
    summary="Take the venue's gates from the event",
    response_model=EventOutcome,
    responses=COMMAND_REFUSALS,
)
async def close_event(_who: Organiser, office: AnyOffice) -> object:
    """Its results stand. Refused while a heat runs."""
    return await office.command(CloseEvent())
