"""Routes for what people bring as a track: a photo of a mat, or a file of another program."""

import asyncio
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from timing_server.contract.server.tracks import MAX_UPLOAD_BYTES, TrackProposal
from timing_server.service.tracks.ports import PhotoTaps
from timing_server.web.asking import client_of
from timing_server.web.auth import DRIVER, AnyDriver, AnyKit
from timing_server.web.pictures import JPEG, PICTURE_BODY
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.tracks.tracks import BYTES, OwnInPath

router = ApiRouter(tags=["tracks"])

_FILE_BODY = {"requestBody": {"content": {BYTES: {}}, "required": True}}
_REFUSALS = refusals(401, 403, 409, 413, 422, 429, 503)

Fraction = Annotated[float, Query(ge=-1, le=2, allow_inf_nan=False)]
Side = Annotated[float, Query(ge=0.05, le=60, allow_inf_nan=False)]


@router.post(
    "/tracks/photos",
    summary="Find the track on a photo",
    max_body_size=MAX_UPLOAD_BYTES,
    responses=_REFUSALS,
    openapi_extra=PICTURE_BODY,
)
async def read_photo(
    request: Request,
    kit: AnyKit,
    _who: AnyDriver,
    x: Annotated[list[Fraction], Query(min_length=4, max_length=4)],
    y: Annotated[list[Fraction], Query(min_length=4, max_length=4)],
    width_m: Side,
    height_m: Side,
    reach_m: Annotated[float, Query(ge=0, le=20, allow_inf_nan=False)] = 0.3,
) -> TrackProposal:
    """`x` and `y` are where it shows the corners of a rectangle of `width_m` × `height_m`: upper
    left, upper right, lower right, lower left, as fractions of its width and height.

    It is read in a process of its own, which takes some seconds. The ground from above can be
    fetched, and becomes a track's when one is saved with `ground_from`.
    """
    taps = PhotoTaps(tuple(zip(x, y, strict=True)), width_m, height_m, reach_m)
    return await kit.track_reading.photo(client_of(request), await request.body(), taps)


@router.post(
    "/tracks/imports",
    summary="Read a track's file",
    max_body_size=MAX_UPLOAD_BYTES,
    responses=_REFUSALS,
    openapi_extra=_FILE_BODY,
)
async def read_file(
    request: Request,
    kit: AnyKit,
    _who: AnyDriver,
    kind: Annotated[Literal["npy", "track"], Query()] = "npy",
) -> TrackProposal:
    """A community file of N×6 metres, `.npy`, or a `.track`; nothing is kept but a picture."""
    content = await request.body()
    return await kit.track_reading.file(client_of(request), content, f".{kind}")


@router.get(
    "/tracks/{track_id}/ground.jpg",
    summary="Get the picture of a track's ground",
    dependencies=[Depends(DRIVER)],
    responses={200: {"content": {JPEG: {}}}, **refusals(401, 403, 404, 409, 422, 503)},
    response_class=Response,
)
async def get_ground(track_id: OwnInPath, kit: AnyKit) -> Response:
    """Of one of the venue's tracks, or of a photo that was read."""
    content = await asyncio.to_thread(kit.track_reading.ground, track_id)
    return Response(content, media_type=JPEG, headers={"Cache-Control": "private, no-cache"})
