"""Routes for the model library: where models come from, what they drove, two side by side."""

from typing import Annotated

from fastapi import Query

from timing_server.contract.machines.library import (
    LibraryRow,
    ModelChange,
    ModelChanged,
    ModelComparison,
    ModelHistory,
)
from timing_server.service.entities import Credential, ModelKey
from timing_server.service.kit import Kit
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import AnyDriver, AnyKit, driver_of
from timing_server.web.fleet.models import HashInPath, owner_for
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["models"])

OwnerInQuery = Annotated[
    str | None,
    Query(max_length=64, description="Whose it is, where an organiser asks; none: the venue's."),
]
HashInQuery = Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]


@router.get("/models/library", summary="List models with what they drove", responses=refusals(401))
async def list_library(kit: AnyKit, who: AnyDriver) -> list[LibraryRow]:
    """A driver's own, the newest first; everybody's for marshals and organisers."""
    return await kit.library.rows(driver_of(who))


@router.get(
    "/models/compare",
    summary="Lay two models side by side",
    responses=refusals(401, 403, 404, 422),
)
async def compare(
    first: HashInQuery,
    second: HashInQuery,
    kit: AnyKit,
    who: AnyDriver,
    first_driver_id: OwnerInQuery = None,
    second_driver_id: OwnerInQuery = None,
) -> ModelComparison:
    """All that is known of both, and how their reward functions differ."""
    one = _key(kit, who, first, first_driver_id)
    other = _key(kit, who, second, second_driver_id)
    return await kit.library.compare(one, other, driver_of(who))


@router.get(
    "/models/{sha256}/history",
    summary="Show all that is known of a model",
    responses=refusals(401, 403, 404, 422),
)
async def show_history(
    sha256: HashInPath, kit: AnyKit, who: AnyDriver, driver_id: OwnerInQuery = None
) -> ModelHistory:
    """Parent and children, its reward's source, laps on virtual and real tracks, stress cards."""
    return await kit.library.history(_key(kit, who, sha256, driver_id), driver_of(who))


@router.patch(
    "/models/{sha256}",
    summary="Call a model otherwise, or note something of it",
    response_model=ModelChanged,
    responses=COMMAND_REFUSALS,
)
async def change_model(
    sha256: HashInPath,
    body: ModelChange,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
    driver_id: OwnerInQuery = None,
) -> object:
    """What is left out stays."""
    key = _key(kit, who, sha256, driver_id)
    return await answer(kit.library.change(caller, key, body.name, body.notes))


@router.post(
    "/models/{sha256}/restore",
    summary="Have a model back that was given up",
    response_model=ModelChanged,
    responses=COMMAND_REFUSALS,
)
async def restore_model(
    sha256: HashInPath,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
    driver_id: OwnerInQuery = None,
) -> object:
    """For ten minutes, as long as the server isn't started anew."""
    return await answer(kit.models.restore(caller, *_key(kit, who, sha256, driver_id)))


def _key(kit: Kit, who: Credential, sha256: str, driver_id: str | None) -> ModelKey:
    return sha256, owner_for(kit, who, driver_id)
