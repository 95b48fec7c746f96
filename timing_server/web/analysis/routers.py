"""All routes of the analysis of laps."""

from timing_server.web.analysis import ghost, logs, runs

ROUTERS = (runs.router, logs.router, ghost.router)
