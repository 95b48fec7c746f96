"""The one stream down to devices: what the heat wants of them."""

from fastapi import Depends
from starlette.responses import Response

from timing_server.web.auth import DEVICE, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.sse import EventStream

router = ApiRouter(tags=["devices"])


@router.get(
    "/devices/live",
    summary="Hear what the heat wants of cars, crew and nodes",
    dependencies=[Depends(DEVICE)],
    response_class=Response,
    responses={
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}},
        **refusals(401, 403),
    },
)
async def listen(kit: AnyKit) -> Response:
    """Server-sent events: `heat` (HeatOrder) at once and on each change, `lease` (LeaseRenewal)
    every 500 ms while a car may drive, `stop` (StopOrder) at once, `trip` (TripOrder), `resend`
    (ResendOrder), `camera` (CameraOrder), `ping` (LivePing) every 2 s.
    """
    return EventStream(kit.hub.listen(), kit.hub.leave)
