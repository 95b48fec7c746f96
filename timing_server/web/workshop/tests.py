"""Routes for tests of models on virtual tracks: ask, watch, end."""

import asyncio
from typing import Annotated

from fastapi import Query

from timing_server.contract.model_tests import ModelTestOrder, ModelTestsDesk, ModelTestView
from timing_server.service.errors import UnknownIdError
from timing_server.service.models.library import origin_of
from timing_server.web.asking import IdInPath
from timing_server.web.auth import AnyDriver, AnyKit, driver_of
from timing_server.web.fleet.models import owner_for
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["workshop"])


@router.get(
    "/workshop/tests/desk",
    summary="Say whether models can be tested here",
    responses=refusals(401, 403),
)
async def show_desk(kit: AnyKit, _who: AnyDriver) -> ModelTestsDesk:
    """A test needs the car's packages, and nothing that training needs."""
    return kit.workshop.tests.desk()


@router.get("/workshop/tests", summary="List tests of models", responses=refusals(401, 403))
async def list_tests(kit: AnyKit, who: AnyDriver) -> list[ModelTestView]:
    """A driver's own, the newest first; others may see everybody's."""
    return kit.workshop.tests.views(driver_of(who))


@router.post(
    "/workshop/tests",
    summary="Test a model on a virtual track",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 422, 429, 503),
)
async def ask_test(
    body: ModelTestOrder,
    kit: AnyKit,
    who: AnyDriver,
    driver_id: Annotated[
        str | None, Query(max_length=64, description="Whose model, where an organiser asks.")
    ] = None,
) -> ModelTestView:
    """Laps, or the stress card. The same while it waits or runs is no second test. What it finds
    is kept with the model; it waits while a heat is at the line or on track.
    """
    owner = owner_for(kit, who, driver_id)
    model = kit.writer.known.registry.models.get((body.sha256, owner))
    if model is None:
        raise UnknownIdError("model", body.sha256)
    origin = origin_of(model)
    usual = origin.track if origin is not None and origin.track else "demo"
    return await asyncio.to_thread(kit.workshop.tests.ask, owner, body, usual)


@router.delete(
    "/workshop/tests/{test_id}",
    summary="End a test",
    status_code=204,
    responses=refusals(401, 403, 404),
)
async def end_test(test_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """Nothing of it is kept."""
    await asyncio.to_thread(kit.workshop.tests.cancel, driver_of(who), test_id)
