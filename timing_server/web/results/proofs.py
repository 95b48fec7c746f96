"""Routes that show what virtual runs were computed with, and let the server drive them again."""

import asyncio

from fastapi import Depends

from timing_server.contract.race.proofs import ProofRequest, RunProofs
from timing_server.service.kit import Kit
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit, Marshal
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"])


@router.get(
    "/events/{event_id}/results/proofs",
    summary="List the virtual runs with what proves them",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_proofs(event_id: IdInPath, kit: AnyKit) -> RunProofs:
    """Seed, hashes of model and track, and the simulator of each run; and whether the server that
    shows them got the same when it drove them again.
    """
    return await _proofs(kit, event_id)


@router.post(
    "/events/{event_id}/results/proofs",
    summary="Drive virtual runs again",
    status_code=202,
    responses=refusals(401, 403, 404, 409, 422),
)
async def drive_again(
    event_id: IdInPath, body: ProofRequest, kit: AnyKit, _who: Marshal
) -> RunProofs:
    """One after the other, as fast as the machine computes, never beside a heat.

    What comes of it stands in the list: to the nanosecond the same, or the first fact that isn't.
    """
    state = await kit.state_of(event_id)
    kit.virtual.proofs.ask(state, body.heat_ids)
    return await _proofs(kit, event_id)


async def _proofs(kit: Kit, event_id: str) -> RunProofs:
    state, registry = await kit.state_of(event_id), kit.writer.known.registry
    return await asyncio.to_thread(kit.virtual.proofs.views, state, registry)
