"""All routes about the fleet, in the order of the interface's description."""

from timing_server.web.fleet import cars, models, records

ROUTERS = (cars.router, models.router, records.router)
