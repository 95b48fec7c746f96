"""Routes for marshals: passes by hand, off-track marks, voids, and taking any of it back."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from timing_server.contract.control import (
    ManualPassRequest,
    OffTrackRequest,
    RulingOutcome,
    RulingRequest,
)
from timing_server.contract.live import RulingView
from timing_server.rules.commands.rulings import (
    InsertPass,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.units import (
    NS_PER_MS,
    NS_PER_US,
    EntryId,
    EventId,
    HeatId,
    PassRef,
    RulingId,
)
from timing_server.service.live.ruling_section import ruling_views
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Marshal
from timing_server.web.problems import refusals

#: How precisely a hand presses a button when a car crosses a line.
HAND_BOUND_NS = 200 * NS_PER_MS

router = APIRouter(tags=["rulings"])
_REFUSALS = refusals(401, 403, 404, 409, 422, 503)
_NO_REASON = RulingRequest()
OptionalReason = Annotated[RulingRequest, Body()]


@router.get(
    "/events/{event_id}/rulings",
    summary="List all rulings",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_rulings(event_id: IdInPath, kit: AnyKit) -> list[RulingView]:
    """Who ruled what, when and why, oldest first; reversed ones too."""
    return list(ruling_views(await kit.state_of(event_id)).values())


@router.post(
    "/events/{event_id}/heats/{heat_id}/passes",
    summary="Enter a pass by hand",
    status_code=201,
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def insert_pass(
    event_id: IdInPath,
    heat_id: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
    body: Annotated[ManualPassRequest, Body()] = ManualPassRequest(),  # noqa: B008 - frozen
) -> object:
    """A marshal saw a crossing that no sensor reported; without an instant it is now."""
    command = InsertPass(
        ruling_id=RulingId(kit.new_id()),
        heat_id=HeatId(heat_id),
        crossed_race_ns=None if body.crossed_us is None else body.crossed_us * NS_PER_US,
        bound_ns=HAND_BOUND_NS,
        reason=body.reason,
    )
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/heats/{heat_id}/off-tracks",
    summary="Mark that a car left the track",
    status_code=201,
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def mark_off_track(
    event_id: IdInPath,
    heat_id: IdInPath,
    body: OffTrackRequest,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
) -> object:
    """All wheels off the road; the lap that it happens in carries the mark."""
    command = MarkOffTrack(
        ruling_id=RulingId(kit.new_id()),
        heat_id=HeatId(heat_id),
        entry_id=EntryId(body.entry_id),
        left_race_ns=None if body.left_us is None else body.left_us * NS_PER_US,
    )
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/passes/{pass_ref}/void",
    summary="Strike a pass",
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def void_pass(
    event_id: IdInPath,
    pass_ref: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
    body: OptionalReason = _NO_REASON,
) -> object:
    """It was no crossing of a car: the laps on either side of it become one."""
    command = VoidPass(RulingId(kit.new_id()), PassRef(pass_ref), body.reason)
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/laps/{pass_ref}/void",
    summary="Strike the lap that a pass closed",
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def void_lap(
    event_id: IdInPath,
    pass_ref: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
    body: OptionalReason = _NO_REASON,
) -> object:
    """The lap doesn't count; its passes stand, so its neighbours do too."""
    command = VoidLap(RulingId(kit.new_id()), PassRef(pass_ref), body.reason)
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/rulings/undo",
    summary="Take back the newest ruling that stands",
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def undo(
    event_id: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
    body: OptionalReason = _NO_REASON,
) -> object:
    """As if it had not been made; the audit keeps both."""
    command = ReverseRuling(RulingId(kit.new_id()), None, body.reason)
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/rulings/{ruling_id}/reverse",
    summary="Take back a ruling",
    response_model=RulingOutcome,
    responses=_REFUSALS,
)
async def reverse(
    event_id: IdInPath,
    ruling_id: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
    body: OptionalReason = _NO_REASON,
) -> object:
    """Reversing a reversal restores what it took back."""
    command = ReverseRuling(RulingId(kit.new_id()), RulingId(ruling_id), body.reason)
    return await answer(kit.office.command(caller, EventId(event_id), command))
