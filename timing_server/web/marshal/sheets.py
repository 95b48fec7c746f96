"""Routes to read what a marshal rules on: a heat's sheet, and the passes that are nobody's."""

from fastapi import Depends

from timing_server.contract.race.rulings import HeatSheet, TrayRow
from timing_server.rules.units import HeatId
from timing_server.service.errors import UnknownIdError
from timing_server.service.marshal.sheets import heat_sheet
from timing_server.service.marshal.tray import tray_rows
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["rulings"], dependencies=[Depends(PUBLIC)], responses=refusals(404))


@router.get("/events/{event_id}/heats/{heat_id}/sheet", summary="Show a heat to be corrected")
async def show_sheet(event_id: IdInPath, heat_id: IdInPath, kit: AnyKit) -> HeatSheet:
    """Every pass and lap of every run, each with the rulings that would be taken now."""
    state = await kit.state_of(event_id)
    heat = state.heats.get(HeatId(heat_id))
    if heat is None:
        raise UnknownIdError("heat", heat_id)
    return heat_sheet(state, heat)


@router.get("/events/{event_id}/tray", summary="List the passes that wait for an owner")
async def show_tray(event_id: IdInPath, kit: AnyKit) -> list[TrayRow]:
    """Passes of a heat under way that no lane, mark or lone entry claims, oldest first.

    `reassign` says whose one was, `void` that it was nobody's.
    """
    return tray_rows(await kit.state_of(event_id))
