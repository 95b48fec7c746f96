"""Routes that measure real cars from their records, for virtual cameras to see as theirs do."""

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from fastapi.responses import FileResponse

from timing_server.contract.measured_cars import (
    KeepRequest,
    MatchRequest,
    MeasuredDesk,
    MeasuredView,
    PictureName,
    RecordChoice,
)
from timing_server.service.kit import Kit
from timing_server.web.asking import IdInPath
from timing_server.web.auth import DRIVER, AnyDriver, AnyKit, Marshal, driver_of
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["workshop"])

PNG = "image/png"
#: Records of so many events are offered, the newest ones.
EVENTS_SHOWN = 8
MeasuredInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


@router.get(
    "/workshop/cars", summary="List the cars that were measured", responses=refusals(401, 403)
)
async def list_cars(kit: AnyKit, who: AnyDriver) -> MeasuredDesk:
    """How their cameras are mounted, what they see, how late they steer; anybody may drive so."""
    records: tuple[RecordChoice, ...] = ()
    if driver_of(who) is None:
        records = await _records(kit)
    cars = await asyncio.to_thread(kit.measured.cars, kit.writer.known.registry)
    return MeasuredDesk(is_open=kit.measured.is_open, cars=cars, records=records)


async def _records(kit: Kit) -> tuple[RecordChoice, ...]:
    events = sorted(
        kit.writer.known.venue.events.values(),
        key=lambda each: each.created_wall_utc,
        reverse=True,
    )
    own = [each for each in events if not each.is_imported][:EVENTS_SHOWN]
    states = [await kit.state_of(each.event_id) for each in own]
    return await asyncio.to_thread(kit.measured.records, states, kit.writer.known.registry)


@router.post(
    "/workshop/cars/matches",
    summary="Measure a car from a record",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 422, 429, 503),
)
async def match(body: MatchRequest, kit: AnyKit, _who: Marshal) -> MeasuredView:
    """The virtual camera is moved until it sees what the car saw while it stood on the grid.

    It takes some seconds, in a process of its own and never beside a heat. What is found can be
    looked at, and is the car's once somebody keeps it.
    """
    return await asyncio.to_thread(kit.measured.match, body, kit.writer.known.registry)


@router.get(
    "/workshop/cars/{measured_id}/{name}.png",
    summary="Get a picture of a measurement",
    dependencies=[Depends(DRIVER)],
    responses={200: {"content": {PNG: {}}}, **refusals(401, 403, 404, 422)},
    response_class=FileResponse,
)
async def get_picture(measured_id: MeasuredInPath, name: PictureName, kit: AnyKit) -> FileResponse:
    """`real`: what the car saw; `drawn`, `measured`: the virtual camera before and after."""
    path = await asyncio.to_thread(kit.measured.picture, measured_id, name)
    return FileResponse(path, media_type=PNG, headers={"Cache-Control": "private, no-cache"})


@router.put(
    "/workshop/cars/{car_id}",
    summary="Keep a measurement as the car's",
    responses=refusals(401, 403, 404, 422, 503),
)
async def keep(car_id: IdInPath, body: KeepRequest, kit: AnyKit, _who: Marshal) -> MeasuredView:
    """Instead of the one that it had. Models are then tested and trained as this car sees."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.measured.keep, car_id, body.measured_id, registry)


@router.delete(
    "/workshop/cars/{car_id}",
    summary="Forget what was measured of a car",
    status_code=204,
    responses=refusals(401, 403, 404, 422, 503),
)
async def delete(car_id: MeasuredInPath, kit: AnyKit, _who: Marshal) -> None:
    """Stress cards and models that were made so stay."""
    await asyncio.to_thread(kit.measured.delete, car_id)
