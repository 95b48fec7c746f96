"""The routers of this room."""

from timing_server.web.heats import clocks, practice, running

ROUTERS = (running.router, clocks.router, practice.router)
