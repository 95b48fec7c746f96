"""Routes for an event's bundle: the log with the venue's word under it, to take elsewhere."""

import io
from dataclasses import replace

from fastapi import Depends, Response

from timing_server.rules.units import EventId
from timing_server.service.kit import Kit
from timing_server.service.results.archive import write_bundle
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.exporting import check_own
from timing_server.service.results.files import files_of
from timing_server.service.tracks.laying import track_blob
from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
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
    Tracks of virtual runs that are no designs go along; models, which are their drivers', don't.
    """
    return await _packed(kit, event_id, "bundle.zip", with_models=False)


@router.get(
    "/events/{event_id}/results/bundle-with-models.zip",
    summary="Get the event's bundle with the models of its virtual runs",
    response_class=Response,
    responses={200: {"content": {ZIP: {}}}, **refusals(401, 403, 404, 409)},
)
async def bundle_with_models(event_id: IdInPath, kit: AnyKit, _who: Organiser) -> Response:
    """With it `paddock results verify` drives every virtual run again, on any machine.

    A model is its driver's property: ask before you hand this one on.
    """
    return await _packed(kit, event_id, "bundle-with-models.zip", with_models=True)


async def _packed(kit: Kit, event_id: str, name: str, *, with_models: bool) -> Response:
    export = await export_of(event_id, kit)
    check_own(kit.writer.known.venue.events[EventId(event_id)].imported_key)

    def pack() -> bytes:
        file = io.BytesIO()
        files = files_of(
            export.state,
            kit.models.content_of,
            lambda sha256: kit.store.blob(track_blob(sha256)),
            with_models=with_models,
        )
        write_bundle(make_bundle(replace(export, files=files), kit.sealer), file)
        return file.getvalue()

    content = await kit.press.read(pack)
    return Response(content, media_type=ZIP, headers=attachment(name, event_id))
