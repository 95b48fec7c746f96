"""Whose lap is meant: of a run of the race, or of a log that somebody brought."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Path, Query, Response

from timing_server.service.analysis.desk import lap_of
from timing_server.service.analysis.laps import LapTrace, Run
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.web.auth import driver_of

LapInPath = Annotated[int, Path(ge=-(10**9), le=10**9)]
LogInPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
TableFormat = Literal["csv", "parquet"]
_MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class OtherLap:
    """The lap that another is held against: of a heat's run, or of an own log."""

    other_lap: Annotated[int, Query(ge=-(10**9), le=10**9)]
    other_event: Annotated[str | None, Query(max_length=200)] = None
    other_heat: Annotated[str | None, Query(max_length=200)] = None
    other_entry: Annotated[str | None, Query(max_length=200)] = None
    other_log: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None


def owner_of(who: Credential) -> str:
    """Return whose logs somebody sees: a driver's own; the crew have theirs each."""
    return driver_of(who) or f"{who.role}:{who.principal}"


async def heat_run(kit: Kit, event_id: str, heat_id: str, entry_id: str) -> Run:
    """Return a run of the race. Raises UnknownIdError and what reading records raises."""
    state = await kit.state_of(event_id)
    return await asyncio.to_thread(kit.analysis.run, state, event_id, heat_id, entry_id)


async def log_run(kit: Kit, who: Credential, log_id: str) -> Run:
    """Return the episodes of an own log. Raises UnknownIdError."""
    return await asyncio.to_thread(kit.analysis.logs.run, owner_of(who), log_id)


async def other_lap(kit: Kit, who: Credential, other: OtherLap) -> tuple[LapTrace, Run]:
    """Return the lap that is meant, with its run. Raises UnknownIdError."""
    if other.other_log is not None:
        run = await log_run(kit, who, other.other_log)
    elif other.other_event and other.other_heat and other.other_entry:
        run = await heat_run(kit, other.other_event, other.other_heat, other.other_entry)
    else:
        raise UnknownIdError("lap", str(other.other_lap))
    return lap_of(run, other.other_lap), run


async def table_file(kit: Kit, run: Run, form: TableFormat, name: str) -> Response:
    """Return a run's decisions as a file to keep. Raises ParquetMissingError."""
    write = kit.analysis.csv if form == "csv" else kit.analysis.parquet
    content = await asyncio.to_thread(write, run)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=_MEDIA[form], headers=headers)
