"""Routes for the running order: rounds, single heats, the queue, and the queue of open stages."""

from timing_server.contract.race.events import CommandOutcome, HeatOutcome
from timing_server.contract.race.plan import (
    HeatRequest,
    QueueOrder,
    QueuePlace,
    RoundsOutcome,
    RoundsRequest,
)
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.commands.running_order import (
    JoinQueue,
    LeaveQueue,
    PlanRounds,
    RemoveHeat,
    ReorderHeats,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId, StageId
from timing_server.service.errors import UnknownIdError
from timing_server.service.ports import NewId
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import AnyDriver, Organiser
from timing_server.web.marshal.protests import check_own_entry
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["running order"])


@router.post(
    "/events/{event_id}/heats",
    summary="Plan a heat",
    status_code=201,
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_heat(body: HeatRequest, _who: Organiser, office: AnyOffice) -> object:
    """It stands at the end of the queue; the stage says how many may be on track at once."""
    command = PlanHeat(
        HeatId(office.new_id()),
        StageId(body.stage_id),
        tuple(EntryId(each) for each in body.entry_ids),
        body.lanes,
        body.round_number,
        body.match_name,
    )
    return await office.command(command)


@router.post(
    "/events/{event_id}/stages/{stage_id}/rounds",
    summary="Plan rounds of a stage",
    status_code=201,
    response_model=RoundsOutcome,
    responses=COMMAND_REFUSALS,
)
async def plan_rounds(
    stage_id: IdInPath, body: RoundsRequest, _who: Organiser, office: AnyOffice
) -> object:
    """All heats of the rounds at once, or none; everybody drives once in each round."""

    def command(state: EventState) -> Command:
        return rounds_command(state, StageId(stage_id), body, office.new_id)

    return await office.command_from(command)


def rounds_command(
    state: EventState, stage_id: StageId, body: RoundsRequest, new_id: NewId
) -> PlanRounds:
    """Return the command with the standings that its order needs, and an id for every run."""
    ranked: tuple[EntryId, ...] = ()
    if body.order == "standings":
        from_id = stage_id if body.from_stage_id is None else StageId(body.from_stage_id)
        if from_id not in state.stages:
            raise UnknownIdError("stage", from_id)
        ranked = tuple(each.entry_id for each in rank_stage(state, from_id))
    entry_ids = body.entry_ids
    runs = body.rounds_n * len(state.entries if entry_ids is None else set(entry_ids))
    return PlanRounds(
        stage_id=stage_id,
        heat_ids=tuple(HeatId(new_id()) for _ in range(runs)),
        order=body.order,
        rounds_n=body.rounds_n,
        entry_ids=None if entry_ids is None else tuple(EntryId(each) for each in entry_ids),
        is_checked_in_only=body.is_checked_in_only,
        ranked=ranked,
        has_lanes=body.has_lanes,
    )


@router.delete(
    "/events/{event_id}/heats/{heat_id}",
    summary="Take a heat out of the plan",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def remove_heat(heat_id: IdInPath, _who: Organiser, office: AnyOffice) -> object:
    """Only one that never started; its number isn't given again."""
    command = RemoveHeat(HeatId(heat_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/order",
    summary="Put the queue in another order",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def reorder_heats(body: QueueOrder, _who: Organiser, office: AnyOffice) -> object:
    """These heats are called first, in this order; the others follow as they were."""
    command = ReorderHeats(tuple(HeatId(each) for each in body.heat_ids))
    return await office.command(command)


@router.post(
    "/events/{event_id}/stages/{stage_id}/join",
    summary="Queue for a run in an open stage",
    status_code=201,
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def join(stage_id: IdInPath, body: QueuePlace, who: AnyDriver, office: AnyOffice) -> object:
    """A driver queues with an own entry, once at a time, for as long as runs are left."""
    check_own_entry(who, await office.state(), EntryId(body.entry_id))
    command = JoinQueue(HeatId(office.new_id()), StageId(stage_id), EntryId(body.entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/stages/{stage_id}/leave",
    summary="Leave the queue of an open stage",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def leave(stage_id: IdInPath, body: QueuePlace, who: AnyDriver, office: AnyOffice) -> object:
    """The run isn't used up; a heat that is called already is race control's."""
    check_own_entry(who, await office.state(), EntryId(body.entry_id))
    command = LeaveQueue(StageId(stage_id), EntryId(body.entry_id))
    return await office.command(command)
