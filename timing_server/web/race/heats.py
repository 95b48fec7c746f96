"""Routes for heats: list, show, equip."""

from fastapi import Depends

from timing_server.contract.live.heats import HeatView
from timing_server.contract.race.events import EquipRequest, HeatOutcome, HeatRow
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.heat_section import HeatSection, heat_row
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import PUBLIC, AnyKit, Marshal
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["heats"])


@router.get(
    "/events/{event_id}/heats",
    summary="List heats",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_heats(event_id: IdInPath, kit: AnyKit) -> list[HeatRow]:
    """In the order of planning, which is that of the queue; `idle` ones are still to come."""
    state = await kit.state_of(event_id)
    return [heat_row(each) for each in state.heats.values()]


@router.get(
    "/events/{event_id}/heats/{heat_id}",
    summary="Show a heat with its laps and passes",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_heat(event_id: IdInPath, heat_id: IdInPath, kit: AnyKit) -> HeatView:
    """As the live document shows the one on track; laps and passes by the address of the pass."""
    state = await kit.state_of(event_id)
    heat = state.heats.get(HeatId(heat_id))
    if heat is None:
        raise UnknownIdError("heat", heat_id)
    standings = rank_stage(state, heat.stage_id)
    return HeatView.model_validate(HeatSection().part(state, heat, standings))


@router.post(
    "/events/{event_id}/heats/{heat_id}/equip",
    summary="Put a car and a model on a run",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def equip(
    heat_id: IdInPath, body: EquipRequest, kit: AnyKit, _who: Marshal, office: AnyOffice
) -> object:
    """From now on; during the run as well (flat battery, second model).

    A model whose newest stress card says *not ready* goes on a run only as the entry's own, to
    which an organiser may send it anyway.
    """
    entry_id = EntryId(body.entry_id)
    await kit.sending.check_run(await office.state(), entry_id, body.model_sha256)
    command = EquipRun(HeatId(heat_id), entry_id, CarId(body.car_id), body.model_sha256)
    return await office.command(command)
