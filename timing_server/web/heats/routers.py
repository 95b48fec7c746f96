"""The routers of this room."""

from timing_server.web.heats import clocks, driving, practice, running, stops

ROUTERS = (
    running.router,
    clocks.router,
    practice.router,
    driving.router,
    stops.router,
)
