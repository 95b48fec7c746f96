"""Routes by which a car tells of emergency stops: its own button, and when its wheels obeyed."""

from timing_server.contract.machines.driving import ObeyedReport, OwnStopReport
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.driving import NoteObeyed, StopCar
from timing_server.rules.units import CarId, EventId
from timing_server.service.kit import Kit
from timing_server.service.office import Caller
from timing_server.web.asking import IdInPath, answer
from timing_server.web.auth import AnyKit
from timing_server.web.devices.cars import TheCar
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["cars"])


@router.post(
    "/cars/{car_id}/stops",
    summary="Say that the car's own button was pressed",
    status_code=204,
    responses=refusals(401, 403, 422, 503),
)
async def report_own_stop(car_id: IdInPath, body: OwnStopReport, kit: AnyKit, who: TheCar) -> None:
    """Kept where an event is open; the car stands anyway. A repeat changes nothing."""
    command = StopCar(CarId(car_id), body.stop_id, "car", body.pressed_race_ns)
    await _note(kit, who.principal, command)


@router.post(
    "/cars/{car_id}/stops/obeyed",
    summary="Say when the wheels were in neutral",
    status_code=204,
    responses=refusals(401, 403, 422, 503),
)
async def report_obeyed(car_id: IdInPath, body: ObeyedReport, kit: AnyKit, who: TheCar) -> None:
    """For a stop that stands; of one that was lifted meanwhile nobody needs to know any more."""
    command = NoteObeyed(CarId(car_id), body.stop_id, body.neutral_race_ns, body.bound_ns)
    await _note(kit, who.principal, command)


async def _note(kit: Kit, principal: str, command: Command) -> None:
    event = kit.writer.known.venue.open_event
    if event is not None:
        caller = Caller(f"car:{principal}")
        await answer(kit.office.command(caller, EventId(event.event_id), command))
