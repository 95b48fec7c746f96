"""Routes for an event's plan: stages, entries, and which gate does which job."""

from fastapi import APIRouter, Depends

from timing_server.contract.control import (
    CommandOutcome,
    EntryOutcome,
    EntryRequest,
    EntryRow,
    GateRequest,
    StageOutcome,
    StageRequest,
    StageRow,
)
from timing_server.rules.commands.plan import AddEntry, BindGate, PlanStage, WithdrawEntry
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import (
    NS_PER_MS,
    NS_PER_S,
    DriverId,
    EntryId,
    EventId,
    NodeId,
    StageId,
)
from timing_server.service.live.projection import entry_name
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
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
    return [
        StageRow(
            stage_id=each.stage_id,
            title=each.title,
            format_name=each.format_name,
            window_s=each.options.window_ns / NS_PER_S,
            grace_s=each.options.grace_ns / NS_PER_S,
            idle_limit_s=each.options.idle_limit_ns / NS_PER_S,
            dead_time_s=each.options.dead_time_ns / NS_PER_S,
            resolution_ms=each.options.resolution_ns / NS_PER_MS,
            laps_n=each.options.laps_n,
        )
        for each in state.stages.values()
    ]


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
    """Practice, qualifying, final: each with a format and the format's options."""
    options = HeatOptions(
        window_ns=round(body.window_s * NS_PER_S),
        grace_ns=round(body.grace_s * NS_PER_S),
        idle_limit_ns=round(body.idle_limit_s * NS_PER_S),
        dead_time_ns=round(body.dead_time_s * NS_PER_S),
        resolution_ns=round(body.resolution_ms * NS_PER_MS),
        laps_n=body.laps_n,
    )
    command = PlanStage(StageId(kit.new_id()), body.title, body.format_name, options)
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.get(
    "/events/{event_id}/entries",
    summary="List entries",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_entries(event_id: IdInPath, kit: AnyKit) -> list[EntryRow]:
    """In the order of entering, withdrawn ones too."""
    state = await kit.state_of(event_id)
    drivers = kit.writer.known.registry.drivers
    return [
        EntryRow(
            entry_id=each.entry_id,
            number=each.number,
            name=entry_name(each, drivers),
            driver_ids=each.driver_ids,
            is_withdrawn=each.is_withdrawn,
        )
        for each in state.entries.values()
    ]


@router.post(
    "/events/{event_id}/entries",
    summary="Enter a driver or a team",
    status_code=201,
    response_model=EntryOutcome,
    responses=_REFUSALS,
)
async def add_entry(
    event_id: IdInPath, body: EntryRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """The drivers must be signed up; without a number the next free one is taken."""
    driver_ids = tuple(DriverId(each) for each in body.driver_ids)
    command = AddEntry(EntryId(kit.new_id()), driver_ids, body.number)
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/entries/{entry_id}/withdraw",
    summary="Take an entry out of what is still to come",
    response_model=EntryOutcome,
    responses=_REFUSALS,
)
async def withdraw_entry(
    event_id: IdInPath, entry_id: IdInPath, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """What it has driven stands."""
    command = WithdrawEntry(EntryId(entry_id))
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/gates", summary="Give a gate its job", response_model=CommandOutcome, responses=_REFUSALS
)
async def bind_gate(body: GateRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller) -> object:
    """For one event, or without `event` for the venue: for the open event and all that follow.

    `finish` is the start-finish line; a gate of that name is it unless told otherwise.
    """
    event_id = None if body.event is None else EventId(body.event)
    command = BindGate(NodeId(body.node_id), body.gate, body.role, body.lane)
    return await answer(kit.office.bind_gate(caller, event_id, command))
