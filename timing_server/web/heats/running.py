"""Routes that run a heat: to the line, ready, start, stop, go on, abandon and race it again."""

from timing_server.contract.race.events import HeatOutcome
from timing_server.contract.race.heats import AbandonRequest, CallRequest, StartRequest
from timing_server.rules.commands.driving import CarWord
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    CallNextHeat,
    ContinueHeat,
    StartHeat,
    StopHeat,
)
from timing_server.rules.units import NS_PER_MS, HeatId
from timing_server.service.devices.readiness import car_words
from timing_server.service.kit import Kit
from timing_server.service.virtual.shows.keeping import drawn_hold_ms
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["heats"])


def _words(kit: Kit) -> tuple[CarWord, ...]:
    """Return what cars say of themselves, and workers of those that they play."""
    now_ns = kit.clock.now_ns()
    played = kit.virtual.shows.words(now_ns)
    names = {each.car_id for each in played}
    real = car_words(kit.board, now_ns)
    return (*(each for each in real if each.car_id not in names), *played)


@router.post(
    "/events/{event_id}/next",
    summary="Call the next heat to the line",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def call_next(_who: Marshal, office: AnyOffice, body: CallRequest | None = None) -> object:
    """The first in the queue, or the one that is named. Refused while another one is called, armed,
    running or paused."""
    heat_id = None if body is None or body.heat_id is None else HeatId(body.heat_id)
    return await office.command(CallNextHeat(heat_id))


@router.post(
    "/events/{event_id}/heats/{heat_id}/arm",
    summary="Say that all is ready at the line",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def arm(heat_id: IdInPath, kit: AnyKit, _who: Marshal, office: AnyOffice) -> object:
    """Under `first_crossing` cars may drive now, and the first pass of the line starts the heat.

    Refused while an entered car can't say that its run's model is loaded and tried, unless a
    marshal confirmed the run.
    """
    command = ArmHeat(HeatId(heat_id), _words(kit))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/start",
    summary="Let the called or armed heat drive",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def start(
    heat_id: IdInPath,
    kit: AnyKit,
    _who: Marshal,
    office: AnyOffice,
    body: StartRequest | None = None,
) -> object:
    """From the instant at which this arrived, or, under `lights`, when they go out.

    Under `first_crossing` each run's window opens with its first pass, else with the start.
    """
    hold_ms = None if body is None else body.hold_ms
    if hold_ms is None:
        hold_ms = drawn_hold_ms()
    command = StartHeat(HeatId(heat_id), hold_ms * NS_PER_MS, _words(kit))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/stop",
    summary="End the heat that is under way, or send one at the line back to the queue",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def stop(heat_id: IdInPath, _who: Marshal, office: AnyOffice) -> object:
    """What was driven until the instant at which this arrived counts. While the lights are on it
    breaks the start off."""
    command = StopHeat(HeatId(heat_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/continue",
    summary="Let an interrupted heat go on",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def go_on(heat_id: IdInPath, _who: Marshal, office: AnyOffice) -> object:
    """After a restart of the server or of a timing node; else `abandon` it, or `stop` it."""
    command = ContinueHeat(HeatId(heat_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/abandon",
    summary="Say that nothing of a heat counts, and race it again where that is wanted",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def abandon(
    heat_id: IdInPath, body: AbandonRequest, _who: Marshal, office: AnyOffice
) -> object:
    """Running, paused or finished. A re-run is a fresh heat of the same entries, cars and lanes at
    the head of the queue; the answer's `heat_id` is then the fresh heat's."""
    rerun_heat_id = HeatId(office.new_id()) if body.is_rerun else None
    command = AbandonHeat(HeatId(heat_id), body.reason, rerun_heat_id)
    return await office.command(command)
