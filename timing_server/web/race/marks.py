"""Routes for the marks by which gates tell cars apart."""

from fastapi import APIRouter, Depends

from timing_server.contract.machines.marks import MarkOutcome, MarkRequest, MarkRow
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.units import CarId, EventId, MarkId
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import refusals

router = APIRouter(tags=["plan"])


@router.get(
    "/events/{event_id}/marks",
    summary="List marks",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_marks(event_id: IdInPath, kit: AnyKit) -> list[MarkRow]:
    """Which car wears which mark now."""
    state = await kit.state_of(event_id)
    return [
        MarkRow(mark=mark, car_id=worn[-1].car_id) for mark, worn in sorted(state.marks.items())
    ]


@router.post(
    "/events/{event_id}/marks",
    summary="Let a car wear a mark",
    response_model=MarkOutcome,
    responses=refusals(401, 403, 404, 409, 422, 503),
)
async def bind_mark(
    event_id: IdInPath, body: MarkRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller
) -> object:
    """From now on; passes before that keep whoever wore it then. A car may wear several marks."""
    command = BindMark(MarkId(body.mark), CarId(body.car_id))
    return await answer(kit.office.command(caller, EventId(event_id), command))
