"""Routes for camera gates: their word on each pass, and how they are."""

import asyncio

from fastapi import Request, Response

from timing_server.contract.machines.cameras import (
    CameraHealth,
    CameraLine,
    CameraOrder,
    CameraReport,
    CameraStatus,
    CameraWord,
    UnclaimedMark,
)
from timing_server.contract.machines.frames import MAX_FRAME_BYTES
from timing_server.web.asking import IdInPath, answer
from timing_server.web.auth import AnyKit, Marshal, Organiser
from timing_server.web.devices.nodes import NodeInPath, TheNode
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["nodes"])


@router.post(
    "/nodes/{node_id}/cameras/passes",
    summary="Say what a camera saw of a pass",
    status_code=204,
    responses=refusals(401, 403, 413, 422, 503),
)
async def take_report(node_id: NodeInPath, body: CameraReport, kit: AnyKit, _who: TheNode) -> None:
    """Evidence; it binds nothing: whose the pass was is said by `identifications`.

    A repeat replaces what the camera said before.
    """
    await answer(kit.cameras.take(node_id, body))


@router.post(
    "/nodes/{node_id}/cameras",
    summary="Report how a camera gate is doing",
    status_code=204,
    responses=refusals(401, 403, 413, 422),
)
async def take_health(node_id: NodeInPath, body: CameraHealth, kit: AnyKit, _who: TheNode) -> None:
    """Every few seconds. Only the newest is kept; it is no fact."""
    kit.cameras.take_health(node_id, body, kit.clock.now_ns())


@router.get("/cameras", summary="List camera gates", responses=refusals(401, 403))
async def list_cameras(kit: AnyKit, _who: Marshal) -> list[CameraStatus]:
    """Every camera that was heard since the server started."""
    return kit.cameras.statuses(kit.clock.now_ns())


@router.get(
    "/cameras/unclaimed",
    summary="List marks that crossed without a beam break",
    responses=refusals(401, 403),
)
async def list_unclaimed(kit: AnyKit, _who: Marshal) -> list[UnclaimedMark]:
    """The newest of them, newest first: a car may have a pass less than it drove."""
    event_id = kit.writer.known.venue.active_event_id
    state = None if event_id is None else await kit.state_of(event_id)
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.cameras.unclaimed, state, registry)


@router.post(
    "/nodes/{node_id}/cameras/{gate}/look",
    summary="Ask a camera for a picture",
    status_code=204,
    responses=refusals(401, 403, 404, 422),
)
async def ask_for_picture(
    node_id: NodeInPath, gate: IdInPath, kit: AnyKit, _who: Organiser
) -> None:
    """Within seconds `picture_seq` of that camera goes up. Only a camera that listens hears it."""
    kit.cameras.check(node_id, gate)
    kit.hub.ask_camera(CameraOrder(node_id=node_id, gate=gate))


@router.put(
    "/nodes/{node_id}/cameras/{gate}/line",
    summary="Tell a camera where the line is in its picture",
    status_code=204,
    responses=refusals(401, 403, 404, 422),
)
async def set_line(
    node_id: NodeInPath, gate: IdInPath, body: CameraLine, kit: AnyKit, _who: Organiser
) -> None:
    """Kept on the camera's own machine, which says the line that it works with in its health."""
    kit.cameras.check(node_id, gate)
    kit.hub.ask_camera(CameraOrder(node_id=node_id, gate=gate, line_px=body.line_px))


@router.put(
    "/nodes/{node_id}/cameras/{gate}/picture",
    summary="Send the picture that was asked for",
    status_code=204,
    max_body_size=MAX_FRAME_BYTES,
    responses=refusals(401, 403, 404, 413, 422),
    openapi_extra={"requestBody": {"content": {"image/jpeg": {}}, "required": True}},
)
async def put_picture(
    node_id: NodeInPath, gate: IdInPath, request: Request, kit: AnyKit, _who: TheNode
) -> None:
    """One JPEG, as the body itself. Only the newest is kept, in memory."""
    kit.cameras.check(node_id, gate)
    content = await request.body()
    picture = await asyncio.to_thread(kit.photo_finish.written_anew, content)
    kit.cameras.take_picture(node_id, gate, picture)


@router.get(
    "/nodes/{node_id}/cameras/{gate}/picture",
    summary="Get the picture that a camera sent",
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(401, 403, 404, 422)},
    response_class=Response,
)
async def show_picture(
    node_id: NodeInPath, gate: IdInPath, kit: AnyKit, _who: Organiser
) -> Response:
    """With the marks that the camera reads in it drawn in."""
    picture = kit.cameras.picture(node_id, gate)
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.get(
    "/events/{event_id}/passes/{pass_ref}/cameras",
    summary="Show what cameras say of a pass",
    responses=refusals(401, 403, 404, 503),
)
async def show_words(
    event_id: IdInPath, pass_ref: IdInPath, kit: AnyKit, _who: Marshal
) -> list[CameraWord]:
    """Nothing where no camera said anything. The frames are under `evidence`."""
    state = await kit.state_of(event_id)
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.cameras.words, pass_ref, state, registry)
