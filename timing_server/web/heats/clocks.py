"""Routes that stop the clocks of a heat for a while, and let them run again."""

from timing_server.contract.race.events import CommandOutcome, HeatOutcome
from timing_server.contract.race.heats import FlagRequest, LiftRequest, PauseRequest
from timing_server.rules.commands.heats import LiftStop, PauseHeat, ResumeHeat, ShowFlag
from timing_server.rules.units import EntryId, HeatId
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import Marshal
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["heats"])


@router.post(
    "/events/{event_id}/heats/{heat_id}/pause",
    summary="Stop everybody's clock",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def pause(heat_id: IdInPath, body: PauseRequest, _who: Marshal, office: AnyOffice) -> object:
    """Windows grow by the pause; laps under way don't count. A timeout ends by itself."""
    entry_id = None if body.entry_id is None else EntryId(body.entry_id)
    command = PauseHeat(HeatId(heat_id), body.cause, entry_id)
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/resume",
    summary="Let the clocks of a paused heat run again",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def resume(heat_id: IdInPath, _who: Marshal, office: AnyOffice) -> object:
    """From the instant at which this arrived; the next pass of each run opens a fresh lap."""
    command = ResumeHeat(HeatId(heat_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/flag",
    summary="Show a green, yellow or red flag",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def flag(heat_id: IdInPath, body: FlagRequest, _who: Marshal, office: AnyOffice) -> object:
    """Yellow changes no time; red pauses the heat until green or `resume`."""
    command = ShowFlag(HeatId(heat_id), body.flag)
    return await office.command(command)


@router.post(
    "/events/{event_id}/emergency-stop/lift",
    summary="Lift the emergency stop",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def lift_stop(_who: Marshal, office: AnyOffice, body: LiftRequest | None = None) -> object:
    """Refused while a button is still pressed, unless it is said to be broken.

    What it paused stays paused until `resume`.
    """
    command = LiftStop(body is not None and body.is_despite_held)
    return await office.command(command)
