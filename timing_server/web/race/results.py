"""Routes to read a race: its live document, its results, its passes."""

import asyncio
from typing import Annotated

from fastapi import Depends, Query

from timing_server.contract.live.messages import LiveSnapshot
from timing_server.contract.race.events import PassRow, Results
from timing_server.contract.race.stories import Stories
from timing_server.rules.units import NS_PER_US, StageId
from timing_server.service.errors import UnknownIdError
from timing_server.service.reports import pass_reports
from timing_server.service.results.rows import result_rows, stage_on_show
from timing_server.web.asking import IdInPath, RawJson
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"], dependencies=[Depends(PUBLIC)], responses=refusals(404))


@router.get(
    "/events/{event_id}/view",
    summary="Get the live document once",
    response_model=LiveSnapshot,
    response_class=RawJson,
    responses=refusals(503),
)
async def view(event_id: IdInPath, kit: AnyKit) -> RawJson:
    """What the live stream's `snapshot` holds: an absent key means null."""
    await kit.follow(event_id)
    return RawJson(kit.hub.snapshot(event_id))


@router.get("/events/{event_id}/standings", summary="Get a stage's results")
async def standings(
    event_id: IdInPath,
    kit: AnyKit,
    stage_id: Annotated[str | None, Query(description="Default: the stage on show.")] = None,
) -> Results:
    """Who ran, best first; `laps` are the counted laps in the order of driving."""
    state = await kit.state_of(event_id)
    if stage_id is not None and stage_id not in state.stages:
        raise UnknownIdError("stage", stage_id)
    shown = StageId(stage_id) if stage_id else stage_on_show(state)
    registry = kit.writer.known.registry
    return Results(standings=result_rows(state, shown, registry))


@router.get("/events/{event_id}/stories", summary="Read what is worth saying")
async def stories(event_id: IdInPath, kit: AnyKit) -> Stories:
    """For whoever speaks to the hall: of the event's laps and of the stage on show.

    They follow from the facts alone: asked for late, they are the same.
    """
    state = await kit.state_of(event_id)
    return await asyncio.to_thread(kit.story_teller.tell, state)


@router.get("/events/{event_id}/passes", summary="List every pass of the event")
async def passes(event_id: IdInPath, kit: AnyKit) -> list[PassRow]:
    """Counted or not, with the reason; in the order of their instants."""
    return [
        PassRow(
            pass_ref=each.pass_ref,
            heat_id=each.heat_id,
            node_id=each.node_id,
            gate=each.gate,
            crossed_us=None if each.crossed_race_ns is None else each.crossed_race_ns // NS_PER_US,
            bound_us=None if each.bound_ns is None else each.bound_ns // NS_PER_US,
            verdict=each.verdict,
            source=each.source,
        )
        for each in pass_reports(await kit.state_of(event_id))
    ]
