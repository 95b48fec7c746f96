"""The console's page and its few routes."""

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import BaseRoute

from car_agent.console.car_side import CarSide
from car_agent.console.errors import AgentAwayError, AgentSilentError
from car_agent.console.talk import ByHand, Frac, GoOn, Hold, LetGo, Press
from car_agent.console.web.access import SESSION_S, Access, TooManyTriesError, WrongCodeError
from car_agent.console.web.gatekeeping import API_PREFIX, SESSION_COOKIE, Gatekeeper, problem
from car_agent.console.wifi import WifiState, read_wifi
from hardware.actuators.errors import ActuatorError
from timing_server.contract.base import Us

MAX_BODY_BYTES = 4096
_WHO = "the car's console"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LoginBody(_Body):
    """The code that the car shows."""

    code: str = Field(max_length=64)


class ByHandBody(_Body):
    """How a person wants the car to drive; ``tick_us`` is that of the answer before.

    0 asks for the first tick and moves nothing.
    """

    press: Press
    tick_us: Us = Field(ge=0)
    steering_frac: Frac
    throttle_frac: Frac


class PressBody(_Body):
    """Which holding of the button is over."""

    press: Press


class Tick(_Body):
    """What the next command answers, in µs of the car's own clock."""

    tick_us: Us


def build_app(
    car: CarSide, access: Access, pages: Sequence[BaseRoute], host_name: str | None = None
) -> FastAPI:
    """Return the app; everything but login, page and static files needs a login."""
    app = FastAPI(title="Paddock car", docs_url=None, redoc_url=None, openapi_url=None)
    _add_session(app, access)
    _add_looking(app, car)
    _add_driving(app, car)
    _add_problems(app)
    app.router.routes.extend(pages)
    app.add_middleware(Gatekeeper, access=access, host_name=host_name)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    return app


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


def _add_driving(app: FastAPI, car: CarSide) -> None:
    @app.post(f"{API_PREFIX}/by-hand")
    def by_hand(body: ByHandBody) -> Response:
        wish = ByHand(
            press=body.press,
            tick_mono_ns=body.tick_us * 1000,
            steering_frac=body.steering_frac,
            throttle_frac=body.throttle_frac,
        )
        answer = car.ask(wish)
        # The first of a press has heard no tick yet: it is told one, and moves nothing.
        if answer.refusal is not None and not (
            body.tick_us == 0 and answer.refusal == "car_link_too_slow"
        ):
            return problem(409, answer.refusal, answer.refusal.replace("_", " "))
        tick = Tick(tick_us=answer.tick_mono_ns // 1000)
        return Response(tick.model_dump_json(), media_type="application/json")

    @app.post(f"{API_PREFIX}/let-go", status_code=204)
    def let_go(body: PressBody) -> None:
        car.ask(LetGo(press=body.press))

    @app.post(f"{API_PREFIX}/stop", status_code=204)
    def stop() -> None:
        car.ask(Hold())

    @app.post(f"{API_PREFIX}/go-on", status_code=204)
    def go_on() -> None:
        car.ask(GoOn())

    @app.post(f"{API_PREFIX}/e-stop", status_code=204)
    def e_stop() -> None:
        car.e_stop(_WHO)

    @app.post(f"{API_PREFIX}/e-stop/release", status_code=204)
    def release() -> Response:
        refusal = car.release(_WHO)
        if refusal is not None:
            return problem(409, refusal, refusal.replace("_", " "))
        return Response(status_code=204)


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
