"""Routes that tell results as JSON: the whole event, one heat, one entry."""

import asyncio

from fastapi import Depends

from timing_server.contract.race.sheets import EntrySheet, EventResults, HeatSheet
from timing_server.rules.protests import protest_closes_ns
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_US, HeatId
from timing_server.service.errors import UnknownIdError
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.results.telling import results_of
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"], dependencies=[Depends(PUBLIC)], responses=refusals(404))


@router.get("/events/{event_id}/results", summary="Get all results of an event")
async def event_results(event_id: IdInPath, kit: AnyKit) -> EventResults:
    """Places, every stage, every heat with its laps, awards, and the venue key's fingerprint."""
    return await results_of(event_id, kit)


@router.get("/events/{event_id}/results/heats/{heat_id}", summary="Get a heat's sheet")
async def heat_sheet(event_id: IdInPath, heat_id: IdInPath, kit: AnyKit) -> HeatSheet:
    """Every run of the heat with every lap, and why one doesn't count. Only a heat that ran."""
    event = await results_of(event_id, kit)
    for heat in event.heats:
        if heat.heat_id == heat_id:
            return heat
    raise UnknownIdError("heat", heat_id)


@router.get("/events/{event_id}/results/entries/{entry_id}", summary="Get an entry's sheet")
async def entry_sheet(event_id: IdInPath, entry_id: IdInPath, kit: AnyKit) -> EntrySheet:
    """An entry's place, its row in each stage (by the stage's id), its runs and awards.

    Also until when protests against its heats are heard, and which of them can be played.
    """
    event = await results_of(event_id, kit)
    state = await kit.state_of(event_id)
    if entry_id not in state.entries:
        raise UnknownIdError("entry", entry_id)
    heats = tuple(
        heat.model_copy(update={"runs": own})
        for heat in event.heats
        if (own := tuple(run for run in heat.runs if run.entry_id == entry_id))
    )
    cards = await asyncio.to_thread(kit.records.of_entry, event_id, entry_id)
    return EntrySheet(
        event_id=event.event_id,
        event_name=event.name,
        place=next((each for each in event.places if each.entry_id == entry_id), None),
        rows={
            stage.stage_id: row
            for stage in event.stages
            for row in stage.rows
            if row.entry_id == entry_id
        },
        heats=heats,
        awards=tuple(each for each in event.awards if each.entry_id == entry_id),
        playable_heats=tuple({card.heat_id: None for card in cards}),
        protests_close_us=_protests_close_us(state, heats),
    )


def _protests_close_us(state: EventState, heats: tuple[HeatSheet, ...]) -> dict[str, int]:
    closes_ns = {
        heat.heat_id: protest_closes_ns(state.heats[HeatId(heat.heat_id)]) for heat in heats
    }
    return {heat_id: at_ns // NS_PER_US for heat_id, at_ns in closes_ns.items() if at_ns}
