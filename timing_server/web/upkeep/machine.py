"""Routes for the machine that the server runs on, and for what every screen hears of the venue."""

import asyncio
from typing import Annotated, cast

from fastapi import Depends

from timing_server.contract.server.venue import (
    MachineState,
    SendDown,
    SentDown,
    VenueNotice,
    Verb,
)
from timing_server.service.entities import Credential
from timing_server.web.asking import AnyCaller
from timing_server.web.auth import ORGANISER, PUBLIC, AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["venue"])


@router.get("/venue/notice", summary="Hear what every screen shows", dependencies=[Depends(PUBLIC)])
async def show_notice(kit: AnyKit) -> VenueNotice:
    """The same as the live stream's `venue`, for screens that follow no event."""
    return kit.hub.notice


@router.get("/venue/machine", summary="Show the machine", responses=refusals(401, 403))
async def show_machine(kit: AnyKit, _who: Organiser) -> MachineState:
    """Whether it may be switched off from here, and who did so last."""
    last = await asyncio.to_thread(kit.keeper.last_sent_down)
    is_kept = kit.keeper.machine.is_kept
    if last is None:
        return MachineState(is_kept=is_kept)
    actor, utc, verb = last
    return MachineState(
        is_kept=is_kept, last_actor=actor, last_utc=utc, last_verb=cast("Verb", verb)
    )


@router.post(
    "/venue/machine/down",
    summary="Switch the machine off, or restart it",
    responses=refusals(401, 403, 409, 422, 503),
)
async def send_down(
    body: SendDown,
    kit: AnyKit,
    caller: AnyCaller,
    _who: Annotated[Credential, Depends(ORGANISER)],
) -> SentDown:
    """Every screen is told, a last backup is taken, then the machine goes down. Refused while a
    heat is armed or on track, unless that is given up.
    """
    done = await kit.keeper.send_down(
        caller, body.verb, kit.backups, kit.hub, is_heat_given_up=body.is_heat_given_up
    )
    return SentDown(**done)
