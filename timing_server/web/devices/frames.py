"""Routes for what cameras at the line saw: frames come in, marshals open them beside the edges."""

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from timing_server.contract.base import Seq, Slug, Uuid
from timing_server.contract.machines.frames import (
    MAX_FRAME_BYTES,
    FrameIndex,
    OffsetUs,
    PassEvidence,
)
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.passes.placing import find_pass
from timing_server.rules.units import JournalId, NodeId, PassRef
from timing_server.service.devices.frames import Frame, PassKey
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.web.asking import IdInPath
from timing_server.web.auth import NODE, AnyKit, Marshal
from timing_server.web.devices.nodes import NodeInPath
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["nodes"])
TheNode = Annotated[Credential, Depends(NODE)]


def _addressed(
    node_id: NodeInPath,
    journal_id: Uuid,
    seq: Seq,
    beam_node_id: Annotated[
        Slug | None, Query(description="The node with the beam, where it isn't the sender.")
    ] = None,
) -> PassKey:
    """Return which pass a camera's process speaks of."""
    return PassKey(NodeId(beam_node_id or node_id), JournalId(journal_id), seq)


AddressedPass = Annotated[PassKey, Depends(_addressed)]


@router.put(
    "/nodes/{node_id}/journals/{journal_id}/passes/{seq}/frames/{index}",
    summary="Send what a camera saw around a pass",
    status_code=204,
    max_body_size=MAX_FRAME_BYTES,
    responses=refusals(401, 403, 413, 422, 503),
    openapi_extra={"requestBody": {"content": {"image/jpeg": {}}, "required": True}},
)
async def put_frame(
    key: AddressedPass,
    index: Annotated[FrameIndex, Path()],
    offset_us: Annotated[OffsetUs, Query(description="Its instant less the first edge's.")],
    request: Request,
    kit: AnyKit,
    _who: TheNode,
) -> None:
    """One JPEG, as the body itself. The same frame again changes nothing; order plays no part."""
    content = await request.body()
    await asyncio.to_thread(kit.photo_finish.put, key, Frame(index, offset_us), content)


@router.get(
    "/events/{event_id}/passes/{pass_ref}/evidence",
    summary="Show what sensors and cameras recorded around a pass",
    responses=refusals(401, 403, 404, 503),
)
async def show_evidence(
    event_id: IdInPath, pass_ref: IdInPath, kit: AnyKit, _who: Marshal
) -> PassEvidence:
    """Raw edges of the gate within a second of the pass, and the frames that were kept."""
    fact = await _pass_of(kit, event_id, pass_ref)
    return await asyncio.to_thread(kit.photo_finish.evidence, pass_ref, fact)


@router.get(
    "/events/{event_id}/passes/{pass_ref}/frames/{index}",
    summary="Get a frame of a pass",
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(401, 403, 404, 422, 503)},
    response_class=Response,
)
async def show_frame(
    event_id: IdInPath,
    pass_ref: IdInPath,
    index: Annotated[FrameIndex, Path()],
    kit: AnyKit,
    _who: Marshal,
) -> Response:
    """A JPEG that this server wrote itself. The oldest are given up when they fill the disk."""
    fact = await _pass_of(kit, event_id, pass_ref)
    content = await asyncio.to_thread(kit.photo_finish.read, fact, index)
    headers = {"Cache-Control": "private, max-age=600"}
    return Response(content, media_type="image/jpeg", headers=headers)


async def _pass_of(kit: Kit, event_id: str, pass_ref: str) -> PassDetected:
    found = find_pass(await kit.state_of(event_id), PassRef(pass_ref))
    if found is None:
        raise UnknownIdError("pass", pass_ref)
    return found.fact
