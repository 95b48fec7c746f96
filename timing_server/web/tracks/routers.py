"""All routes about tracks; fixed addresses come before those with an id in their place."""

from timing_server.web.tracks import reading, tracks

ROUTERS = (reading.router, tracks.router)
