"""Routes for an event's stages: planning them, their times and their start lists."""

from fastapi import APIRouter, Depends

from timing_server.contract.plan import (
    ScheduleRequest,
    StageOutcome,
    StageRequest,
    StageRow,
    StartList,
    StartRow,
)
from timing_server.rules.commands.plan import PlanStage, ScheduleStage
from timing_server.rules.orders.start_list import StartSlot, start_list
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, EventId, StageId
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.heat_section import heat_row
from timing_server.service.live.projection import entry_name
from timing_server.service.ports import RegistryRows
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.plan.stage_options import asked_options, stage_row
from timing_server.web.problems import refusals

router = APIRouter(tags=["plan"])
_REFUSALS = refusals(401, 403, 404, 409, 422, 503)


@router.get(
    "/events/{event_id}/stages",
    summary="List stages",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_stages(event_id: IdInPath, kit: AnyKit) -> list[StageRow]:
    """In the order of planning, with every option as it is in force."""
    state = await kit.state_of(event_id)
    return [stage_row(each) for each in state.stages.values()]


@router.post(
    "/events/{event_id}/stages",
    summary="Add a stage",
    status_code=201,
    response_model=StageOutcome,
    responses=_REFUSALS,
)
async def plan_stage(
    event_id: IdInPath, body: StageRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """Practice, qualifying, knock-out, final: each with a format and the format's options."""
    format_name, options = asked_options(body)
    command = PlanStage(
        StageId(kit.new_id()), body.title, format_name, options, body.kind, body.is_open
    )
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/stages/{stage_id}/schedule",
    summary="Give a stage's start list its times",
    response_model=StageOutcome,
    responses=_REFUSALS,
)
async def schedule_stage(
    event_id: IdInPath,
    stage_id: IdInPath,
    body: ScheduleRequest,
    kit: AnyKit,
    _who: Organiser,
    caller: AnyCaller,
) -> object:
    """The times are a plan that people read; no heat starts or ends by them."""
    command = ScheduleStage(
        StageId(stage_id), body.starts_utc.isoformat(), round(body.slot_s * NS_PER_S)
    )
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.get(
    "/events/{event_id}/stages/{stage_id}/start-list",
    summary="Show who drives when",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_start_list(event_id: IdInPath, stage_id: IdInPath, kit: AnyKit) -> StartList:
    """The stage's heats in the order of calling, driven ones too, each with its planned time."""
    state = await kit.state_of(event_id)
    stage = state.stages.get(StageId(stage_id))
    if stage is None:
        raise UnknownIdError("stage", stage_id)
    registry = kit.writer.known.registry
    return StartList(
        stage_id=stage.stage_id,
        title=stage.title,
        time_zone=state.time_zone,
        heats=tuple(_row(state, slot, registry) for slot in start_list(state, stage)),
    )


def _row(state: EventState, slot: StartSlot, registry: RegistryRows) -> StartRow:
    heat = slot.heat
    entries = (state.entries.get(each) for each in heat.entry_ids)
    return StartRow(
        heat_id=heat.heat_id,
        number=heat.number,
        round_number=heat.round_number,
        match_name=heat.match_name,
        phase=heat_row(heat).phase,
        planned_utc=slot.planned_utc,
        entry_ids=heat.entry_ids,
        lanes=tuple(heat.runs[each].lane for each in heat.entry_ids),
        names=tuple("" if each is None else entry_name(each, registry.drivers) for each in entries),
    )
