"""Routes that say who is on a practice heat's track."""

from timing_server.contract.race.events import HeatOutcome
from timing_server.contract.race.heats import TrackRequest
from timing_server.rules.commands.heats import BringIn, SendOut
from timing_server.rules.units import EntryId, EventId, HeatId
from timing_server.web.asking import AnyCaller, IdInPath, answer
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["heats"])
_REFUSALS = refusals(401, 403, 404, 409, 422, 503)


@router.post(
    "/events/{event_id}/heats/{heat_id}/send-out",
    summary="Let an entry onto a practice heat's track",
    response_model=HeatOutcome,
    responses=_REFUSALS,
)
async def send_out(
    event_id: IdInPath,
    heat_id: IdInPath,
    body: TrackRequest,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
) -> object:
    """It joins the heat by this, and its laps are timed until it is brought in."""
    command = SendOut(HeatId(heat_id), EntryId(body.entry_id))
    return await answer(kit.office.command(caller, EventId(event_id), command))


@router.post(
    "/events/{event_id}/heats/{heat_id}/bring-in",
    summary="Note that an entry has left a practice heat's track",
    response_model=HeatOutcome,
    responses=_REFUSALS,
)
async def bring_in(
    event_id: IdInPath,
    heat_id: IdInPath,
    body: TrackRequest,
    kit: AnyKit,
    _who: Marshal,
    caller: AnyCaller,
) -> object:
    """The track has room for somebody else."""
    command = BringIn(HeatId(heat_id), EntryId(body.entry_id))
    return await answer(kit.office.command(caller, EventId(event_id), command))
