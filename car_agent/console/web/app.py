"""The console's page and its few routes."""

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from car_agent.console.car_side import CarSide
from car_agent.console.errors import AgentAwayError, AgentSilentError
from car_agent.console.web.access import SESSION_S, Access, TooManyTriesError, WrongCodeError
from car_agent.console.web.bringing import BROUGHT_PREFIX, add_bringing
from car_agent.console.web.driving import Body, add_calibration, add_driving, add_models
from car_agent.console.web.gatekeeping import API_PREFIX, SESSION_COOKIE, Gatekeeper, problem
from car_agent.console.wifi import WifiState, read_wifi
from car_agent.models.files import MAX_MODEL_BYTES
from hardware.actuators.errors import ActuatorError

MAX_BODY_BYTES = 4096


class LoginBody(Body):
    """The code that the car shows."""

    code: str = Field(max_length=64)


def build_app(
    car: CarSide, access: Access, pages: Sequence[BaseRoute], host_name: str | None = None
) -> FastAPI:
    """Return the app; everything but login, page and static files needs a login."""
    app = FastAPI(title="Paddock car", docs_url=None, redoc_url=None, openapi_url=None)
    _add_session(app, access)
    _add_looking(app, car)
    add_driving(app, car)
    add_calibration(app, car)
    add_models(app, car)
    add_bringing(app, car)
    _add_problems(app)
    app.router.routes.extend(pages)
    app.add_middleware(Gatekeeper, access=access, host_name=host_name)
    app.add_middleware(_BodyLimits)
    return app


class _BodyLimits:
    """Bounds what a request may bring: a model's file where one is brought, else a few words."""

    def __init__(self, app: ASGIApp) -> None:
        self._words = RequestBodyLimitMiddleware(app, MAX_BODY_BYTES)
        self._files = RequestBodyLimitMiddleware(app, MAX_MODEL_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within its bound."""
        is_file = scope.get("method") == "PUT" and scope["path"].startswith(BROUGHT_PREFIX)
        await (self._files if is_file else self._words)(scope, receive, send)


def _add_session(app: FastAPI, access: Access) -> None:
    @app.post(f"{API_PREFIX}/session")
    def log_in(body: LoginBody, response: Response) -> dict[str, str]:
        token = access.log_in(body.code)
        response.set_cookie(
            SESSION_COOKIE, token, max_age=SESSION_S, httponly=True, samesite="strict"
        )
        return {"role": "owner", "principal": "owner"}

    @app.get(f"{API_PREFIX}/session")
    def who(request: Request) -> dict[str, str]:
        is_known = access.is_known(request.cookies.get(SESSION_COOKIE))
        return {"role": "owner" if is_known else "public", "principal": ""}

    @app.delete(f"{API_PREFIX}/session", status_code=204)
    def log_out(request: Request, response: Response) -> None:
        access.log_out(request.cookies.get(SESSION_COOKIE))
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")


def _add_looking(app: FastAPI, car: CarSide) -> None:
    @app.get(f"{API_PREFIX}/car")
    def state() -> dict[str, object]:
        found = car.state()
        word = None if found.word is None else found.word.model_dump()
        return {"agent": found.agent, "word": word, "e_stop": found.e_stop}

    @app.get(f"{API_PREFIX}/wifi")
    def wifi() -> dict[str, object]:
        found: WifiState = read_wifi()
        return asdict(found)

    @app.get(f"{API_PREFIX}/picture")
    def picture() -> Response:
        found = car.picture()
        return Response(found, media_type="image/jpeg") if found else Response(status_code=204)


def _add_problems(app: FastAPI) -> None:
    told: dict[type[Exception], tuple[int, str, str]] = {
        WrongCodeError: (401, "car_wrong_code", "That isn't the code that the car shows."),
        TooManyTriesError: (429, "too_many_tries", "Too many wrong codes; wait a minute."),
        AgentAwayError: (409, "car_agent_away", "The car's agent doesn't run."),
        AgentSilentError: (409, "car_agent_silent", "The car's agent doesn't answer."),
        ActuatorError: (409, "car_guard_away", "The car's guard doesn't answer."),
        RequestValidationError: (422, "invalid_request", "Something is missing or wrong."),
    }

    def answer(_request: Request, error: Exception) -> Response:
        kind = next(each for each in type(error).__mro__ if each in told)
        return problem(*told[kind])

    for kind in told:
        app.add_exception_handler(kind, answer)
