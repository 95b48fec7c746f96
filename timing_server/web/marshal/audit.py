"""Routes for the audit: who ruled what, and taking any of it back."""

from typing import Annotated

from fastapi import Body, Depends

from timing_server.contract.live.rulings import RulingView
from timing_server.contract.race.rulings import RulingOutcome, RulingRequest
from timing_server.rules.commands.rulings import ReverseRuling
from timing_server.rules.units import RulingId
from timing_server.service.live.ruling_section import ruling_views
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.marshal.bench import AnyBench, marshals_router
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

public_router = ApiRouter(tags=["rulings"], dependencies=[Depends(PUBLIC)], responses=refusals(404))
router = marshals_router()


@public_router.get("/events/{event_id}/rulings", summary="List all rulings")
async def list_rulings(event_id: IdInPath, kit: AnyKit) -> list[RulingView]:
    """Who ruled what, when and why, oldest first; reversed ones too."""
    return list(ruling_views(await kit.state_of(event_id)).values())


@router.post(
    "/events/{event_id}/rulings/undo",
    summary="Take back the newest ruling that stands",
    response_model=RulingOutcome,
)
async def undo(
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """As if it had not been made; the audit keeps both. Protests are only taken back by id."""
    return await bench.rule(ReverseRuling(bench.ruling_id, None, body.reason))


@router.post(
    "/events/{event_id}/rulings/{ruling_id}/reverse",
    summary="Take back a ruling",
    response_model=RulingOutcome,
)
async def reverse(
    ruling_id: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """Reversing a reversal restores what it took back."""
    return await bench.rule(ReverseRuling(bench.ruling_id, RulingId(ruling_id), body.reason))
