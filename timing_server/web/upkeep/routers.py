"""All routes that look after the server and its machine."""

from timing_server.web.upkeep import backups, calendar, machine, wifi

ROUTERS = (backups.router, calendar.router, machine.router, wifi.router)
