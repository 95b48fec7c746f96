"""All routes that look after the server and its machine."""

from timing_server.web.upkeep import backups, calendar, machine, screens, speech, wifi

ROUTERS = (
    *(backups.router, calendar.router, machine.router, screens.router),
    *(speech.router, wifi.router),
)
