"""All routers of the marshals' room, as the app includes them."""

from timing_server.web.marshal import audit, judges, laps, passes, protests, runs, sheets
from timing_server.web.routing import ApiRouter

ROUTERS: tuple[ApiRouter, ...] = (
    *(audit.public_router, audit.router, passes.router, laps.router, runs.router),
    *(protests.public_router, protests.drivers_router, protests.router, sheets.router),
    judges.router,
)
