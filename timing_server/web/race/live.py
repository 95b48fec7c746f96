"""The live stream of an event, which screens follow and resume."""

from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from timing_server.web.asking import IdInPath
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.sse import EventStream

router = ApiRouter(tags=["live"])


@router.get(
    "/events/{event_id}/live",
    summary="Follow an event",
    dependencies=[Depends(PUBLIC)],
    response_class=Response,
    responses={
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}},
        **refusals(404, 503),
    },
)
async def live(
    event_id: IdInPath,
    kit: AnyKit,
    last_event_id: Annotated[
        str | None,
        Header(description="The id of the last event seen: then only what came after is sent."),
    ] = None,
) -> Response:
    """Server-sent events: `snapshot` once, `patch` for each fact (id = its sequence), and without
    ids `telemetry`, `positions`, `track`, `ping` every 2 s, `switched`.
    """
    await kit.follow(event_id)
    return EventStream(kit.hub.watch(event_id, _seq(last_event_id)), kit.hub.leave)


def _seq(last_event_id: str | None) -> int | None:
    """Return the sequence that a screen saw last; anything else means that it saw nothing."""
    text = (last_event_id or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
