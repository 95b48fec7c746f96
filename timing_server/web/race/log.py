"""Routes to the log itself, for whoever wants to check a result or copy a race."""

import asyncio
from typing import Annotated

from fastapi import Depends, Query

from timing_server.contract.race.events import LogPage, LogSummary
from timing_server.rules.units import StreamId
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.channel import to_json
from timing_server.web.asking import IdInPath, RawJson
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

MAX_LINES = 1000

router = ApiRouter(tags=["log"], dependencies=[Depends(PUBLIC)])


@router.get(
    "/events/{event_id}/log",
    summary="Read an event's facts as they are stored",
    response_model=LogPage,
    response_class=RawJson,
    responses=refusals(404, 422),
)
async def read_log(
    event_id: IdInPath,
    kit: AnyKit,
    after: Annotated[int, Query(ge=0, lt=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LINES)] = 200,
) -> RawJson:
    """From the one after `after` on. `fact` holds the stored bytes, whose SHA-256 is `hash`."""
    if event_id not in kit.writer.known.venue.events:
        raise UnknownIdError("event", event_id)
    lines = await asyncio.to_thread(kit.store.read_stream, StreamId(event_id), after, limit)
    facts = b",".join(
        b'{"hash":"%s","fact":%s}' % (line.hash_hex.encode("ascii"), line.stored) for line in lines
    )
    next_after = lines[-1].seq if len(lines) == limit else None
    page = b'{"stream":%s,"facts":[%s],"next_after":%s}' % (
        to_json(event_id),
        facts,
        to_json(next_after),
    )
    return RawJson(page)


@router.get("/log/summary", summary="Count what the log holds")
async def summary(kit: AnyKit) -> LogSummary:
    """Straight from the database: facts, passes, streams."""
    counts = await asyncio.to_thread(kit.store.log_counts)
    return LogSummary(facts=counts.facts, passes=counts.passes, streams=counts.streams)
