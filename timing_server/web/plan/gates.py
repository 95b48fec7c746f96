"""The route that says which gate does which job."""

from timing_server.contract.race.events import CommandOutcome
from timing_server.contract.race.plan import GateRequest
from timing_server.rules.commands.plan import BindGate
from timing_server.rules.units import EventId, NodeId
from timing_server.web.asking import AnyCaller, answer
from timing_server.web.auth import AnyKit, Organiser
from timing_server.web.problems import COMMAND_REFUSALS
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["plan"])


@router.post(
    "/gates",
    summary="Give a gate its job",
    response_model=CommandOutcome,
    responses=COMMAND_REFUSALS,
)
async def bind_gate(body: GateRequest, kit: AnyKit, _who: Organiser, caller: AnyCaller) -> object:
    """For one event, or without `event` for the venue: for the open event and all that follow.

    `finish` is the start-finish line; a gate of that name is it unless told otherwise. With a
    `lane` only that lane's cars can pass it; with a `priority` above 0 it is a backup.
    """
    event_id = None if body.event is None else EventId(body.event)
    command = BindGate(NodeId(body.node_id), body.gate, body.role, body.lane, body.priority)
    return await answer(kit.office.bind_gate(caller, event_id, command))
