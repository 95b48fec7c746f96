"""Routes for an event's bundle: the log with the venue's word under it, to take elsewhere."""

import io

from fastapi import Depends, Response

from timing_server.rules.units import EventId
from timing_server.service.results.archive import write_bundle
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.exporting import check_own
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.results.telling import attachment, export_of
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"])

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
    check_own(kit.writer.known.venue.events[EventId(event_id)].imported_key)

    def pack() -> bytes:
        file = io.BytesIO()
        write_bundle(make_bundle(export, kit.sealer), file)
        return file.getvalue()

    content = await kit.press.read(pack)
    return Response(content, media_type=ZIP, headers=attachment("bundle.zip", event_id))
