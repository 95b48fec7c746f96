"""Routes for devices that ask to be let in, and for the organiser who types what they show."""

from fastapi import Depends, Request

from timing_server.contract.machines.discovery import FoundDevice
from timing_server.contract.people.access import CredentialView
from timing_server.contract.people.pairing import (
    PairingApproval,
    PairingCollect,
    PairingOpened,
    PairingRequest,
    PairingState,
    PairingView,
)
from timing_server.contract.people.proof import ProofRequest, ServerProof
from timing_server.service.people.pairings import PAIRING_LIFE_S, CarWish
from timing_server.web.asking import IdInPath, answer, client_of
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(prefix="/pairings", tags=["access"])


@router.post(
    "",
    summary="Ask to be let in, as a device",
    status_code=201,
    dependencies=[Depends(PUBLIC)],
    responses=refusals(409, 422, 429),
)
async def open_pairing(body: PairingRequest, request: Request, kit: AnyKit) -> PairingOpened:
    """Show `code` to people; keep `secret`. Both are good for five minutes."""
    opened = kit.pairings.open(body.role, body.name, client_of(request))
    return PairingOpened(
        pairing_id=opened.pairing_id,
        code=opened.code,
        secret=opened.secret,
        life_s=PAIRING_LIFE_S,
    )


@router.post(
    "/{pairing_id}/collect",
    summary="Collect the token, as the device that asked",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404, 422),
)
async def collect(pairing_id: IdInPath, body: PairingCollect, kit: AnyKit) -> PairingState:
    """Ask every two seconds. 404 means that the pairing is over: begin another."""
    device = kit.pairings.collect(pairing_id, body.secret)
    status = "waiting" if device.status == "granting" else device.status
    return PairingState(status=status, token=device.token, scope=device.scope)


@router.post(
    "/proof",
    summary="Have the server prove that it gave a token",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404, 422),
)
async def prove(body: ProofRequest, request: Request, kit: AnyKit) -> ServerProof:
    """A device asks this of a server that it found by mDNS, before it sends its token there.

    `proof` is an HMAC-SHA-256 under the token's SHA-256, over `nonce` and the address called.
    """
    host, port = request.scope["server"]
    return ServerProof(proof=kit.pairings.prove(body, f"{host}:{port}"))


@router.get("", summary="List devices that wait", responses=refusals(401, 403))
async def list_pairings(kit: AnyKit, _who: Organiser) -> list[PairingView]:
    """Without their codes, which only the devices show."""
    return [
        PairingView.model_validate(
            {
                "pairing_id": each.pairing_id,
                "role": each.role,
                "name": each.name,
                "address": each.client,
                "life_left_s": kit.pairings.life_left_s(each),
                "tries_left": each.tries_left,
            }
        )
        for each in kit.pairings.waiting()
    ]


@router.get("/found", summary="List devices seen on the network", responses=refusals(401, 403))
async def list_found(kit: AnyKit, _who: Organiser) -> list[FoundDevice]:
    """What nodes and cars say by mDNS, paired or not. It is only their word, and lets nobody in."""
    return kit.found_devices()


@router.post(
    "/{pairing_id}/approve",
    summary="Let a device in",
    responses=COMMAND_REFUSALS,
)
async def approve(
    pairing_id: IdInPath, body: PairingApproval, kit: AnyKit, _who: Organiser
) -> CredentialView:
    """`code` is what the device shows; five wrong ones end the pairing.

    A car must be signed up, or is with `new_car`."""
    wish = None if body.new_car is None else CarWish(body.new_car.name, body.new_car.colour or "")
    issued = await answer(kit.pairings.approve(pairing_id, body.code, body.scope, wish))
    credential = issued.credential
    return CredentialView.model_validate(
        {
            "credential_id": credential.credential_id,
            "principal": credential.principal,
            "role": credential.role,
            "scope": credential.scope,
            "kind": credential.kind,
            "made_utc": credential.made_wall_utc,
        }
    )


@router.delete(
    "/{pairing_id}",
    summary="Turn a device away",
    status_code=204,
    responses=refusals(401, 403, 404),
)
async def refuse(pairing_id: IdInPath, kit: AnyKit, _who: Organiser) -> None:
    """The device says so and ends."""
    kit.pairings.refuse(pairing_id)
