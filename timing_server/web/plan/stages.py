"""Routes for an event's stages: planning them, their times and their start lists."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from fastapi import Depends

from timing_server.contract.race.plan import (
    ScheduleRequest,
    StageChange,
    StageOutcome,
    StageRequest,
    StageRow,
    StartList,
    StartRow,
    TrackRequest,
)
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.plan import LayTrack, PlanStage, RemoveStage, ScheduleStage
from timing_server.rules.orders.attendance import has_begun, has_starter
from timing_server.rules.orders.expected_times import expected_times
from timing_server.rules.orders.start_list import StartSlot, start_list
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_S, HeatId, StageId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.live.heat_section import heat_row
from timing_server.service.live.projection import entry_name
from timing_server.service.tracks.laying import on_track
from timing_server.service.tracks.raced import RaceTrack
from timing_server.web.asking import AnyOffice, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.plan.stage_options import asked_options, change_asked, stage_row
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["plan"])


@router.get(
    "/events/{event_id}/stages",
    summary="List stages",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_stages(event_id: IdInPath, kit: AnyKit) -> list[StageRow]:
    """In the order of planning, with every option as it is in force."""
    state = await kit.state_of(event_id)
    begun = {each.stage_id for each in state.heats.values() if has_begun(each)}
    return [stage_row(each, has_run=each.stage_id in begun) for each in state.stages.values()]


@router.post(
    "/events/{event_id}/stages",
    summary="Add a stage",
    status_code=201,
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_stage(body: StageRequest, _who: Organiser, office: AnyOffice, kit: AnyKit) -> object:
    """Practice, qualifying, knock-out, final: each with a format and the format's options."""
    format_name, options = asked_options(body)
    track = await _track(kit, body.track_id)
    command = PlanStage(
        stage_id=StageId(office.new_id()),
        title=body.title,
        format_name=format_name,
        options=options,
        kind=body.kind,
        is_open=body.is_open,
        track=track.name if track else "",
        track_sha256=track.sha256 if track else "",
    )
    return await answer(on_track(kit.office, office.caller, office.event_id, command, track))


async def _track(kit: Kit, track_id: str | None) -> RaceTrack | None:
    """Return a track of the library as it is now. Raises UnknownIdError, TracksClosedError."""
    return None if track_id is None else await asyncio.to_thread(kit.tracks.to_race, track_id)


@router.put(
    "/events/{event_id}/stages/{stage_id}/track",
    summary="Say on which track real cars race a stage",
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def lay_track(
    stage_id: IdInPath, body: TrackRequest, _who: Organiser, office: AnyOffice, kit: AnyKit
) -> object:
    """Real laps are compared with virtual ones of the same track. Once it has begun, another one
    takes a reason.
    """
    track = await _track(kit, body.track_id)
    name, sha256 = (track.name, track.sha256) if track else ("", "")
    command = LayTrack(StageId(stage_id), name, sha256, body.reason)
    return await answer(on_track(kit.office, office.caller, office.event_id, command, track))


@router.patch(
    "/events/{event_id}/stages/{stage_id}",
    summary="Change a stage",
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def change_stage(
    stage_id: IdInPath, body: StageChange, _who: Organiser, office: AnyOffice
) -> object:
    """Its title at any time; all else until a heat of it begins. What waits follows."""

    def command(state: EventState) -> Command:
        return change_asked(body, _stage_of(state, stage_id))

    return await office.command_from(command)


@router.delete(
    "/events/{event_id}/stages/{stage_id}",
    summary="Take a stage out of the plan",
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def remove_stage(stage_id: IdInPath, _who: Organiser, office: AnyOffice) -> object:
    """Only one that hasn't begun; its heats go with it, and nobody comes from it any more."""
    command = RemoveStage(StageId(stage_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/stages/{stage_id}/schedule",
    summary="Give a stage's start list its times",
    response_model=StageOutcome,
    responses=COMMAND_REFUSALS,
)
async def schedule_stage(
    stage_id: IdInPath, body: ScheduleRequest, _who: Organiser, office: AnyOffice
) -> object:
    """The times are a plan that people read; no heat starts or ends by them."""
    command = ScheduleStage(
        StageId(stage_id), body.starts_utc.isoformat(), round(body.slot_s * NS_PER_S)
    )
    return await office.command(command)


@router.get(
    "/events/{event_id}/stages/{stage_id}/start-list",
    summary="Show who drives when",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_start_list(event_id: IdInPath, stage_id: IdInPath, kit: AnyKit) -> StartList:
    """The stage's heats in the order of calling, driven ones too, each with its planned time.

    Where the event runs late, what is still to come has an expected time as well. A heat that
    waits for nobody, because whoever drives it is out or was ruled a no-show, isn't listed.
    """
    state = await kit.state_of(event_id)
    stage = _stage_of(state, stage_id)
    registry = kit.writer.known.registry
    now_utc = datetime.fromisoformat(kit.system.wall_utc())
    expected = expected_times(state, kit.clock.now_ns(), now_utc)
    return StartList(
        stage_id=stage.stage_id,
        title=stage.title,
        time_zone=state.time_zone,
        heats=tuple(
            _row(state, slot, expected, registry)
            for slot in start_list(state, stage)
            if has_begun(slot.heat) or has_starter(state, slot.heat)
        ),
    )


def _stage_of(state: EventState, stage_id: str) -> Stage:
    if StageId(stage_id) not in state.stages:
        raise UnknownIdError("stage", stage_id)
    return state.stages[StageId(stage_id)]


def _row(
    state: EventState,
    slot: StartSlot,
    expected: Mapping[HeatId, datetime],
    registry: RegistryRows,
) -> StartRow:
    heat = slot.heat
    expected_utc = None if slot.planned_utc is None else expected.get(heat.heat_id)
    entries = [state.entries.get(each) for each in heat.entry_ids]
    return StartRow(
        heat_id=heat.heat_id,
        number=heat.number,
        round_number=heat.round_number,
        match_name=heat.match_name,
        phase=heat_row(heat).phase,
        planned_utc=slot.planned_utc,
        expected_utc=None if expected_utc is None else expected_utc.isoformat(timespec="seconds"),
        entry_ids=heat.entry_ids,
        lanes=tuple(heat.runs[each].lane for each in heat.entry_ids),
        names=tuple("" if each is None else entry_name(each, registry.drivers) for each in entries),
        timed_only_ids=tuple(
            each.entry_id for each in entries if each is not None and each.is_timed_only
        ),
    )
