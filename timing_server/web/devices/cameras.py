"""Routes for camera gates: their word on each pass, and how they are."""

import asyncio

from fastapi import APIRouter

from timing_server.contract.machines.cameras import (
    CameraHealth,
    CameraReport,
    CameraStatus,
    CameraWord,
    UnclaimedMark,
)
from timing_server.web.asking import IdInPath, answer
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.devices.nodes import NodeInPath, TheNode
from timing_server.web.problems import refusals

router = APIRouter(tags=["nodes"])


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
