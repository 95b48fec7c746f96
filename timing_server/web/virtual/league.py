"""Routes of virtual races for everybody: what is open, who leads, how near real laps come."""

import asyncio
from collections.abc import Sequence

from fastapi import Depends, Request, Response
from pydantic import TypeAdapter

from timing_server.contract.race.leagues import Leagues, NearestOnTrack
from timing_server.contract.server.tracks import TrackDocument, TrackShape
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.log.venue import KnownEvent
from timing_server.service.tracks.laying import track_blob
from timing_server.service.virtual.league import league
from timing_server.service.virtual.nearest import nearest
from timing_server.service.virtual.views import is_current
from timing_server.web.asking import IdInPath, RawJson
from timing_server.web.auth import PUBLIC, AnyKit
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter
from timing_server.web.virtual.events import newest_events, revealed

_TRACKS = TypeAdapter(tuple[NearestOnTrack, ...])

router = ApiRouter(tags=["virtual races"], dependencies=[Depends(PUBLIC)])


@router.get(
    "/virtual",
    summary="Show virtual races to everybody",
    response_model=Leagues,
    response_class=RawJson,
)
async def show_leagues(kit: AnyKit) -> RawJson:
    """Of the newest events those with a virtual stage that is open, will be, or was lately.

    A sealed track is named once its stage opens. Made anew once a second at most.
    """
    return RawJson(await kit.virtual.leagues.get(lambda: _leagues(kit)))


async def _leagues(kit: Kit) -> bytes:
    now_utc = kit.system.wall_utc()
    shown = [
        (event, await revealed(kit, event.event_id))
        for event, state in await _raced(kit)
        if is_current(state, now_utc)
    ]
    return await asyncio.to_thread(_told, kit, shown, now_utc)


def _told(kit: Kit, shown: Sequence[tuple[KnownEvent, EventState]], now_utc: str) -> bytes:
    """Word it in a thread: standings of a season's runs take their time."""
    known, leases = kit.writer.known, kit.virtual.leases
    jobs = known.jobs.values()
    told = Leagues(
        now_utc=now_utc,
        waiting=sum(not each.lease_id for each in jobs),
        running=sum(bool(each.lease_id) for each in jobs),
        leagues=tuple(league(event, state, known, leases, now_utc) for event, state in shown),
    )
    return told.model_dump_json().encode()


@router.get(
    "/virtual/sim-to-real",
    summary="Rank models by how near their real laps come",
    response_model=list[NearestOnTrack],
    response_class=RawJson,
)
async def show_nearest(kit: AnyKit) -> RawJson:
    """Of the newest events, track by track: who has laps of both kinds on it, the nearest first.

    Made anew every five seconds at most.
    """
    return RawJson(await kit.virtual.nearest.get(lambda: _nearest(kit)))


async def _nearest(kit: Kit) -> bytes:
    states = [state for _, state in await _raced(kit)]
    real = await kit.library.real_laps() if states else {}
    registry = kit.writer.known.registry
    told = await asyncio.to_thread(nearest, states, registry, real)
    return _TRACKS.dump_json(told)


async def _raced(kit: Kit) -> list[tuple[KnownEvent, EventState]]:
    """Return the newest events that have virtual stages, with their states."""
    found = [(event, await kit.state_of(event.event_id)) for event in newest_events(kit)]
    return [
        (event, state)
        for event, state in found
        if any(stage.virtual is not None for stage in state.stages.values())
    ]


@router.get(
    "/events/{event_id}/stages/{stage_id}/virtual/track",
    summary="Get the track of a virtual stage",
    response_model=TrackShape,
    responses={304: {"description": "As it was."}, **refusals(404, 409, 422, 503)},
)
async def show_raced_track(
    event_id: IdInPath, stage_id: IdInPath, request: Request, kit: AnyKit
) -> Response:
    """As it was when the stage was planned. 404 while it is sealed."""
    state = await revealed(kit, event_id)
    stage = state.stages.get(StageId(stage_id))
    rules = None if stage is None else stage.virtual
    if rules is None or not rules.track_sha256:
        raise UnknownIdError("track", stage_id)
    headers = {"ETag": f'"{rules.track_sha256}"', "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(_shape, kit, rules.track, rules.track_sha256)
    return Response(content, media_type="application/json", headers=headers)


def _shape(kit: Kit, track: str, sha256: str) -> bytes:
    kept = kit.store.blob(track_blob(sha256))
    document = None if kept is None else TrackDocument.model_validate_json(kept)
    return kit.tracks.raced(track, sha256, document).model_dump_json().encode()
