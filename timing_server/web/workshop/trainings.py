"""Routes for trainings in the browser: order, watch, pause, end, go on, give up."""

import asyncio
from typing import Annotated

from fastapi import Query
from fastapi.responses import FileResponse

from timing_server.contract.workshop import (
    MoreMinutes,
    TrainingDetail,
    TrainingOrder,
    TrainingStarted,
    TrainingView,
    WorkshopDesk,
)
from timing_server.service.errors import UnknownIdError
from timing_server.web.asking import AnyCaller, IdInPath
from timing_server.web.auth import AnyDriver, AnyKit, driver_of
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.workshop.owners import check_own, maker

router = ApiRouter(tags=["workshop"])
_ONE = "/workshop/trainings/{training_id}"


@router.get(
    "/workshop/desk",
    summary="Say whether models can be trained here",
    responses=refusals(401, 403),
)
async def show_desk(kit: AnyKit, _who: AnyDriver) -> WorkshopDesk:
    """`train` is torch and what belongs to it (`make setup-train`), `sandbox` is bubblewrap, which
    confines reward functions (`make setup-sandbox`).
    """
    return await asyncio.to_thread(kit.workshop.trainings.desk)


@router.get("/workshop/trainings", summary="List trainings", responses=refusals(401, 403))
async def list_trainings(kit: AnyKit, who: AnyDriver) -> list[TrainingView]:
    """A driver's own, the newest first; others may see everybody's."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.workshop.trainings.views, registry, driver_of(who))


@router.post(
    "/workshop/trainings",
    summary="Train a model",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
)
async def order_training(
    body: TrainingOrder,
    kit: AnyKit,
    who: AnyDriver,
    caller: AnyCaller,
    driver_id: Annotated[
        str | None,
        Query(max_length=64, description="Whose model it will be, where an organiser orders it."),
    ] = None,
) -> TrainingStarted:
    """One training runs at a time, others wait for their turn, and all of them while a heat is at
    the line or on track. The reward function runs in a sandbox.
    """
    owner = maker(kit, who, driver_id)
    if body.is_from_parent:
        check_own(kit, owner, body.parent_sha256)
    training_id = await asyncio.to_thread(kit.workshop.trainings.order, owner, caller, body)
    return TrainingStarted(training_id=training_id)


@router.get(_ONE, summary="Watch a training", responses=refusals(401, 403, 404, 422))
async def show_training(
    training_id: IdInPath,
    kit: AnyKit,
    who: AnyDriver,
    since: Annotated[int, Query(ge=0, description="The first line of progress to tell.")] = 0,
) -> TrainingDetail:
    """Ask again about once a second, from `next_since` on."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(
        kit.workshop.trainings.detail, registry, driver_of(who), training_id, since
    )


@router.get(
    f"{_ONE}/view",
    summary="See what a practising car sees",
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(401, 403, 404)},
    response_class=FileResponse,
)
async def show_view(training_id: IdInPath, kit: AnyKit, who: AnyDriver) -> FileResponse:
    """A new picture about twice a second, for as long as it practises."""
    files = await asyncio.to_thread(kit.workshop.trainings.files, driver_of(who), training_id)
    if not await asyncio.to_thread(files.view.is_file):
        raise UnknownIdError("view", training_id)
    return FileResponse(files.view, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post(
    f"{_ONE}/pause",
    summary="Pause a training",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 503),
)
async def pause_training(training_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """It stops where it is; where others wait, it makes room for them."""
    await asyncio.to_thread(kit.workshop.trainings.pause, driver_of(who), training_id)


@router.post(
    f"{_ONE}/go-on",
    summary="Let a training go on",
    status_code=204,
    responses=COMMAND_REFUSALS,
)
async def let_training_go_on(
    training_id: IdInPath, kit: AnyKit, who: AnyDriver, body: MoreMinutes | None = None
) -> None:
    """One that was paused; or one that is over, stopped or broken off, for some minutes more."""
    minutes = (body or MoreMinutes()).minutes
    await asyncio.to_thread(kit.workshop.trainings.go_on, driver_of(who), training_id, minutes)


@router.post(
    f"{_ONE}/stop",
    summary="End a training",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 503),
)
async def stop_training(training_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """The best model so far is kept."""
    await asyncio.to_thread(kit.workshop.trainings.stop, driver_of(who), training_id)


@router.post(
    f"{_ONE}/model",
    summary="Keep the model of a training",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 503),
)
async def keep_trained_model(training_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """Where it couldn't be kept when the training ended, and there is room for it now."""
    await asyncio.to_thread(kit.workshop.trainings.keep_model, driver_of(who), training_id)


@router.delete(
    _ONE,
    summary="Forget a training",
    status_code=204,
    responses=refusals(401, 403, 404, 503),
)
async def delete_training(training_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """It ends where it isn't over. A model that was kept stays."""
    await asyncio.to_thread(kit.workshop.trainings.delete, driver_of(who), training_id)
