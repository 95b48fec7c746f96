"""The routers of this room."""

from timing_server.web.virtual import stages, workers

ROUTERS = (stages.router, workers.router)
