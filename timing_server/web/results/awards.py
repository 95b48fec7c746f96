"""Routes for awards: those that follow from the log, and the organiser's own."""

from fastapi import Depends

from timing_server.contract.race.sheets import Award, AwardOutcome, AwardRequest
from timing_server.rules.units import EventId
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.results.telling import results_of
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"])


@router.get(
    "/events/{event_id}/awards",
    summary="List awards",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_awards(event_id: IdInPath, kit: AnyKit) -> tuple[Award, ...]:
    """Most improved, cleanest run and best newcomer as the log has them, then the own ones."""
    return (await results_of(event_id, kit)).awards


@router.post(
    "/events/{event_id}/awards",
    summary="Give an award",
    status_code=201,
    response_model=AwardOutcome,
    responses=COMMAND_REFUSALS,
)
async def give_award(
    event_id: IdInPath, body: AwardRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """A prize of the organiser's own; it alters no result."""
    return await answer(kit.awards.give(caller, EventId(event_id), kit.new_id(), body))


@router.delete(
    "/events/{event_id}/awards/{award_id}",
    summary="Take an award back",
    response_model=AwardOutcome,
    responses=COMMAND_REFUSALS,
)
async def take_award_back(
    event_id: IdInPath, award_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Only the organiser's own ones can be."""
    return await answer(kit.awards.take_back(caller, EventId(event_id), award_id))
