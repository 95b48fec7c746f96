"""Routes for cameras and decoders: which mark crossed in a pass."""

from timing_server.contract.machines.marks import (
    Identification,
    IdentificationAck,
    IdentificationBatch,
)
from timing_server.rules.facts.sensors import PassIdentified
from timing_server.rules.units import MarkId, NodeId, PassRef
from timing_server.web.asking import answer
from timing_server.web.auth import AnyKit
from timing_server.web.devices.nodes import NodeInPath, TheNode
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["nodes"])


@router.post(
    "/nodes/{node_id}/identifications",
    summary="Say which marks crossed in passes",
    responses=refusals(401, 403, 413, 422, 503),
)
async def identify_passes(
    node_id: NodeInPath, body: IdentificationBatch, kit: AnyKit, _who: TheNode
) -> IdentificationAck:
    """Before or after the passes themselves, in any order, with any repeats.

    Two marks of different cars in one pass make it nobody's, until a marshal says whose it was.
    """
    seen = [_fact_of(node_id, each) for each in body.identifications]
    return IdentificationAck(stored=await answer(kit.identifying.store(NodeId(node_id), seen)))


def _fact_of(node_id: str, seen: Identification) -> PassIdentified:
    return PassIdentified(
        pass_ref=PassRef(f"{seen.node_id or node_id}:{seen.journal_id}:{seen.seq}"),
        mark=MarkId(seen.mark),
        source=seen.source,
        confidence_pct=seen.confidence_pct,
    )
