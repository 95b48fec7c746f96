"""The route that reads an event of another venue in, from its bundle."""

import asyncio
import io
from typing import Annotated

from fastapi import Query, Request

from timing_server.contract.race.events import EventOutcome
from timing_server.service.results.archive import read_bundle
from timing_server.service.results.checking import CheckedBundle, check_bundle
from timing_server.service.results.importing import import_bundle
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["results"])

#: A bundle of a long season's day is a few megabytes.
MAX_BUNDLE_BYTES = 64 * 1024 * 1024


@router.post(
    "/events/import",
    summary="Read an event in from its bundle",
    status_code=201,
    response_model=EventOutcome,
    max_body_size=MAX_BUNDLE_BYTES,
    responses=refusals(401, 403, 409, 413, 422, 503),
    openapi_extra={"requestBody": {"content": {"application/zip": {}}, "required": True}},
)
async def import_event(
    request: Request,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
    venue_key: Annotated[
        str | None,
        Query(max_length=64, description="The fingerprint of the only key that is to count."),
    ] = None,
) -> object:
    """The body is the bundle itself. It is checked whole before anything is kept.

    The event is shown and ranked here; nothing can be added to it. The same bundle again changes
    nothing.
    """
    content = await request.body()

    def check() -> CheckedBundle:
        return check_bundle(read_bundle(io.BytesIO(content)), venue_key)

    checked = await asyncio.to_thread(check)
    return await answer(import_bundle(kit.office, caller, checked))
