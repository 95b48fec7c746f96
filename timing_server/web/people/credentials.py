"""Routes by which an organiser lets people and devices in, and shuts them out again."""

from datetime import datetime, timedelta

from timing_server.contract.people.access import (
    CodeMade,
    CodeRequest,
    CredentialMade,
    CredentialRequest,
    CredentialView,
)
from timing_server.service.access import Identity
from timing_server.service.kit import Kit
from timing_server.web.asking import IdInPath, answer
from timing_server.web.auth import LADDER, AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["access"], responses=refusals(401, 403, 422, 503))


def _identity(principal: str, role: str, scope: str | None) -> Identity:
    """A device speaks for itself unless it is told to speak for another id."""
    is_device = role not in LADDER
    return Identity(principal, role, scope or (principal if is_device else None))


@router.post("/codes", summary="Make a one-time code", status_code=201, responses=refusals(404))
async def make_code(body: CodeRequest, kit: AnyKit, _who: Organiser) -> CodeMade:
    """For somebody else's browser or device. The answer isn't kept: a repeat makes another code.

    A car must be signed up first.
    """
    identity = _identity(body.principal, body.role, body.scope)
    code = await answer(kit.access.open_code(identity, body.life_s))
    return code_made(kit, code, body.life_s)


def code_made(kit: Kit, code: str, life_s: int) -> CodeMade:
    """Return a code with the calendar's instant until which it is good."""
    now = datetime.fromisoformat(kit.system.wall_utc())
    expires = now + timedelta(seconds=life_s)
    return CodeMade(code=code, expires_utc=expires.isoformat(timespec="seconds"))


@router.post(
    "/credentials", summary="Make a bearer token", status_code=201, responses=refusals(404)
)
async def make_credential(body: CredentialRequest, kit: AnyKit, _who: Organiser) -> CredentialMade:
    """The token is told this once. The answer isn't kept: a repeat makes another token.

    A car must be signed up first.
    """
    issued = await answer(kit.access.issue(_identity(body.principal, body.role, body.scope)))
    credential = issued.credential
    return CredentialMade.model_validate(
        {
            "credential_id": credential.credential_id,
            "token": issued.token,
            "principal": credential.principal,
            "role": credential.role,
            "scope": credential.scope,
        }
    )


@router.get("/credentials", summary="List who may come in")
async def list_credentials(kit: AnyKit, _who: Organiser) -> list[CredentialView]:
    """Tokens of devices and sessions of browsers that are good now; no secrets."""
    return [
        CredentialView.model_validate(
            {
                "credential_id": each.credential_id,
                "principal": each.principal,
                "role": each.role,
                "scope": each.scope,
                "kind": each.kind,
                "made_utc": each.made_wall_utc,
            }
        )
        for each in kit.access.all()
    ]


@router.delete(
    "/credentials/{credential_id}",
    summary="Shut somebody out",
    status_code=204,
    responses=refusals(404),
)
async def revoke(credential_id: IdInPath, kit: AnyKit, _who: Organiser) -> None:
    """From now on the token or session is worthless."""
    await answer(kit.access.revoke(credential_id))
