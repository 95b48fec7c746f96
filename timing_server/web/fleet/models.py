"""Routes for models: drivers bring them, they are tried and kept, entries are bound to them."""

import asyncio
import re
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.responses import FileResponse

from timing_server.contract.machines.models import (
    MAX_PAPERS_BYTES,
    MAX_UPLOAD_BYTES,
    ModelBinding,
    ModelBound,
    ModelDesk,
    ModelView,
)
from timing_server.rules.units import EntryId, EventId
from timing_server.service.access import CAR as CAR_ROLE
from timing_server.service.access import WORKER as WORKER_ROLE
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.models.models import VENUE, by_hash
from timing_server.service.models.sending import Sender
from timing_server.service.office import Caller
from timing_server.web.asking import AnyCaller, IdInPath, answer, client_of
from timing_server.web.auth import AnyDriver, AnyKit, Needs, driver_of
from timing_server.web.errors import ForbiddenError
from timing_server.web.fleet.cars import active_state
from timing_server.web.fleet.form import receive_form
from timing_server.web.marshal.protests import check_own_entry
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["models"])

#: Both files, and what the form itself takes.
_MAX_FORM_BYTES = MAX_UPLOAD_BYTES + MAX_PAPERS_BYTES + 16 * 1024
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["model"],
                    "properties": {
                        "model": {"type": "string", "format": "binary"},
                        "papers": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}
#: A car for its next heats, a worker for what is submitted, everybody from a driver up.
FETCHER = Needs(CAR_ROLE, WORKER_ROLE, "driver")
HashInPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/models/desk", summary="Say whether models are taken", responses=refusals(401, 403))
async def desk(kit: AnyKit, _who: AnyDriver) -> ModelDesk:
    """A server without the car's packages can't try models, and so takes none."""
    reason = kit.models.missing()
    return ModelDesk(is_open=reason is None, reason=reason)


@router.get("/models", summary="List models", responses=refusals(401, 403))
async def list_models(kit: AnyKit, who: AnyDriver) -> list[ModelView]:
    """A driver's own, the newest first; everybody's for marshals and organisers."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.library.views, registry, driver_of(who))


@router.get(
    "/models/{sha256}",
    summary="Fetch a model's file",
    responses={
        200: {"content": {"application/octet-stream": {}}},
        206: {"description": "The range that was asked for."},
        **refusals(401, 403, 404, 422),
    },
    response_class=FileResponse,
)
async def fetch_model(
    sha256: HashInPath, kit: AnyKit, who: Annotated[Credential, Depends(FETCHER)]
) -> FileResponse:
    """The ONNX file that drives, card inside; `Range` resumes. A car gets what it is to drive soon,
    a driver what the driver brought.
    """
    await _check_fetcher(kit, who, sha256)
    file = await asyncio.to_thread(kit.models.file_of, sha256)
    return FileResponse(
        file,
        media_type="application/octet-stream",
        filename=f"{_file_name(kit, who, sha256)}.onnx",
        headers={"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"},
    )


@router.get(
    "/models/{sha256}/archive",
    summary="Fetch the archive that a model came in",
    responses={
        200: {"content": {"application/gzip": {}}},
        206: {"description": "The range that was asked for."},
        **refusals(401, 403, 404, 422),
    },
    response_class=FileResponse,
)
async def fetch_archive(
    sha256: HashInPath, kit: AnyKit, who: Annotated[Credential, Depends(FETCHER)]
) -> FileResponse:
    """A DeepRacer archive with a frozen graph, byte for byte as it was brought: a stock car takes
    nothing else. For whom the model is; `Range` resumes.
    """
    await _check_fetcher(kit, who, sha256)
    registry = kit.writer.known.registry
    file = await asyncio.to_thread(kit.models.archive_of, sha256, registry)
    return FileResponse(
        file,
        media_type="application/gzip",
        filename=f"{_file_name(kit, who, sha256)}.tar.gz",
        headers={"ETag": f'"{file.name[:64]}"', "Cache-Control": "private, no-cache"},
    )


def _file_name(kit: Kit, who: Credential, sha256: str) -> str:
    """Return what a model is called by who fetches it, else by anybody, fit for a file."""
    models = kit.writer.known.registry.models
    found = models.get((sha256, driver_of(who) or "")) or by_hash(kit.writer.known.registry).get(
        sha256
    )
    name = sha256[:12] if found is None else found.name
    return re.sub(r'[\\/:*?"<>|]', "_", name)


async def _check_fetcher(kit: Kit, who: Credential, sha256: str) -> None:
    """Raise ForbiddenError where a model is none of a car's or a driver's business."""
    if who.role == CAR_ROLE:
        if not kit.fleet.may_fetch(who.scope or "", sha256, await active_state(kit)):
            raise ForbiddenError(f"'{who.principal}' isn't to drive with this model.")
        return
    if who.role == WORKER_ROLE:
        if all(each.model_sha256 != sha256 for each in kit.writer.known.jobs.values()):
            raise ForbiddenError(f"'{who.principal}' isn't to drive this model.")
        return
    driver_id = driver_of(who)
    if driver_id is not None and (sha256, driver_id) not in kit.writer.known.registry.models:
        raise ForbiddenError("A driver fetches models of their own.")


@router.post(
    "/models",
    summary="Bring a model",
    status_code=201,
    max_body_size=_MAX_FORM_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422, 429, 503),
    openapi_extra=_FORM,
)
async def bring_model(
    request: Request,
    kit: AnyKit,
    who: AnyDriver,
    driver_id: Annotated[
        str | None,
        Query(max_length=64, description="Whose it is, where an organiser brings it."),
    ] = None,
) -> ModelView:
    """`model` is an `.onnx`, a DeepRacer `model.tar.gz` or a frozen `model.pb`; `papers` is its
    `model_metadata.json`, or its card where that is called `….card.json`.

    It is tried in a process of its own, which takes some seconds. What can't drive is refused with
    the reason and not kept. The same file again changes nothing.
    """
    owner = owner_for(kit, who, driver_id)
    with kit.models.receiving(client_of(request)) as parcel:
        brought = await receive_form(request, parcel)
        model = await kit.models.take(Caller(who.principal), parcel, brought, owner)
    return await asyncio.to_thread(kit.library.view, model, kit.writer.known.registry)


@router.delete(
    "/models/{sha256}",
    summary="Give a model up",
    status_code=204,
    responses=COMMAND_REFUSALS,
)
async def delete_model(
    sha256: HashInPath,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
    driver_id: Annotated[str | None, Query(max_length=64)] = None,
) -> None:
    """Refused while an entry of the open event drives with it. For ten minutes it can come back."""
    await answer(kit.models.delete(caller, sha256, owner_for(kit, who, driver_id)))
    await kit.models.sweep()


@router.put(
    "/events/{event_id}/entries/{entry_id}/model",
    summary="Say which model an entry drives with",
    response_model=ModelBound,
    responses=COMMAND_REFUSALS,
)
async def bind_model(
    event_id: IdInPath,
    entry_id: IdInPath,
    body: ModelBinding,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
) -> object:
    """From now on, in every heat that isn't called yet. Drivers bind own models to own entries.

    A model whose newest stress card says *not ready* is refused; with `send_anyway` an organiser
    sends it all the same, which the log keeps.
    """
    check_own_entry(who, await kit.state_of(event_id), EntryId(entry_id))
    may_overrule = who.role == "organiser"
    sender = Sender(caller, driver_of(who), may_overrule, body.send_anyway)
    return await kit.sending.bind(sender, EventId(event_id), EntryId(entry_id), body.model_sha256)


def owner_for(kit: Kit, who: Credential, driver_id: str | None) -> str:
    """Return whose a model is: a driver's own, else as an organiser says. Raises UnknownIdError."""
    own = driver_of(who)
    if own is not None:
        return own
    if driver_id and driver_id not in kit.writer.known.registry.drivers:
        raise UnknownIdError("driver", driver_id)
    return driver_id or VENUE
