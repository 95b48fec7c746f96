"""Routes for reward functions that are written in the browser."""

import asyncio
from typing import Annotated

from fastapi import Query

from timing_server.contract.rewards import RewardKept, RewardText, RewardView, RewardWritten
from timing_server.web.asking import IdInPath
from timing_server.web.auth import AnyDriver, AnyKit, driver_of
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.workshop.owners import maker

router = ApiRouter(tags=["workshop"])


@router.get("/rewards", summary="List reward functions", responses=refusals(401, 403))
async def list_rewards(kit: AnyKit, who: AnyDriver) -> list[RewardView]:
    """A driver's own, the newest first, then the examples; others may see everybody's."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.workshop.rewards.views, registry, driver_of(who))


@router.get(
    "/rewards/{reward_id}", summary="Read a reward function", responses=refusals(401, 403, 404)
)
async def show_reward(reward_id: IdInPath, kit: AnyKit, who: AnyDriver) -> RewardText:
    """With its text, as it was typed."""
    registry = kit.writer.known.registry
    return await asyncio.to_thread(kit.workshop.rewards.text, registry, driver_of(who), reward_id)


@router.post(
    "/rewards",
    summary="Keep a new reward function",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
)
async def keep_reward(
    body: RewardWritten,
    kit: AnyKit,
    who: AnyDriver,
    driver_id: Annotated[
        str | None,
        Query(max_length=64, description="Whose it is, where an organiser keeps it."),
    ] = None,
) -> RewardKept:
    """It is kept as it was typed, whether it works or not."""
    owner = maker(kit, who, driver_id)
    return RewardKept(reward_id=await asyncio.to_thread(kit.workshop.rewards.keep, owner, body))


@router.put(
    "/rewards/{reward_id}",
    summary="Change a reward function",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
)
async def change_reward(
    reward_id: IdInPath, body: RewardWritten, kit: AnyKit, who: AnyDriver
) -> None:
    """Trainings that were started with it keep the text of that moment."""
    await asyncio.to_thread(kit.workshop.rewards.change, driver_of(who), reward_id, body)


@router.delete(
    "/rewards/{reward_id}",
    summary="Forget a reward function",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 503),
)
async def delete_reward(reward_id: IdInPath, kit: AnyKit, who: AnyDriver) -> None:
    """Models that were trained with it stay."""
    await asyncio.to_thread(kit.workshop.rewards.delete, driver_of(who), reward_id)
