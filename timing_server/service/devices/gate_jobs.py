"""Which job each gate of a node has now: in the open event, else what the next would inherit."""

from timing_server.rules.passes.placing import role_at
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import GateRole
from timing_server.rules.units import NodeId
from timing_server.service.log.venue import VenueState


def job_of(
    state: EventState | None, venue: VenueState, key: tuple[NodeId, str], now_race_ns: int
) -> GateRole:
    """Return the job of a node's gate; ``state`` is the open event's, None where none is open."""
    if state is not None:
        return role_at(state, *key, now_race_ns)
    bound = venue.gates.get(key)
    if bound is None:
        return GateRole(0, key[1])
    return GateRole(0, bound.role, bound.lane, bound.priority)
