"""Routes for tracks: what there is to drive on, and the venue's own."""

import asyncio
import hashlib
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from timing_server.contract.server.tracks import (
    Paper,
    Printed,
    TrackPlan,
    TrackRow,
    TrackSave,
    TracksDesk,
    TrackShape,
    TrackSheets,
    TrackSketch,
)
from timing_server.service.tracks.tracks import Tracks
from timing_server.web.asking import client_of
from timing_server.web.auth import PUBLIC, AnyDriver, AnyKit, driver_of
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.results.telling import attachment
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["tracks"])

#: A design's name, or the id of one of the venue's own.
TrackInPath = Annotated[str, Path(pattern=r"^[a-z0-9]{1,32}$")]
PDF = "application/pdf"
BYTES = "application/octet-stream"
OwnInPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get(
    "/tracks", summary="List tracks", dependencies=[Depends(PUBLIC)], responses=refusals(409)
)
async def list_tracks(kit: AnyKit) -> list[TrackRow]:
    """Paddock's own designs, the demo's first, then those that the venue keeps."""
    drivers = kit.writer.known.registry.drivers
    return await asyncio.to_thread(kit.tracks.rows, drivers)


@router.get("/tracks/desk", summary="Say whether there are tracks", dependencies=[Depends(PUBLIC)])
async def desk(kit: AnyKit) -> TracksDesk:
    """A server without numpy can't measure tracks, and so has none."""
    reason, reading = kit.tracks.missing(), kit.track_reading.missing()
    return TracksDesk(
        is_open=reason is None, reason=reason, reads_files=reading is None, reading_reason=reading
    )


@router.post(
    "/tracks/sketch", summary="Measure a drawn track", responses=refusals(401, 403, 409, 422, 429)
)
async def sketch(body: TrackSketch, request: Request, kit: AnyKit, _who: AnyDriver) -> TrackShape:
    """What a smooth closed line through the points looks like, and where it can't be driven."""
    with kit.tracks.sketching.place(client_of(request)):
        return await asyncio.to_thread(kit.tracks.sketch, body.points, body.width_m)


@router.get(
    "/tracks/{track_id}",
    summary="Get a track's plan",
    dependencies=[Depends(PUBLIC)],
    response_model=TrackPlan,
    responses={304: {"description": "As it was."}, **refusals(404, 409, 422, 503)},
)
async def get_track(track_id: TrackInPath, request: Request, kit: AnyKit) -> Response:
    """Its centre, inner and outer line in metres, and the points that it is made of."""
    drivers = kit.writer.known.registry.drivers
    plan = await asyncio.to_thread(kit.tracks.plan, track_id, drivers)
    content = plan.model_dump_json().encode()
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


@router.get(
    "/tracks/{track_id}/file.npy",
    summary="Get a track for other tools",
    dependencies=[Depends(PUBLIC)],
    responses={200: {"content": {BYTES: {}}}, **refusals(404, 409, 422, 503)},
    response_class=Response,
)
async def get_npy(track_id: TrackInPath, kit: AnyKit) -> Response:
    """As DeepRacer's track files are: centre, inner and outer line, N×6 metres."""
    content = await asyncio.to_thread(kit.tracks.npy, track_id)
    return Response(content, media_type=BYTES, headers=attachment("track.npy", track_id))


@router.get(
    "/tracks/{track_id}/file.track",
    summary="Get one of the venue's tracks as a file",
    dependencies=[Depends(PUBLIC)],
    responses={200: {"content": {BYTES: {}}}, **refusals(404, 409, 422, 503)},
    response_class=Response,
)
async def get_file(track_id: OwnInPath, kit: AnyKit) -> Response:
    """With its points and its ground, for another venue or for `paddock train --track`."""
    content = await asyncio.to_thread(_file_of, kit.tracks, track_id)
    return Response(content, media_type=BYTES, headers=attachment("lap.track", track_id))


@router.get(
    "/tracks/{track_id}/sheets",
    summary="Count a track's sheets of paper",
    responses=refusals(401, 403, 404, 409, 422, 429, 503),
)
async def count_sheets(
    track_id: TrackInPath,
    request: Request,
    kit: AnyKit,
    _who: AnyDriver,
    paper: Paper = "a4",
    printed: Printed = "road",
) -> TrackSheets:
    """Sheets at its real size, the one that shows the plan not among them."""
    with kit.tracks.printing.place(client_of(request)):
        return await asyncio.to_thread(kit.tracks.sheets, track_id, paper, printed)


@router.get(
    "/tracks/{track_id}/sheets.pdf",
    summary="Get a track to print",
    responses={200: {"content": {PDF: {}}}, **refusals(401, 403, 404, 409, 422, 429, 503)},
    response_class=Response,
)
async def print_track(
    track_id: TrackInPath,
    request: Request,
    kit: AnyKit,
    _who: AnyDriver,
    paper: Paper = "a4",
    printed: Printed = "road",
) -> Response:
    """At its real size, on sheets with marks to cut along, names, and a ruler to check."""
    with kit.tracks.printing.place(client_of(request)):
        content = await asyncio.to_thread(kit.tracks.pdf, track_id, paper, printed)
    return Response(content, media_type=PDF, headers=attachment("track.pdf", track_id))


@router.put(
    "/tracks/{track_id}",
    summary="Keep a track",
    responses=COMMAND_REFUSALS,
)
async def put_track(track_id: OwnInPath, body: TrackSave, kit: AnyKit, who: AnyDriver) -> TrackPlan:
    """A new one, or a change of one. Drivers change their own; the same again changes nothing."""
    drivers = kit.writer.known.registry.drivers
    return await asyncio.to_thread(kit.tracks.save, track_id, body, driver_of(who), drivers)


@router.delete(
    "/tracks/{track_id}",
    summary="Delete a track",
    status_code=204,
    responses=COMMAND_REFUSALS,
)
async def delete_track(track_id: OwnInPath, kit: AnyKit, who: AnyDriver) -> None:
    """It can be brought back until twenty others have been deleted."""
    await asyncio.to_thread(kit.tracks.delete, track_id, driver_of(who))


@router.post(
    "/tracks/{track_id}/restore",
    summary="Bring a deleted track back",
    responses=COMMAND_REFUSALS,
)
async def restore_track(track_id: OwnInPath, kit: AnyKit, who: AnyDriver) -> TrackPlan:
    """As it was when it was deleted."""
    drivers = kit.writer.known.registry.drivers
    return await asyncio.to_thread(kit.tracks.restore, track_id, driver_of(who), drivers)


def _file_of(tracks: Tracks, track_id: str) -> bytes:
    """Return a track as a file; its picture may be megabytes, which is nothing for the loop."""
    return tracks.document(track_id).model_dump_json(exclude_none=True).encode()
