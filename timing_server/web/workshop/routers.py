"""All routes of the workshop, in which models are trained."""

from timing_server.web.workshop import measured, rewards, room, tests, trainings

ROUTERS = (
    room.router,
    rewards.router,
    trainings.router,
    tests.router,
    measured.router,
)
