"""All routes about people, in the order of the interface's description."""

from timing_server.web.people import (
    credentials,
    drivers,
    me,
    qr,
    registrations,
    rosters,
    sessions,
    teams,
)

ROUTERS = (
    *(drivers.router, teams.router, registrations.router, rosters.router, me.router),
    *(sessions.router, credentials.router, qr.router),
)
