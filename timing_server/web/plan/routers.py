"""The routes of the plan, in the order of the interface's description."""

from timing_server.web.plan import entries, gates, running_order, stages

ROUTERS = (stages.router, entries.router, gates.router, running_order.router)
