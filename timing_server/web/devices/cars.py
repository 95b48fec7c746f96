"""Routes for cars: their names, what they report once a second, and what they see."""

from typing import Annotated

from fastapi import Depends, Request, Response

from timing_server.contract.live.entries import CarView
from timing_server.contract.machines.devices import CarTelemetry
from timing_server.contract.race.events import CarRequest, NameChange
from timing_server.contract.server.status import CarDetail, FrameTaken
from timing_server.rules.units import CarId
from timing_server.service.entities import Car, Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.remembered import maybe_us
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import CAR, PUBLIC, AnyKit, Organiser
from timing_server.web.devices.contact import note_contact_lost
from timing_server.web.devices.measuring import note_driving
from timing_server.web.errors import NotAPictureError
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

MAX_FRAME_BYTES = 64 * 1024
_JPEG_START = b"\xff\xd8\xff"

router = ApiRouter(tags=["cars"])
TheCar = Annotated[Credential, Depends(CAR)]


@router.get("/cars", summary="List cars", dependencies=[Depends(PUBLIC)])
async def list_cars(kit: AnyKit) -> list[CarView]:
    """All cars, in the order of their names."""
    cars = kit.writer.known.registry.cars.values()
    return [
        CarView(car_id=each.car_id, name=each.name, colour=each.colour)
        for each in sorted(cars, key=lambda each: (each.name.casefold(), each.car_id))
    ]


@router.post(
    "/cars",
    summary="Sign a car up",
    status_code=201,
    response_model=CarView,
    responses=refusals(401, 403, 409, 422, 503),
)
async def add_car(body: CarRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller) -> object:
    """The id is what the car's credential has as its scope; without one, one is made up."""
    car = Car(body.car_id or kit.new_id(), body.name, body.colour or "")
    return await answer(kit.names.add_car(caller, car))


@router.get(
    "/cars/{car_id}",
    summary="Show a car with its newest numbers",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_car(car_id: IdInPath, kit: AnyKit) -> CarDetail:
    """``telemetry`` is null until the car has reported."""
    car = kit.writer.known.registry.cars.get(car_id)
    if car is None:
        raise UnknownIdError("car", car_id)
    seen = kit.board.car(car_id)
    return CarDetail(
        car_id=car.car_id,
        name=car.name,
        colour=car.colour,
        frame_seq=seen.frame_seq,
        telemetry=seen.telemetry,
        heard_us=maybe_us(seen.heard_race_ns),
    )


@router.patch(
    "/cars/{car_id}",
    summary="Rename or recolour a car",
    response_model=CarView,
    responses=COMMAND_REFUSALS,
)
async def change_car(
    car_id: IdInPath, body: NameChange, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Screens show the new name at once."""
    return await answer(kit.names.change_car(caller, car_id, body.name, body.colour))


@router.post(
    "/cars/{car_id}/telemetry",
    summary="Report how the car is doing",
    status_code=204,
    responses=refusals(401, 403, 422),
)
async def take_telemetry(car_id: IdInPath, body: CarTelemetry, kit: AnyKit, who: TheCar) -> None:
    """Once a second. Only the newest is kept; how a run that is over was driven becomes a fact, and
    that a car without contact ran out of leave to drive, which holds it.
    """
    kit.board.take_telemetry(car_id, body, kit.clock.now_ns())
    if body.lost_lease_id is not None:
        await note_contact_lost(kit, who, car_id, body.lost_lease_id)
    if body.run is not None and body.run.is_over:
        await note_driving(kit, who, CarId(car_id), body.run)


@router.put(
    "/cars/{car_id}/frame",
    summary="Show what the car sees",
    max_body_size=MAX_FRAME_BYTES,
    responses=refusals(401, 403, 413, 422),
    openapi_extra={"requestBody": {"content": {"image/jpeg": {}}, "required": True}},
)
async def take_frame(car_id: IdInPath, request: Request, kit: AnyKit, _who: TheCar) -> FrameTaken:
    """One JPEG of at most 64 KiB, as the body itself. Only the newest is kept."""
    frame = check_jpeg(await request.body())
    return FrameTaken(frame_seq=kit.board.take_frame(car_id, frame))


def check_jpeg(frame: bytes) -> bytes:
    """Return what a car sees. Raises NotAPictureError."""
    if not frame.startswith(_JPEG_START):
        raise NotAPictureError("The body must be a JPEG picture of at most 64 KiB.")
    return frame


@router.get(
    "/cars/{car_id}/frame",
    summary="Get the car's newest picture",
    dependencies=[Depends(PUBLIC)],
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(404)},
    response_class=Response,
)
async def show_frame(car_id: IdInPath, kit: AnyKit) -> Response:
    """``?n=`` may carry the picture's number, so that a browser asks anew for each."""
    frame = kit.board.car(car_id).frame
    if frame is None:
        raise UnknownIdError("frame", car_id)
    return Response(frame, media_type="image/jpeg")
