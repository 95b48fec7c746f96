"""Routes for logs of simulations that people bring: DeepRacer's SimTrace, seen by their owner."""

import asyncio
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from timing_server.contract.machines.analysis import (
    MAX_LOG_BYTES,
    LapCurves,
    LapDelta,
    RunAnalysis,
    TrainingLog,
)
from timing_server.service.analysis.desk import lap_of
from timing_server.service.training_logs.ports import LogCard
from timing_server.web.analysis.asking import (
    LapInPath,
    LogInPath,
    OtherLap,
    TableFormat,
    log_run,
    other_lap,
    owner_of,
    table_file,
)
from timing_server.web.analysis.runs import TABLE_FILE
from timing_server.web.analysis.telling import told_curves, told_delta, told_run
from timing_server.web.auth import AnyDriver, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(prefix="/training-logs", tags=["analysis"])


@router.get("", summary="List one's own logs", responses=refusals(401, 403))
async def list_logs(kit: AnyKit, who: AnyDriver) -> list[TrainingLog]:
    """The newest first. Nobody sees anybody else's."""
    cards = await asyncio.to_thread(kit.analysis.logs.cards, owner_of(who))
    return [_told(card) for card in reversed(cards)]


@router.post(
    "",
    summary="Bring a log",
    status_code=201,
    max_body_size=MAX_LOG_BYTES,
    responses=refusals(401, 403, 409, 413, 422, 503),
    openapi_extra={"requestBody": {"content": {"text/csv": {}}, "required": True}},
)
async def bring_log(
    request: Request,
    kit: AnyKit,
    who: AnyDriver,
    name: Annotated[str, Query(max_length=200, description="What the file is called.")] = "log",
) -> TrainingLog:
    """A CSV file in the columns of DeepRacer's SimTrace logs, as the body itself."""
    content = await request.body()
    now_utc = kit.system.wall_utc()
    card = await asyncio.to_thread(kit.analysis.logs.take, owner_of(who), name, content, now_utc)
    return _told(card)


@router.delete(
    "/{log_id}",
    summary="Delete a log",
    status_code=204,
    responses=refusals(401, 403, 404, 422, 503),
)
async def delete_log(log_id: LogInPath, kit: AnyKit, who: AnyDriver) -> None:
    """It is gone for good."""
    await asyncio.to_thread(kit.analysis.logs.delete, owner_of(who), log_id)


@router.get(
    "/{log_id}/analysis",
    summary="Analyse a log",
    responses=refusals(401, 403, 404, 422, 503),
)
async def analyse_log(log_id: LogInPath, kit: AnyKit, who: AnyDriver) -> RunAnalysis:
    """As a run of the race; each episode is a lap, its time from its first line to its last."""
    run = await log_run(kit, who, log_id)
    return await asyncio.to_thread(told_run, run, has_parquet=kit.analysis.has_parquet)


@router.get(
    "/{log_id}/laps/{lap}/curves",
    summary="Get an episode's curves",
    responses=refusals(401, 403, 404, 422, 503),
)
async def show_log_curves(
    log_id: LogInPath, lap: LapInPath, kit: AnyKit, who: AnyDriver
) -> LapCurves:
    """As those of a lap of the race."""
    run = await log_run(kit, who, log_id)
    return await asyncio.to_thread(told_curves, lap_of(run, lap), run)


@router.get(
    "/{log_id}/laps/{lap}/delta",
    summary="Hold an episode against another lap",
    responses=refusals(401, 403, 404, 422, 503),
)
async def show_log_delta(
    log_id: LogInPath,
    lap: LapInPath,
    kit: AnyKit,
    who: AnyDriver,
    other: Annotated[OtherLap, Depends()],
) -> LapDelta:
    """As for a lap of the race."""
    run = await log_run(kit, who, log_id)
    against, against_run = await other_lap(kit, who, other)
    return await asyncio.to_thread(told_delta, lap_of(run, lap), run, against, against_run)


@router.get(
    "/{log_id}/decisions.{form}",
    summary="Download a log's decisions as a table",
    responses={**TABLE_FILE, **refusals(401, 403, 404, 422, 503)},
    response_class=Response,
)
async def download_log(
    log_id: LogInPath, form: TableFormat, kit: AnyKit, who: AnyDriver
) -> Response:
    """As those of a run of the race."""
    run = await log_run(kit, who, log_id)
    return await table_file(kit, run, form, f"decisions-{log_id[:8]}")


def _told(card: LogCard) -> TrainingLog:
    return TrainingLog(
        log_id=card.log_id,
        name=card.name,
        size_bytes=card.size_bytes,
        episodes=card.episodes,
        brought_utc=card.brought_utc,
    )
