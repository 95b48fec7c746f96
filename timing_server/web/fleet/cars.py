"""Routes of the fleet: cars say how they are and hear what to do; race control looks and asks."""

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from timing_server.contract.machines.fleet import (
    MAX_LOG_BYTES,
    CarCondition,
    CarLog,
    CarOrders,
    FleetCar,
)
from timing_server.rules.state.event import EventState
from timing_server.service.entities import Credential
from timing_server.service.fleet.fleet import check_car
from timing_server.service.kit import Kit
from timing_server.service.models.models import by_hash
from timing_server.web.asking import IdInPath
from timing_server.web.auth import CAR, AnyKit, Marshal, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["cars"])
TheCar = Annotated[Credential, Depends(CAR)]


async def active_state(kit: Kit) -> EventState | None:
    """Return the state of the event that is on, None without one."""
    event_id = kit.writer.known.venue.active_event_id
    return None if event_id is None else await kit.state_of(event_id)


@router.get("/fleet", summary="Show the fleet", responses=refusals(401, 403))
async def show_fleet(kit: AnyKit, _who: Marshal) -> list[FleetCar]:
    """Every car that is signed up: how it is, what it has loaded, what comes to it."""
    state = await active_state(kit)
    return await asyncio.to_thread(kit.fleet.show, kit.writer.known.registry, state)


@router.post(
    "/cars/{car_id}/condition",
    summary="Report how the car's machine and models are",
    responses=refusals(401, 403, 413, 422),
)
async def take_condition(
    car_id: IdInPath, body: CarCondition, kit: AnyKit, _who: TheCar
) -> CarOrders:
    """Every two seconds. The answer says what to fetch, what to load, and what errands wait."""
    state = await active_state(kit)
    return kit.fleet.take(car_id, body, state, by_hash(kit.writer.known.registry))


@router.post(
    "/cars/{car_id}/restart",
    summary="Let a car's agent start anew",
    status_code=204,
    responses=refusals(401, 403, 404, 409),
)
async def restart(car_id: IdInPath, kit: AnyKit, _who: Organiser) -> None:
    """Its service starts it again. Refused while it drives, or where nobody would start it."""
    check_car(kit.writer.known.registry, car_id)
    kit.fleet.ask(car_id, "restart")


@router.post(
    "/cars/{car_id}/log/request",
    summary="Ask a car for the last lines of its log",
    status_code=204,
    responses=refusals(401, 403, 404, 409),
)
async def ask_log(car_id: IdInPath, kit: AnyKit, _who: Organiser) -> None:
    """They come within a few seconds: read them under ``GET …/log``."""
    check_car(kit.writer.known.registry, car_id)
    kit.fleet.ask(car_id, "send_log")


@router.put(
    "/cars/{car_id}/log",
    summary="Send the last lines of the car's log",
    status_code=204,
    max_body_size=MAX_LOG_BYTES,
    responses=refusals(401, 403, 413),
    openapi_extra={"requestBody": {"content": {"text/plain": {}}, "required": True}},
)
async def take_log(car_id: IdInPath, request: Request, kit: AnyKit, _who: TheCar) -> None:
    """Text of at most 64 KiB, as the body itself. Only the newest is kept, in memory."""
    kit.fleet.take_log(car_id, (await request.body()).decode("utf-8", "replace"))


@router.get(
    "/cars/{car_id}/log",
    summary="Read the last lines of a car's log",
    responses=refusals(401, 403, 404),
)
async def show_log(car_id: IdInPath, kit: AnyKit, _who: Organiser) -> CarLog:
    """``at_us`` is null until the car was asked and has answered."""
    check_car(kit.writer.known.registry, car_id)
    return kit.fleet.log(car_id)
