"""Routes for protests: a driver lodges one for an own entry, a marshal for any; marshals decide."""

from fastapi import Depends

from timing_server.contract.race.rulings import (
    DecisionRequest,
    ProtestRequest,
    ProtestView,
    RulingOutcome,
)
from timing_server.rules.commands.rulings import DecideProtest, LodgeProtest
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId, RulingId
from timing_server.service.entities import Credential
from timing_server.service.marshal.protests import protest_views
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import PUBLIC, AnyDriver, AnyKit
from timing_server.web.errors import ForbiddenError
from timing_server.web.marshal.bench import AnyBench, marshals_router
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

public_router = ApiRouter(
    tags=["protests"], dependencies=[Depends(PUBLIC)], responses=refusals(404)
)
drivers_router = ApiRouter(tags=["protests"], responses=COMMAND_REFUSALS)
router = marshals_router(tag="protests")


@public_router.get("/events/{event_id}/protests", summary="List protests")
async def list_protests(event_id: IdInPath, kit: AnyKit) -> list[ProtestView]:
    """Oldest first, with what was decided; those that were withdrawn too."""
    return protest_views(await kit.state_of(event_id))


@drivers_router.post(
    "/events/{event_id}/protests",
    summary="Protest against a heat's result",
    status_code=201,
    response_model=RulingOutcome,
)
async def lodge_protest(body: ProtestRequest, who: AnyDriver, office: AnyOffice) -> object:
    """Until the stage's limit after the heat's end; a driver protests for an own entry."""
    check_own_entry(who, await office.state(), EntryId(body.entry_id))
    command = LodgeProtest(
        RulingId(office.new_id()), HeatId(body.heat_id), EntryId(body.entry_id), body.reason
    )
    return await office.command(command)


@router.post(
    "/events/{event_id}/protests/{protest_id}/decide",
    summary="Uphold or reject a protest",
    response_model=RulingOutcome,
)
async def decide_protest(protest_id: IdInPath, body: DecisionRequest, bench: AnyBench) -> object:
    """The decision alone changes no result: what follows from it are rulings of their own."""
    command = DecideProtest(
        bench.ruling_id, RulingId(protest_id), is_upheld=body.is_upheld, reason=body.reason
    )
    return await bench.rule(command)


def check_own_entry(who: Credential, state: EventState, entry_id: EntryId) -> None:
    """Let a driver speak for an entry of theirs alone; everybody above speaks for any.

    Raises ForbiddenError.
    """
    entry = state.entries.get(entry_id)
    if who.role != "driver" or entry is None or who.scope in entry.driver_ids:
        return
    raise ForbiddenError(f"'{who.principal}' doesn't drive for entry {entry_id}.")
