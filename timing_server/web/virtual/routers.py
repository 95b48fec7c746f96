"""The routers of this room."""

from timing_server.web.virtual import league, shows, stages, workers

ROUTERS = (league.router, stages.router, workers.router, shows.router)
