"""Routes of emergency stops from screens: everything, one car, and letting it drive again."""

import hashlib

from timing_server.contract.machines.driving import CarStopLift, StopOrder, StopRequest
from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.heats import StopOutcome
from timing_server.rules.commands.driving import LiftCarStop, StopAll, StopCar
from timing_server.rules.state.driving import StandingStop
from timing_server.rules.units import NS_PER_US, CarId
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.office import Caller
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.heats.reach import AnyHand, check_may_stop, hand_of
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["driving"])


@router.post(
    "/events/{event_id}/emergency-stop",
    summary="Stop every car, now",
    response_model=StopOutcome,
    responses=COMMAND_REFUSALS,
)
async def stop_everything(
    kit: AnyKit,
    _who: Marshal,
    office: AnyOffice,
    body: StopRequest | None = None,
) -> object:
    """Cars hear it before it is on the disk. Pauses the heat; stands until it is lifted."""
    state = await office.state()
    stop_id = _stop_id(kit, office.caller, state.stop)
    _tell(kit, office.event_id, StopOrder(stop_id=stop_id))
    command = StopAll(stop_id, "race_control", _pressed_ns(body))
    outcome = await office.command(command)
    return {**outcome, "stop_id": stop_id}


@router.post(
    "/events/{event_id}/cars/{car_id}/stop",
    summary="Stop one car, now",
    response_model=StopOutcome,
    responses=COMMAND_REFUSALS,
)
async def stop_car(
    car_id: IdInPath,
    kit: AnyKit,
    who: AnyHand,
    office: AnyOffice,
    body: StopRequest | None = None,
) -> object:
    """A marshal any car, a driver that of the own run. The heat goes on without it."""
    _check_car(kit, car_id)
    state = await office.state()
    check_may_stop(state, who, car_id)
    stop_id = _stop_id(kit, office.caller, next(iter(state.car_stops(CarId(car_id))), None))
    _tell(kit, office.event_id, StopOrder(stop_id=stop_id, car_id=car_id))
    command = StopCar(CarId(car_id), stop_id, hand_of(who), _pressed_ns(body))
    outcome = await office.command(command)
    return {**outcome, "stop_id": stop_id}


@router.post(
    "/events/{event_id}/cars/{car_id}/stop/lift",
    summary="Let a stopped car drive again",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def lift_car_stop(
    car_id: IdInPath, kit: AnyKit, _who: Marshal, office: AnyOffice, body: CarStopLift | None = None
) -> object:
    """Lifts what stops that car alone, by its own button too, once somebody has looked."""
    _check_car(kit, car_id)
    command = LiftCarStop(CarId(car_id), body.stop_ids if body else ())
    return await office.command(command)


def _tell(kit: Kit, event_id: str, order: StopOrder) -> None:
    """Stop cars where the command will be taken: an event that isn't open stops nobody."""
    event = kit.writer.known.venue.open_event
    if event is not None and event.event_id == event_id:
        kit.hub.stop(order)


def _stop_id(kit: Kit, caller: Caller, standing: StandingStop | None) -> str:
    """Name the stop: one that stands is told to cars again; a repeat means the same stop."""
    if standing is not None:
        return standing.stop_id
    if caller.retry_key is None:
        return kit.new_id()
    return hashlib.sha256(f"{caller.principal}/{caller.retry_key}".encode()).hexdigest()[:24]


def _pressed_ns(body: StopRequest | None) -> int | None:
    return None if body is None or body.pressed_us is None else body.pressed_us * NS_PER_US


def _check_car(kit: Kit, car_id: str) -> None:
    if car_id not in kit.writer.known.registry.cars:
        raise UnknownIdError("car", car_id)
