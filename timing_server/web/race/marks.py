"""Routes for the marks by which gates tell cars apart."""

import asyncio
import re

from fastapi import Depends, Response

from timing_server.contract.machines.marks import MarkOutcome, MarkRequest, MarkRow, MarkSheet
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.state.event import EventState
from timing_server.rules.units import CarId, MarkId
from timing_server.service.errors import MarksNotPrintableError
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import PUBLIC, AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.results.telling import attachment
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["plan"])

#: What a printed mark is called; the set has so many, and a sheet no more than a hall needs.
_PRINTED = re.compile(r"mark-([0-9]{1,3})")
_SET_SIZE = 587
_SHEET_MAX = 64
_FIRST_EIGHT = tuple(range(8))


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
    responses=COMMAND_REFUSALS,
)
async def bind_mark(body: MarkRequest, _who: Organiser, office: AnyOffice) -> object:
    """From now on; passes before that keep whoever wore it then. A car may wear several marks."""
    command = BindMark(MarkId(body.mark), CarId(body.car_id))
    return await office.command(command)


@router.get(
    "/events/{event_id}/marks/sheet",
    summary="Show which marks the printed sheet has",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def show_sheet(event_id: IdInPath, kit: AnyKit) -> MarkSheet:
    """The printed marks that cars wear, or the first eight."""
    numbers = _numbers(await kit.state_of(event_id))
    return MarkSheet(numbers=numbers, is_printable=kit.print_marks is not None)


@router.get(
    "/events/{event_id}/marks/sheet.pdf",
    summary="Get the marks to cut out",
    responses={200: {"content": {"application/pdf": {}}}, **refusals(401, 403, 404)},
    response_class=Response,
)
async def print_sheet(event_id: IdInPath, kit: AnyKit, _who: Organiser) -> Response:
    """AprilTags 36h11, 90 mm wide, on A4. To be printed at 100 % on matt paper."""
    if kit.print_marks is None:
        raise MarksNotPrintableError("This machine lacks OpenCV, which draws marks.")
    numbers = _numbers(await kit.state_of(event_id))
    content = await asyncio.to_thread(kit.print_marks, numbers)
    return Response(
        content, media_type="application/pdf", headers=attachment("marks.pdf", event_id)
    )


def _numbers(state: EventState) -> tuple[int, ...]:
    found = filter(None, map(_PRINTED.fullmatch, state.marks))
    numbers = sorted({number for each in found if (number := int(each[1])) < _SET_SIZE})
    return tuple(numbers[:_SHEET_MAX]) or _FIRST_EIGHT
