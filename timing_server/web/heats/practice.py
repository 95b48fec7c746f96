"""Routes that say who is on a practice heat's track."""

from timing_server.contract.race.events import HeatOutcome
from timing_server.contract.race.heats import TrackRequest
from timing_server.rules.commands.heats import BringIn, SendOut
from timing_server.rules.units import EntryId, HeatId
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import Marshal
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["heats"])


@router.post(
    "/events/{event_id}/heats/{heat_id}/send-out",
    summary="Let an entry onto a practice heat's track",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def send_out(
    heat_id: IdInPath, body: TrackRequest, _who: Marshal, office: AnyOffice
) -> object:
    """It joins the heat by this, and its laps are timed until it is brought in."""
    command = SendOut(HeatId(heat_id), EntryId(body.entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/bring-in",
    summary="Note that an entry has left a practice heat's track",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def bring_in(
    heat_id: IdInPath, body: TrackRequest, _who: Marshal, office: AnyOffice
) -> object:
    """The track has room for somebody else."""
    command = BringIn(HeatId(heat_id), EntryId(body.entry_id))
    return await office.command(command)
