"""Routes for drivers' names, which stand outside the log so that a person can be forgotten."""

from fastapi import APIRouter, Depends

from timing_server.contract.control import DriverRequest, DriverView, NameChange
from timing_server.service.ports import Driver
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import refusals

router = APIRouter(tags=["drivers"])


@router.get("/drivers", summary="List drivers", dependencies=[Depends(PUBLIC)])
async def list_drivers(kit: AnyKit) -> list[DriverView]:
    """All drivers, in the order of their names."""
    drivers = kit.writer.known.registry.drivers.values()
    return [
        DriverView(driver_id=each.driver_id, name=each.name, colour=each.colour)
        for each in sorted(drivers, key=lambda each: (each.name.casefold(), each.driver_id))
    ]


@router.post(
    "/drivers",
    summary="Sign a driver up",
    status_code=201,
    response_model=DriverView,
    responses=refusals(401, 403, 409, 422, 503),
)
async def add_driver(
    body: DriverRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Two drivers may have the same name; their ids differ."""
    driver = Driver(kit.new_id(), body.name, body.colour)
    return await answer(kit.names.add_driver(caller, driver))


@router.patch(
    "/drivers/{driver_id}",
    summary="Rename or recolour a driver",
    response_model=DriverView,
    responses=refusals(401, 403, 404, 409, 422, 503),
)
async def change_driver(
    driver_id: IdInPath, body: NameChange, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Screens show the new name at once, in results of past events too."""
    return await answer(kit.names.change_driver(caller, driver_id, body.name, body.colour))
