"""Routes for the venue: its track, where cars are on it, the demo's hand through the beam."""

import asyncio
from typing import Annotated

from fastapi import Depends

from timing_server.contract.machines.devices import PositionReport, TrackMap, TripOrder
from timing_server.service.devices.device_board import TRACK_BLOB
from timing_server.service.entities import Credential
from timing_server.service.errors import NotADemoError, UnknownIdError
from timing_server.web.asking import answer
from timing_server.web.auth import PUBLIC, TRACKER, AnyKit, Marshal
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["venue"])
TheTracker = Annotated[Credential, Depends(TRACKER)]


@router.put(
    "/venue/track",
    summary="Say what the track looks like",
    status_code=204,
    responses=refusals(401, 403, 413, 422, 503),
)
async def put_track(body: TrackMap, kit: AnyKit, _who: TheTracker) -> None:
    """The map that boards draw; kept for the next start."""
    content = body.model_dump_json().encode()
    await answer(kit.writer.submit(lambda draft: draft.rows.put_blob(TRACK_BLOB, content)))
    kit.board.take_track(body)


@router.get(
    "/venue/track",
    summary="Get the track's map",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def get_track(kit: AnyKit) -> TrackMap:
    """404 where nobody has said what the track looks like."""
    if kit.board.track is None:
        raise UnknownIdError("track", "track")
    return kit.board.track


@router.post(
    "/venue/positions",
    summary="Say where the cars are",
    status_code=204,
    responses=refusals(401, 403, 422),
)
async def take_positions(body: PositionReport, kit: AnyKit, _who: TheTracker) -> None:
    """About ten times a second while a car is on the track; shown, and kept of a heat."""
    kit.board.take_positions(body)
    positions = kit.analysis.positions
    if positions.note(kit.writer.known, body, kit.clock.now_ns(), kit.board.track):
        await asyncio.to_thread(positions.flush)


@router.post(
    "/demo/trip",
    summary="Wave a hand through the virtual beam",
    status_code=204,
    responses=refusals(401, 403, 409, 422),
)
async def trip(body: TripOrder, kit: AnyKit, _who: Marshal) -> None:
    """Only while a demo event is open: the virtual venue breaks that gate's beam."""
    event = kit.writer.known.venue.open_event
    if event is None or not event.is_demo:
        raise NotADemoError("Only a demo's beam can be tripped from here.")
    kit.hub.trip(body)
