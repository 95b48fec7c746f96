"""All routes that look after the server and its machine."""

from timing_server.web.upkeep import backups, calendar, machine, screens, wifi

ROUTERS = (backups.router, calendar.router, machine.router, screens.router, wifi.router)
