"""Routes of a driver's own page: who I am here, and what I may change about it myself."""

import asyncio

from fastapi import Request

from timing_server.contract.people.people import (
    DriverProfile,
    MeView,
    OwnChange,
    PictureOutcome,
    RegistrationView,
)
from timing_server.service.entities import Credential
from timing_server.service.kit import Kit
from timing_server.service.people.errors import NotADriverError
from timing_server.service.people.names import profile_of
from timing_server.service.people.registrations import view_of
from timing_server.service.pictures.redrawn import MAX_UPLOAD_BYTES
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import AnyDriver, AnyKit, driver_of
from timing_server.web.pictures import PICTURE_BODY
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(prefix="/me", tags=["drivers"])


@router.get("", summary="Read one's own profile", responses=refusals(401, 403))
async def read_me(kit: AnyKit, who: AnyDriver) -> MeView:
    """The driver of this browser, and what came of each registration."""
    return _view(kit, _own_id(who))


@router.patch("", summary="Change one's own profile", responses=refusals(401, 403, 409, 422, 503))
async def change_me(body: OwnChange, kit: AnyKit, who: AnyDriver, caller: AnyCaller) -> MeView:
    """How one is shown, colour, country and contact; names are approved by the organiser."""
    driver_id = _own_id(who)
    changes = body.model_dump(exclude_none=True)
    await answer(kit.registrations.change_own(caller, driver_id, changes))
    return _view(kit, driver_id)


@router.put(
    "/picture",
    summary="Give oneself a picture",
    max_body_size=MAX_UPLOAD_BYTES,
    response_model=PictureOutcome,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=PICTURE_BODY,
)
async def put_own_picture(
    request: Request, kit: AnyKit, who: AnyDriver, caller: AnyCaller
) -> object:
    """As ``PUT /drivers/{driver_id}/picture``; everybody sees it, once one is approved."""
    driver_id = _own_id(who)
    small = await asyncio.to_thread(kit.pictures.small, await request.body())
    return await answer(kit.pictures.put(caller, driver_id, small))


@router.delete(
    "/picture",
    summary="Take one's own picture away",
    response_model=PictureOutcome,
    responses=COMMAND_REFUSALS,
)
async def delete_own_picture(kit: AnyKit, who: AnyDriver, caller: AnyCaller) -> object:
    """Without one this changes nothing."""
    return await answer(kit.pictures.take_away(caller, _own_id(who)))


def _own_id(who: Credential) -> str:
    driver_id = driver_of(who)
    if driver_id is None:
        message = f"'{who.principal}' is {who.role} and no driver: open this on a driver's phone."
        raise NotADriverError(message)
    return driver_id


def _view(kit: Kit, driver_id: str) -> MeView:
    registry = kit.writer.known.registry
    driver = registry.drivers.get(driver_id)
    return MeView(
        driver_id=driver_id,
        driver=None
        if driver is None
        else DriverProfile.model_validate(profile_of(driver, registry)),
        registrations=tuple(
            RegistrationView.model_validate(view_of(each))
            for each in registry.registrations.values()
            if each.driver_id == driver_id
        ),
    )
