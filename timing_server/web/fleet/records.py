"""Routes for cars' records: handed over after the heat, played lap by lap, downloaded."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse

from timing_server.contract.machines.records import (
    MAX_PIECE_BYTES,
    RecordOffer,
    RecordPlace,
    RecordRow,
    ReplayHeat,
    ReplayLap,
    ReplayRun,
    ReplayTrace,
)
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.scoring.scores import Lap, RunScore
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId
from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.live.projection import UNKNOWN_COLOUR, car_name, entry_name
from timing_server.service.live.remembered import us
from timing_server.service.records.ports import RecordCard
from timing_server.web.asking import IdInPath
from timing_server.web.auth import AnyDriver, AnyKit, Organiser
from timing_server.web.devices.cars import TheCar
from timing_server.web.errors import ForbiddenError
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["records"])

RecordInPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
#: A picture of a record never changes: who has seen it needn't ask again.
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.post(
    "/cars/{car_id}/records",
    summary="Offer a record of a run",
    responses=refusals(401, 403, 404, 422, 503),
)
async def offer_record(
    car_id: IdInPath, body: RecordOffer, kit: AnyKit, _who: TheCar
) -> RecordPlace:
    """The answer says from which byte on it is wanted; a repeat changes nothing."""
    state = await kit.state_of(body.event_id)
    return await asyncio.to_thread(kit.records.take_offer, state, car_id, body)


@router.put(
    "/cars/{car_id}/records/{record_id}",
    summary="Send a piece of a record",
    max_body_size=MAX_PIECE_BYTES,
    responses=refusals(401, 403, 404, 409, 413, 422, 503),
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
async def send_piece(
    car_id: IdInPath,
    record_id: RecordInPath,
    request: Request,
    kit: AnyKit,
    _who: TheCar,
    offset: Annotated[int, Query(ge=0, lt=2**53, description="Where the piece begins.")],
) -> RecordPlace:
    """At most 1 MiB, as the body itself. The whole is checked against the hash of its offer."""
    piece = await request.body()
    return await asyncio.to_thread(kit.records.take_piece, car_id, record_id, offset, piece)


@router.get(
    "/events/{event_id}/heats/{heat_id}/replay",
    summary="List what of a heat can be played",
    responses=refusals(401, 403, 404),
)
async def list_replay(
    event_id: IdInPath, heat_id: IdInPath, kit: AnyKit, who: AnyDriver
) -> ReplayHeat:
    """Every run with its laps and the records of its cars. Drivers see each other's laps."""
    state = await kit.state_of(event_id)
    if HeatId(heat_id) not in state.heats:
        raise UnknownIdError("heat", heat_id)
    cards = await asyncio.to_thread(kit.records.of_heat, event_id, heat_id)
    heat = state.heats[HeatId(heat_id)]
    return ReplayHeat(
        event_id=event_id,
        heat_id=heat_id,
        number=heat.number,
        stage_title=state.stages[heat.stage_id].title,
        runs=tuple(
            _run(kit, state, run, cards, who) for run in score_heat(state, heat.heat_id).runs
        ),
    )


@router.get(
    "/events/{event_id}/heats/{heat_id}/runs/{entry_id}/laps/{lap}/replay",
    summary="Play a lap",
    responses=refusals(401, 403, 404, 422, 503),
)
async def show_trace(
    event_id: IdInPath,
    heat_id: IdInPath,
    entry_id: IdInPath,
    lap: Annotated[int, Path(ge=0, le=10_000)],
    kit: AnyKit,
    _who: AnyDriver,
) -> ReplayTrace:
    """Pictures, decisions and latencies from the lap's first crossing on; lap 0 is all there is."""
    state = await kit.state_of(event_id)
    return await asyncio.to_thread(kit.records.trace, state, event_id, (heat_id, entry_id), lap)


@router.get(
    "/events/{event_id}/records/{record_id}/pictures/{index}",
    summary="Get a picture of a record",
    responses={200: {"content": {"image/jpeg": {}}}, **refusals(401, 403, 404, 422, 503)},
    response_class=Response,
)
async def show_picture(
    event_id: IdInPath,
    record_id: RecordInPath,
    index: Annotated[int, Path(ge=0, le=10_000_000)],
    kit: AnyKit,
    _who: AnyDriver,
) -> Response:
    """As the car recorded it; its number is in the lap's trace."""
    jpeg = await asyncio.to_thread(kit.records.picture, event_id, record_id, index)
    return Response(jpeg, media_type="image/jpeg", headers=_FOREVER)


@router.get(
    "/events/{event_id}/records/{record_id}",
    summary="Download a record",
    responses={200: {"content": {"application/octet-stream": {}}}, **refusals(401, 403, 404)},
    response_class=FileResponse,
)
async def download_record(
    event_id: IdInPath, record_id: RecordInPath, kit: AnyKit, who: AnyDriver
) -> FileResponse:
    """The MCAP file, which Foxglove and others open; drivers get those of their own entries."""
    state = await kit.state_of(event_id)
    card = await asyncio.to_thread(kit.records.card, event_id, record_id)
    if not _is_own(who, state, card.entry_id):
        raise ForbiddenError("A record is for who drove the run, and for organisers.")
    name = f"heat-{state.heats[HeatId(card.heat_id)].number}-{record_id[:8]}.mcap"
    return FileResponse(
        kit.records.file(card), media_type="application/octet-stream", filename=name
    )


@router.delete(
    "/events/{event_id}/records/{record_id}",
    summary="Delete a record",
    status_code=204,
    responses=refusals(401, 403, 404, 503),
)
async def delete_record(
    event_id: IdInPath, record_id: RecordInPath, kit: AnyKit, _who: Organiser
) -> None:
    """Its laps can't be played any more. The car may still have it, and offers it no more."""
    card = await asyncio.to_thread(kit.records.card, event_id, record_id)
    await asyncio.to_thread(kit.records.delete, card)


def _run(
    kit: Kit, state: EventState, run: RunScore, cards: Sequence[RecordCard], who: Credential
) -> ReplayRun:
    registry = kit.writer.known.registry
    entry = state.entries[run.entry_id]
    first = registry.drivers.get(entry.driver_ids[0]) if entry.driver_ids else None
    return ReplayRun(
        entry_id=run.entry_id,
        number=entry.number,
        driver=entry_name(entry, registry.drivers),
        colour=first.colour if first else UNKNOWN_COLOUR,
        laps=tuple(_lap(each) for each in run.laps if not each.is_credited),
        records=tuple(
            RecordRow(
                record_id=each.record_id,
                heat_id=each.heat_id,
                entry_id=each.entry_id,
                car_id=each.car_id,
                car=car_name(each.car_id, registry.cars),
                model_name=each.model_name,
                wall_utc=each.wall_utc,
                size_bytes=each.size_bytes,
                is_own=_is_own(who, state, each.entry_id),
            )
            for each in cards
            if each.entry_id == run.entry_id
        ),
    )


def _lap(lap: Lap) -> ReplayLap:
    return ReplayLap(number=lap.number, duration_us=us(lap.duration_ns), invalid=lap.invalid)


def _is_own(who: Credential, state: EventState, entry_id: str) -> bool:
    if who.role == "organiser":
        return True
    entry = state.entries.get(EntryId(entry_id))
    return who.role == "driver" and entry is not None and who.scope in entry.driver_ids
