"""Routes for drivers, who stand outside the log so that a person can be forgotten."""

from fastapi import APIRouter, Depends

from timing_server.contract.people import (
    DriverForgotten,
    DriverProfile,
    DriverRequest,
    DriverView,
    ProfileChange,
)
from timing_server.service.errors import UnknownIdError
from timing_server.service.people.names import profile_of
from timing_server.service.ports import Driver
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import refusals

router = APIRouter(tags=["drivers"])


@router.get("/drivers", summary="List drivers", dependencies=[Depends(PUBLIC)])
async def list_drivers(kit: AnyKit) -> list[DriverView]:
    """All drivers as they want to be shown, in the order of those names."""
    drivers = kit.writer.known.registry.drivers.values()
    views = [
        DriverView(
            driver_id=each.driver_id,
            name=each.shown_name,
            colour=each.colour,
            sponsor=each.sponsor,
            country=each.country,
        )
        for each in drivers
    ]
    return sorted(views, key=lambda each: (each.name.casefold(), each.driver_id))


@router.get("/drivers/profiles", summary="List drivers whole", responses=refusals(401, 403))
async def list_profiles(kit: AnyKit, _who: Organiser) -> list[DriverProfile]:
    """With full names and how to reach them, in the order of the full names."""
    drivers = kit.writer.known.registry.drivers.values()
    ordered = sorted(drivers, key=lambda each: (each.name.casefold(), each.driver_id))
    return [DriverProfile.model_validate(profile_of(each)) for each in ordered]


@router.get(
    "/drivers/{driver_id}",
    summary="Read one driver whole",
    responses=refusals(401, 403, 404, 422),
)
async def read_profile(driver_id: IdInPath, kit: AnyKit, _who: Organiser) -> DriverProfile:
    """With the full name and how to reach the person."""
    driver = kit.writer.known.registry.drivers.get(driver_id)
    if driver is None:
        raise UnknownIdError("driver", driver_id)
    return DriverProfile.model_validate(profile_of(driver))


@router.post(
    "/drivers",
    summary="Sign a driver up",
    status_code=201,
    response_model=DriverProfile,
    responses=refusals(401, 403, 409, 422, 503),
)
async def add_driver(
    body: DriverRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Two drivers may have the same name; their ids differ."""
    driver = Driver(driver_id=kit.new_id(), **body.model_dump())
    return await answer(kit.names.add_driver(caller, driver))


@router.patch(
    "/drivers/{driver_id}",
    summary="Change a driver's profile",
    response_model=DriverProfile,
    responses=refusals(401, 403, 404, 409, 422, 503),
)
async def change_driver(
    driver_id: IdInPath, body: ProfileChange, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Screens show the new name at once, in results of past events too."""
    changes = body.model_dump(exclude_none=True)
    return await answer(kit.names.change_driver(caller, driver_id, changes))


@router.post(
    "/drivers/{driver_id}/forget",
    summary="Forget a person",
    response_model=DriverForgotten,
    responses=refusals(401, 403, 404, 409, 422, 503),
)
async def forget_driver(
    driver_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Name, contact and registrations are gone for good; laps and results stand, by number alone.

    Backups and files that were exported before keep what they hold: delete those too.
    """
    return await answer(kit.names.forget_driver(caller, driver_id))
