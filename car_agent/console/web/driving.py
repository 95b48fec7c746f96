"""The routes that move the car, let it stand, or calibrate it."""

from dataclasses import asdict
from typing import Literal

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field

from car_agent.console.car_side import CarSide
from car_agent.console.talk import (
    Answer,
    ByHand,
    Calibrate,
    CalibrationAct,
    CalibrationWord,
    DriveAlone,
    EndCalibration,
    Frac,
    GoOn,
    Hold,
    LetGo,
    LoadModel,
    ModelKey,
    Percent,
    Press,
    RefusalCode,
    StopAlone,
)
from car_agent.console.web.gatekeeping import API_PREFIX, problem
from timing_server.contract.base import Us

_WHO = "the car's console"


class Body(BaseModel):
    """What a page sends or is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ByHandBody(Body):
    """How a person wants the car to drive; ``tick_us`` is that of the answer before.

    0 asks for the first tick and moves nothing.
    """

    press: Press
    tick_us: Us = Field(ge=0)
    steering_frac: Frac
    throttle_frac: Frac


class AloneBody(Body):
    """That the car's model shall drive, or go on; ``tick_us`` as in ``ByHandBody``."""

    press: Press
    tick_us: Us = Field(ge=0)
    speed_percent: Percent


class CalibrationBody(Body):
    """What to do in a calibration; ``tick_us`` as in ``ByHandBody``.

    ``is_wheels_up``: a person says that all wheels are off the ground, which every word repeats.
    """

    press: Press
    tick_us: Us = Field(ge=0)
    is_wheels_up: Literal[True]
    act: CalibrationAct
    by_us: int = Field(default=0, ge=-200, le=200)


class ModelBody(Body):
    """Which of the offered models to load."""

    key: ModelKey


class PressBody(Body):
    """Which press of a button is over."""

    press: Press


class Tick(Body):
    """What the next command answers, in µs of the car's own clock."""

    tick_us: Us


class TickAnswer(Tick):
    """The next tick, and where the calibration is; None as long as it hasn't begun."""

    calibration: CalibrationWord | None


def add_driving(app: FastAPI, car: CarSide) -> None:
    """Add driving by hand and by the model, and the stops."""

    @app.post(f"{API_PREFIX}/by-hand")
    def by_hand(body: ByHandBody) -> Response:
        wish = ByHand(
            press=body.press,
            tick_mono_ns=body.tick_us * 1000,
            steering_frac=body.steering_frac,
            throttle_frac=body.throttle_frac,
        )
        return _ticked(car.ask(wish), body.tick_us)

    @app.post(f"{API_PREFIX}/let-go", status_code=204)
    def let_go(body: PressBody) -> None:
        car.ask(LetGo(press=body.press))

    @app.post(f"{API_PREFIX}/alone")
    def alone(body: AloneBody) -> Response:
        wish = DriveAlone(
            press=body.press,
            tick_mono_ns=body.tick_us * 1000,
            speed_percent=body.speed_percent,
        )
        return _ticked(car.ask(wish), body.tick_us)

    @app.post(f"{API_PREFIX}/alone/stop", status_code=204)
    def stop_alone(body: PressBody) -> None:
        car.ask(StopAlone(press=body.press))

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
            return refused(refusal)
        return Response(status_code=204)


def add_calibration(app: FastAPI, car: CarSide) -> None:
    """Add the guided calibration."""

    @app.post(f"{API_PREFIX}/calibration")
    def calibrate(body: CalibrationBody) -> Response:
        wish = Calibrate(
            press=body.press, tick_mono_ns=body.tick_us * 1000, act=body.act, by_us=body.by_us
        )
        return _ticked(car.ask(wish), body.tick_us)

    @app.post(f"{API_PREFIX}/calibration/end", status_code=204)
    def end(body: PressBody) -> None:
        car.ask(EndCalibration(press=body.press))


def add_models(app: FastAPI, car: CarSide) -> None:
    """Add what models lie on the car, and loading one."""

    @app.get(f"{API_PREFIX}/models")
    def models() -> dict[str, object]:
        return {"models": [asdict(each) for each in car.models()]}

    @app.post(f"{API_PREFIX}/model", status_code=204)
    def load(body: ModelBody) -> Response:
        refusal = car.ask(LoadModel(key=body.key)).refusal
        return Response(status_code=204) if refusal is None else refused(refusal)


def refused(refusal: RefusalCode) -> Response:
    """Return the agent's refusal as a problem that the page words."""
    return problem(409, refusal, refusal.replace("_", " "))


def _ticked(answer: Answer, tick_us: int) -> Response:
    """Return the next tick, or why not.

    The first word of a press has heard no tick yet: it is told one, and moves nothing.
    """
    if answer.refusal is not None and not (tick_us == 0 and answer.refusal == "car_link_too_slow"):
        return refused(answer.refusal)
    told = TickAnswer(tick_us=answer.tick_mono_ns // 1000, calibration=answer.calibration)
    return Response(told.model_dump_json(), media_type="application/json")
