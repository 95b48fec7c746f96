"""Routes that reach a run's car: hold, go, slower; a phone for that; a marshal's word for it."""

from timing_server.contract.machines.driving import HoldRequest, SpeedRequest
from timing_server.contract.people.access import CodeMade
from timing_server.contract.race.events import HeatOutcome
from timing_server.contract.race.heats import ConfirmRequest
from timing_server.rules.commands.driving import ConfirmRun, HoldRun, LimitSpeed, ReleaseRun
from timing_server.rules.units import EntryId, HeatId, RulingId
from timing_server.service.access import Identity
from timing_server.service.errors import UnknownIdError
from timing_server.web.asking import AnyOffice, IdInPath, answer
from timing_server.web.auth import AnyKit, Marshal
from timing_server.web.heats.reach import PIT, AnyHand, check_may_reach, pit_scope
from timing_server.web.people.credentials import code_made
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["driving"])
_RUN = "/events/{event_id}/heats/{heat_id}/runs/{entry_id}"
#: A phone's code is scanned at the line, where its driver stands.
PHONE_CODE_LIFE_S = 600


@router.post(
    f"{_RUN}/hold",
    summary="Hold a run's car in neutral",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def hold(
    heat_id: IdInPath, entry_id: IdInPath, body: HoldRequest, who: AnyHand, office: AnyOffice
) -> object:
    """Until `go`. `off_track` counts it as well, once for each hold. The clock runs on."""
    check_may_reach(await office.state(), who, heat_id, entry_id)
    ruling_id = RulingId(office.new_id())
    command = HoldRun(ruling_id, HeatId(heat_id), EntryId(entry_id), body.cause)
    return await office.command(command)


@router.post(
    f"{_RUN}/go",
    summary="Let a held car go",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def go(heat_id: IdInPath, entry_id: IdInPath, who: AnyHand, office: AnyOffice) -> object:
    """Where its heat lets cars drive; an emergency stop stays."""
    check_may_reach(await office.state(), who, heat_id, entry_id)
    command = ReleaseRun(HeatId(heat_id), EntryId(entry_id))
    return await office.command(command)


@router.post(
    f"{_RUN}/speed",
    summary="Limit a car's speed",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def limit_speed(
    heat_id: IdInPath, entry_id: IdInPath, body: SpeedRequest, who: AnyHand, office: AnyOffice
) -> object:
    """In per cent of the throttle that its model asks for, from now on."""
    check_may_reach(await office.state(), who, heat_id, entry_id)
    command = LimitSpeed(HeatId(heat_id), EntryId(entry_id), body.speed_pct)
    return await office.command(command)


@router.post(
    f"{_RUN}/confirm",
    summary="Vouch for a run whose car has no agent",
    response_model=HeatOutcome,
    responses=COMMAND_REFUSALS,
)
async def confirm(
    heat_id: IdInPath, entry_id: IdInPath, body: ConfirmRequest, _who: Marshal, office: AnyOffice
) -> object:
    """The heat arms without that car's word: no guard stops it, and nobody checked its model."""
    command = ConfirmRun(HeatId(heat_id), EntryId(entry_id), body.reason)
    return await office.command(command)


@router.post(
    f"{_RUN}/phone",
    summary="Make a code for the phone that drives a run",
    status_code=201,
    responses=COMMAND_REFUSALS,
)
async def let_phone_in(
    event_id: IdInPath, heat_id: IdInPath, entry_id: IdInPath, kit: AnyKit, _who: Marshal
) -> CodeMade:
    """For `/drive`; it reaches that run's car and nothing else. The answer isn't kept."""
    state = await kit.state_of(event_id)
    heat = state.heats.get(HeatId(heat_id))
    if heat is None:
        raise UnknownIdError("heat", heat_id)
    if EntryId(entry_id) not in heat.runs:
        raise UnknownIdError("entry", entry_id)
    number = state.entries[EntryId(entry_id)].number
    identity = Identity(f"pit-{number}", PIT, pit_scope(heat_id, entry_id))
    code = await answer(kit.access.open_code(identity, PHONE_CODE_LIFE_S))
    return code_made(kit, code, PHONE_CODE_LIFE_S)
