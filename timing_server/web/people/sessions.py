"""Routes to come in: a code becomes a browser's session or a device's token."""

from fastapi import Depends, Request, Response

from timing_server.contract.people.access import CodeEntered, Pairing, SessionView
from timing_server.service.access import SESSION_LIFE_S, Issued
from timing_server.web.asking import answer, client_of
from timing_server.web.auth import PUBLIC, SESSION_COOKIE, AnyKit, credential_of
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["access"], dependencies=[Depends(PUBLIC)])


@router.post(
    "/session",
    summary="Log this browser in with a one-time code",
    responses=refusals(403, 422, 429),
)
async def log_in(
    body: CodeEntered, request: Request, response: Response, kit: AnyKit
) -> SessionView:
    """Set an HttpOnly cookie that is good for 12 hours. Five wrong codes a minute are too many."""
    issued = await answer(kit.access.redeem(body.code, "session", client_of(request)))
    set_session(request, response, issued)
    credential = issued.credential
    return SessionView.model_validate(
        {
            "role": credential.role,
            "principal": credential.principal,
            "scope": credential.scope,
        }
    )


@router.get("/session", summary="Say who this browser, or this token, is")
async def who_am_i(request: Request) -> SessionView:
    """Answer for everybody; a stranger's role is ``public``."""
    credential = credential_of(request)
    if credential is None:
        return SessionView(role="public")
    return SessionView.model_validate(
        {
            "role": credential.role,
            "principal": credential.principal,
            "scope": credential.scope,
        }
    )


@router.delete("/session", summary="Log this browser out", status_code=204)
async def log_out(request: Request, response: Response, kit: AnyKit) -> None:
    """Make the session worthless and take the cookie back."""
    credential = credential_of(request)
    if credential is not None and credential.kind == "session":
        await answer(kit.access.revoke(credential.credential_id))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")


@router.post(
    "/pair",
    summary="Turn a one-time code into a bearer token",
    responses=refusals(403, 422, 429),
)
async def pair(body: CodeEntered, request: Request, kit: AnyKit) -> Pairing:
    """For devices and programs; the token is told this once and is good until it is revoked."""
    issued = await answer(kit.access.redeem(body.code, "token", client_of(request)))
    credential = issued.credential
    return Pairing.model_validate(
        {
            "token": issued.token,
            "role": credential.role,
            "principal": credential.principal,
            "scope": credential.scope,
        }
    )


def set_session(request: Request, response: Response, issued: Issued) -> None:
    """Hand a browser its session, where no script and no other site gets at it."""
    response.set_cookie(
        SESSION_COOKIE,
        issued.token,
        max_age=SESSION_LIFE_S,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
