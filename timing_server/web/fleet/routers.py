"""All routes about the fleet, in the order of the interface's description."""

from timing_server.web.fleet import cars, library, models, records

ROUTERS = (cars.router, library.router, models.router, records.router)
