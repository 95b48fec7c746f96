"""Routes by which people come into an event: they ask, the organiser decides."""

from fastapi import Depends, Request, Response

from timing_server.contract.people.people import (
    ApprovalRequest,
    DeclineRequest,
    RegistrationMade,
    RegistrationOutcome,
    RegistrationRequest,
    RegistrationView,
    SignUp,
)
from timing_server.rules.state.plan import EventPhase
from timing_server.service.access import Identity
from timing_server.service.people.names import DRIVER_ROLE
from timing_server.service.people.registrations import Approval, view_of
from timing_server.web.asking import AnyCaller, IdInPath, answer, client_of
from timing_server.web.auth import PUBLIC, AnyKit, Organiser, credential_of, driver_of
from timing_server.web.people.sessions import set_session
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["registrations"])


@router.post(
    "/events/{event_id}/registrations",
    summary="Ask to take part",
    status_code=201,
    dependencies=[Depends(PUBLIC)],
    response_model=RegistrationMade,
    responses=refusals(404, 409, 422, 429, 503),
)
async def register(
    event_id: IdInPath,
    body: RegistrationRequest,
    request: Request,
    response: Response,
    kit: AnyKit,
    caller: AnyCaller,
) -> object:
    """Anybody may. The organiser alone sees it until it is approved.

    A browser that isn't signed in becomes the driver's, by a cookie that is good for 12 hours.
    """
    credential = credential_of(request)
    if credential is None:
        kit.registrations.admit(client_of(request), kit.clock.now_ns())
        caller = kit.registrations.stranger(caller, client_of(request))
    own_id = None if credential is None else driver_of(credential)
    wish = body.model_dump()
    asked = kit.registrations.register(caller, event_id, own_id or kit.new_id(), wish)
    made = await answer(asked)
    if credential is None:
        driver_id = made["driver_id"]
        identity = Identity(driver_id, DRIVER_ROLE, driver_id)
        set_session(request, response, await answer(kit.access.open_session(identity)))
    return made


@router.get(
    "/events/{event_id}/registrations",
    summary="List who wants to take part",
    responses=refusals(401, 403, 404),
)
async def list_registrations(
    event_id: IdInPath, kit: AnyKit, _who: Organiser
) -> list[RegistrationView]:
    """In the order of asking, decided ones too."""
    await kit.state_of(event_id)
    return [
        RegistrationView.model_validate(view_of(each))
        for each in kit.writer.known.registry.registrations.values()
        if each.event_id == event_id
    ]


@router.get(
    "/events/{event_id}/sign-up",
    summary="Ask whether people may register",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def read_sign_up(event_id: IdInPath, kit: AnyKit) -> SignUp:
    """False once the organiser has closed it, or the event is over."""
    state = await kit.state_of(event_id)
    is_over = state.phase is EventPhase.CLOSED
    return SignUp(is_open=not is_over and event_id not in kit.writer.known.registry.closed_sign_ups)


@router.put(
    "/events/{event_id}/sign-up",
    summary="Close or reopen sign-up",
    response_model=SignUp,
    responses=COMMAND_REFUSALS,
)
async def set_sign_up(
    event_id: IdInPath, body: SignUp, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Who waits already goes on waiting; the organiser may still sign people up."""
    return await answer(kit.registrations.set_sign_up(caller, event_id, is_open=body.is_open))


@router.post(
    "/registrations/{registration_id}/approve",
    summary="Let somebody take part",
    response_model=RegistrationOutcome,
    responses=COMMAND_REFUSALS,
)
async def approve(
    registration_id: IdInPath,
    body: ApprovalRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """The person becomes a driver with an entry; a team of a new name is made."""
    approval = Approval(**body.model_dump())
    return await answer(kit.registrations.approve(caller, registration_id, approval))


@router.post(
    "/registrations/{registration_id}/decline",
    summary="Let somebody not take part",
    response_model=RegistrationOutcome,
    responses=COMMAND_REFUSALS,
)
async def decline(
    registration_id: IdInPath,
    body: DeclineRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """The person reads the reason, and may ask again."""
    return await answer(kit.registrations.decline(caller, registration_id, body.reason))
