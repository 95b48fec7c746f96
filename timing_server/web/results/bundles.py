"""Routes for an event's bundle: the log with the venue's word under it, to take elsewhere."""

import asyncio
import io

from fastapi import APIRouter, Depends, Response

from timing_server.service.kit import Kit
from timing_server.service.results.archive import write_bundle
from timing_server.service.results.bundle import Export, make_bundle
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals

router = APIRouter(tags=["results"])

ZIP = "application/zip"


@router.get(
    "/events/{event_id}/results/bundle.zip",
    summary="Get the event's bundle",
    dependencies=[Depends(PUBLIC)],
    response_class=Response,
    responses={200: {"content": {ZIP: {}}}, **refusals(404, 409)},
)
async def bundle(event_id: IdInPath, kit: AnyKit) -> Response:
    """Log, plan, display names and hash chain, sealed with the venue's key.

    `paddock results rebuild` computes the standings from it anew and tells whether it was changed.
    """
    export = await export_of(event_id, kit)

    def pack() -> bytes:
        file = io.BytesIO()
        write_bundle(make_bundle(export, kit.sealer), file)
        return file.getvalue()

    content = await asyncio.to_thread(pack)
    return Response(content, media_type=ZIP, headers=attachment("bundle.zip", event_id))


async def export_of(event_id: str, kit: Kit) -> Export:
    """Return the event as it is now, ready for any export. Raises UnknownIdError."""
    state = await kit.state_of(event_id)
    lines = await asyncio.to_thread(kit.store.read_stream, state.stream, 0, state.seq)
    registry = kit.writer.known.registry
    return Export(state, lines, registry, kit.system.wall_utc(), kit.version)


def attachment(name: str, event_id: str) -> dict[str, str]:
    """Return the header that makes a browser keep the answer as a file; ids are plain text."""
    kept = "".join(char for char in event_id if char.isascii() and char.isalnum())[:8]
    return {"content-disposition": f'attachment; filename="paddock-{kept}-{name}"'}
