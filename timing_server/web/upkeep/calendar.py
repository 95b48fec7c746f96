"""Routes for the server's calendar, which a machine without a clock chip starts wrong."""

import asyncio
from typing import Annotated

from fastapi import Depends

from timing_server.contract.errors import PaddockError
from timing_server.contract.server.venue import SetWallClock, WallClock, WallClockSet
from timing_server.service.entities import Credential
from timing_server.service.kit import Kit
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import ORGANISER, PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["server"])


@router.get("/clock/wall", summary="Read the calendar", dependencies=[Depends(PUBLIC)])
async def read_calendar(kit: AnyKit) -> WallClock:
    """For race control, which compares it with the organiser's device; never for a duration."""
    return WallClock(wall_utc=kit.system.wall_utc())


@router.put("/clock/wall", summary="Set the calendar", responses=refusals(401, 403, 409, 422, 503))
async def set_calendar(
    body: SetWallClock,
    kit: AnyKit,
    caller: AnyCaller,
    _who: Annotated[Credential, Depends(ORGANISER)],
) -> WallClockSet:
    """From now on the server's calendar runs on from here; laps, windows and deadlines don't
    depend on it. The machine's own is set as well, where 'paddock venue install' lets it.
    """
    outcome = await answer(kit.calendar.set(caller, body.now_utc))
    return WallClockSet(**outcome, is_machine_set=await _set_machine(kit))


async def _set_machine(kit: Kit) -> bool:
    """Set the machine's calendar to the venue's, which a repeat can't set back."""
    if not kit.keeper.machine.is_kept:
        return False
    try:
        await asyncio.to_thread(kit.keeper.machine.set_calendar, kit.system.wall_utc())
    except PaddockError:
        return False
    return True
