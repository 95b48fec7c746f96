"""Routes for the ghost: a lap that drives along on boards' maps and in virtual venues."""

import asyncio

from fastapi import Depends

from timing_server.contract.live.ghost import GhostChoice, GhostReport
from timing_server.service.analysis.desk import lap_of
from timing_server.service.analysis.ghost import ghost_of
from timing_server.service.devices.device_board import GHOST_BLOB
from timing_server.web.analysis.asking import heat_run
from timing_server.web.asking import answer
from timing_server.web.auth import PUBLIC, AnyKit, Marshal
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(prefix="/venue/ghost", tags=["venue"])


@router.get("", summary="Get the lap that drives along", dependencies=[Depends(PUBLIC)])
async def show_ghost(kit: AnyKit) -> GhostReport:
    """None where no lap does. Kept for the next start."""
    return kit.board.ghost


@router.put("", summary="Let a lap drive along", responses=COMMAND_REFUSALS)
async def put_ghost(body: GhostChoice, kit: AnyKit, _who: Marshal) -> GhostReport:
    """On each board's map and in virtual venues, from each crossing of the line on. Its way must be
    known: a tracker saw its car on the venue's map, or it was driven on a virtual track.
    """
    run = await heat_run(kit, body.event_id, body.heat_id, body.entry_id)
    state = await kit.state_of(body.event_id)
    whose = (body.event_id, body.heat_id, body.entry_id)
    lap = lap_of(run, body.lap)
    found = await asyncio.to_thread(ghost_of, state, run, lap, whose, kit.board.track)
    report = GhostReport(lap=found)
    content = report.model_dump_json().encode()
    await answer(kit.writer.submit(lambda draft: draft.rows.put_blob(GHOST_BLOB, content)))
    kit.board.take_ghost(report)
    return report


@router.delete(
    "", summary="Take the ghost away", status_code=204, responses=refusals(401, 403, 503)
)
async def delete_ghost(kit: AnyKit, _who: Marshal) -> None:
    """Without one this changes nothing."""
    await answer(kit.writer.submit(lambda draft: draft.rows.delete_blob(GHOST_BLOB)))
    kit.board.take_ghost(GhostReport())
