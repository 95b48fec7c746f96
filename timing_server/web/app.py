"""The FastAPI app: all routes under /api/v1, guarded, with problem bodies, then the pages."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from timing_server.contract.race.events import Problem
from timing_server.service.kit import Kit
from timing_server.web.analysis.routers import ROUTERS as ANALYSIS_ROUTERS
from timing_server.web.auth import PUBLIC, PublicPages, check_every_route
from timing_server.web.devices import (
    cameras,
    car_stops,
    cars,
    clock,
    frames,
    identifications,
    nodes,
    orders,
    pairings,
    venue,
)
from timing_server.web.fleet.routers import ROUTERS as FLEET_ROUTERS
from timing_server.web.guards import LargeBodyProblems, OriginGuard, SafeHeaders
from timing_server.web.heats.routers import ROUTERS as HEAT_ROUTERS
from timing_server.web.lab import lab
from timing_server.web.league import seasons
from timing_server.web.marshal.routers import ROUTERS as MARSHAL_ROUTERS
from timing_server.web.people.routers import ROUTERS as PEOPLE_ROUTERS
from timing_server.web.plan.routers import ROUTERS as PLAN_ROUTERS
from timing_server.web.problems import install_problems
from timing_server.web.race import (
    events,
    formats,
    heats,
    live,
    log,
    marks,
    progression,
    results,
)
from timing_server.web.results.routers import ROUTERS as RESULT_ROUTERS
from timing_server.web.routing import ApiRouter
from timing_server.web.tracks.routers import ROUTERS as TRACK_ROUTERS
from timing_server.web.upkeep.routers import ROUTERS as UPKEEP_ROUTERS
from timing_server.web.virtual.routers import ROUTERS as VIRTUAL_ROUTERS
from timing_server.web.workshop.routers import ROUTERS as WORKSHOP_ROUTERS

MAX_BODY_BYTES = 1024 * 1024

_DESCRIPTION = """
Timing for local races of self-driving model cars. **A race is a pure function of an append-only
log**: commands and sensors add facts, everything that is shown is computed from them.

- Reading a race needs nobody's leave. Writing needs a role: a browser logs in with a one-time code
  (`POST /session`), a device or program carries `Authorization: Bearer …` (`POST /pair`).
- Every command takes an `Idempotency-Key`: send the same key again after a lost answer, and it is
  done once.
- Every refusal is a problem body (RFC 9457) with a stable `code` and `params`.
- Durations and instants are integers of microseconds (`_us`); instants are on the race clock.
"""
_TAGS = [
    {"name": "events", "description": "Begin, open and close events."},
    {"name": "plan", "description": "Stages, entries and gates."},
    {"name": "running order", "description": "Rounds, heats, and the order of the queue."},
    {"name": "progression", "description": "Who goes on to a stage, and who meets whom."},
    {"name": "heats", "description": "Plan, equip, call, start and stop heats."},
    {"name": "driving", "description": "Hold, slow, stop a car on the track, and let it go."},
    {"name": "rulings", "description": "What marshals decide, and taking it back."},
    {"name": "protests", "description": "What drivers protest against, and what was decided."},
    {"name": "results", "description": "Standings, passes, the live document."},
    {"name": "seasons", "description": "Points over events, and who leads."},
    {"name": "live", "description": "The stream that screens follow."},
    {"name": "log", "description": "The facts themselves."},
    {"name": "drivers", "description": "Drivers and teams: names, and how they are shown."},
    {"name": "registrations", "description": "Who wants to take part, and rosters."},
    {"name": "cars", "description": "Cars, their numbers and pictures."},
    {"name": "models", "description": "What drivers bring to drive with."},
    {"name": "workshop", "description": "Train models by reward functions, on this machine."},
    {"name": "tracks", "description": "What virtual cars drive on: designs, and the venue's own."},
    {"name": "lab", "description": "Try reward functions out before training by them."},
    {"name": "virtual races", "description": "Stages on virtual tracks, and submissions to them."},
    {"name": "workers", "description": "What drives submitted models, on this machine or others."},
    {"name": "records", "description": "What cars recorded of their runs, to play and to keep."},
    {"name": "analysis", "description": "What laps come to: figures, curves, findings, tables."},
    {"name": "nodes", "description": "Timing nodes and their journals."},
    {"name": "venue", "description": "Track, positions and the demo's beam."},
    {"name": "devices", "description": "Orders to cars, crew and nodes."},
    {"name": "access", "description": "Codes, sessions and credentials."},
    {"name": "server", "description": "Health and the race clock."},
]

_ROUTERS: tuple[ApiRouter, ...] = (
    *HEAT_ROUTERS,
    *MARSHAL_ROUTERS,
    *(events.router, formats.router),
    *PLAN_ROUTERS,
    *(heats.router, results.router),
    progression.router,
    *(live.router, log.router, cars.router, car_stops.router, nodes.router),
    *(venue.router, orders.router, pairings.router, clock.router),
    *(identifications.router, frames.router, marks.router, cameras.router),
    *FLEET_ROUTERS,
    *ANALYSIS_ROUTERS,
    *WORKSHOP_ROUTERS,
    lab.router,
    *VIRTUAL_ROUTERS,
    *PEOPLE_ROUTERS,
    seasons.router,
    *TRACK_ROUTERS,
    *UPKEEP_ROUTERS,
    *RESULT_ROUTERS,
)

#: Gives the app its service for as long as it serves.
Provide = Callable[[], AbstractAsyncContextManager[Kit]]


class _App(FastAPI):
    """Describes the refusals of all routes by one model, which ``refusals`` names."""

    def openapi(self) -> dict[str, Any]:
        """Return the description of the interface."""
        described = super().openapi()
        described["components"]["schemas"][Problem.__name__] = Problem.model_json_schema(
            mode="serialization"
        )
        return described


def build_app(provide: Provide, version: str, pages: Sequence[BaseRoute]) -> FastAPI:
    """Return the app. ``pages`` are what everybody may read at ``/``.

    Raises UndeclaredRouteError where a route doesn't say who may use it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with provide() as kit, kit.running():
            app.state.kit = kit
            yield

    app = _App(
        title="Paddock",
        version=version,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        lifespan=lifespan,
        # The built-in documentation pages fetch their scripts from the internet.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    # The pages first: they are asked for most, and have no address of the interface.
    app.router.routes.append(PublicPages("", routes=list(pages), name="pages"))
    # As they are, not included: see ApiRouter.
    app.router.routes += [
        route for router in (*_ROUTERS, _openapi_router()) for route in router.routes
    ]
    app.add_middleware(OriginGuard)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(LargeBodyProblems)
    app.add_middleware(SafeHeaders)
    install_problems(app)
    check_every_route(app.routes)
    return app


def _openapi_router() -> ApiRouter:
    router = ApiRouter(dependencies=[Depends(PUBLIC)])

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        """The description of this interface (OpenAPI)."""
        return JSONResponse(request.app.openapi())

    return router
