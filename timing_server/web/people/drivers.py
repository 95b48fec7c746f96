"""Routes for drivers, who stand outside the log so that a person can be forgotten."""

import asyncio

from fastapi import Depends, Request, Response

from timing_server.contract.people.people import (
    DriverForgotten,
    DriverProfile,
    DriverRequest,
    DriverView,
    PictureOutcome,
    ProfileChange,
)
from timing_server.service.entities import Driver
from timing_server.service.errors import UnknownIdError
from timing_server.service.people.names import profile_of
from timing_server.service.pictures.redrawn import MAX_UPLOAD_BYTES
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.pictures import JPEG, PICTURE_BODY, VersionInQuery, picture_answer
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["drivers"])


@router.get("/drivers", summary="List drivers", dependencies=[Depends(PUBLIC)])
async def list_drivers(kit: AnyKit) -> list[DriverView]:
    """All drivers as they want to be shown, in the order of those names."""
    registry = kit.writer.known.registry
    views = [
        DriverView(
            driver_id=each.driver_id,
            name=each.shown_name,
            colour=each.colour,
            sponsor=each.sponsor,
            country=each.country,
            picture_version=registry.picture_versions.get(each.driver_id),
        )
        for each in registry.drivers.values()
    ]
    return sorted(views, key=lambda each: (each.name.casefold(), each.driver_id))


@router.get("/drivers/profiles", summary="List drivers whole", responses=refusals(401, 403))
async def list_profiles(kit: AnyKit, _who: Organiser) -> list[DriverProfile]:
    """With full names and how to reach them, in the order of the full names."""
    registry = kit.writer.known.registry
    ordered = sorted(
        registry.drivers.values(), key=lambda each: (each.name.casefold(), each.driver_id)
    )
    return [DriverProfile.model_validate(profile_of(each, registry)) for each in ordered]


@router.get(
    "/drivers/{driver_id}",
    summary="Read one driver whole",
    responses=refusals(401, 403, 404, 422),
)
async def read_profile(driver_id: IdInPath, kit: AnyKit, _who: Organiser) -> DriverProfile:
    """With the full name and how to reach the person."""
    registry = kit.writer.known.registry
    driver = registry.drivers.get(driver_id)
    if driver is None:
        raise UnknownIdError("driver", driver_id)
    return DriverProfile.model_validate(profile_of(driver, registry))


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
    responses=COMMAND_REFUSALS,
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
    responses=COMMAND_REFUSALS,
)
async def forget_driver(
    driver_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Name, picture, contact, models, logs and registrations are gone for good; results stay.

    They stand by the entry's number alone. Backups and files that were exported before keep what
    they hold: delete those too.
    """
    outcome = await answer(kit.names.forget_driver(caller, driver_id))
    await kit.workshop.sweep(kit.writer.known.registry)
    await kit.models.sweep()
    await asyncio.to_thread(kit.analysis.logs.forget, driver_id)
    return outcome


@router.get(
    "/drivers/{driver_id}/picture",
    summary="Get a driver's picture",
    dependencies=[Depends(PUBLIC)],
    responses={200: {"content": {JPEG: {}}}, **refusals(404, 422, 503)},
    response_class=Response,
)
async def show_picture(
    driver_id: IdInPath,
    kit: AnyKit,
    version: VersionInQuery = None,
) -> Response:
    """A JPEG of 256 × 256 pixels, which this server wrote itself."""
    picture = await asyncio.to_thread(kit.pictures.of, driver_id)
    return picture_answer(picture.content, picture.version, version, is_personal=True)


@router.put(
    "/drivers/{driver_id}/picture",
    summary="Give a driver a picture",
    max_body_size=MAX_UPLOAD_BYTES,
    response_model=PictureOutcome,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=PICTURE_BODY,
)
async def put_picture(
    driver_id: IdInPath, request: Request, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """The body is a JPEG or PNG of at most 8 MiB and 24 million pixels; it is made small here."""
    small = await asyncio.to_thread(kit.pictures.small, await request.body())
    return await answer(kit.pictures.put(caller, driver_id, small))


@router.delete(
    "/drivers/{driver_id}/picture",
    summary="Take a driver's picture away",
    response_model=PictureOutcome,
    responses=COMMAND_REFUSALS,
)
async def delete_picture(
    driver_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Without one this changes nothing."""
    return await answer(kit.pictures.take_away(caller, driver_id))
