"""Routes for the analysis of what was driven in the race. Drivers see each other's laps."""

import asyncio
from typing import Annotated, Any

from fastapi import Depends, Response

from timing_server.contract.machines.analysis import LapCurves, LapDelta, RunAnalysis
from timing_server.service.analysis.desk import lap_of
from timing_server.web.analysis.asking import (
    LapInPath,
    OtherLap,
    TableFormat,
    heat_run,
    other_lap,
    table_file,
)
from timing_server.web.analysis.telling import told_curves, told_delta, told_run
from timing_server.web.asking import IdInPath
from timing_server.web.auth import AnyDriver, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["analysis"])

_RUN = "/events/{event_id}/heats/{heat_id}/runs/{entry_id}"
#: Both forms of a table, for the routes that give one.
TABLE_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, "application/vnd.apache.parquet": {}}}
}


@router.get(
    f"{_RUN}/analysis",
    summary="Analyse a run",
    responses=refusals(401, 403, 404, 422, 503),
)
async def analyse_run(
    event_id: IdInPath, heat_id: IdInPath, entry_id: IdInPath, kit: AnyKit, _who: AnyDriver
) -> RunAnalysis:
    """Its laps in figures, and what there is to say of them. Laps without a record keep times."""
    run = await heat_run(kit, event_id, heat_id, entry_id)
    return await asyncio.to_thread(told_run, run, has_parquet=kit.analysis.has_parquet)


@router.get(
    f"{_RUN}/laps/{{lap}}/curves",
    summary="Get a lap's curves",
    responses=refusals(401, 403, 404, 422, 503),
)
async def show_curves(
    event_id: IdInPath,
    heat_id: IdInPath,
    entry_id: IdInPath,
    lap: LapInPath,
    kit: AnyKit,
    _who: AnyDriver,
) -> LapCurves:
    """Every decision of a lap with what is known of its instant, column by column."""
    run = await heat_run(kit, event_id, heat_id, entry_id)
    return await asyncio.to_thread(told_curves, lap_of(run, lap), run)


@router.get(
    f"{_RUN}/laps/{{lap}}/delta",
    summary="Hold a lap against another",
    responses=refusals(401, 403, 404, 422, 503),
)
async def show_delta(
    event_id: IdInPath,
    heat_id: IdInPath,
    entry_id: IdInPath,
    lap: LapInPath,
    kit: AnyKit,
    who: AnyDriver,
    other: Annotated[OtherLap, Depends()],
) -> LapDelta:
    """Against a lap of any heat, named by event, heat and entry, or of an own log."""
    run = await heat_run(kit, event_id, heat_id, entry_id)
    against, against_run = await other_lap(kit, who, other)
    return await asyncio.to_thread(told_delta, lap_of(run, lap), run, against, against_run)


@router.get(
    f"{_RUN}/decisions.{{form}}",
    summary="Download a run's decisions as a table",
    responses={**TABLE_FILE, **refusals(401, 403, 404, 422, 503)},
    response_class=Response,
)
async def download_decisions(
    event_id: IdInPath,
    heat_id: IdInPath,
    entry_id: IdInPath,
    form: TableFormat,
    kit: AnyKit,
    _who: AnyDriver,
) -> Response:
    """A row for each decision of each lap; columns carry their units."""
    run = await heat_run(kit, event_id, heat_id, entry_id)
    return await table_file(kit, run, form, f"decisions-{heat_id[:8]}-{entry_id[:8]}")
