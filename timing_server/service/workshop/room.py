"""Says whether a model may be trained on this machine: never beside a heat that is being timed."""

from collections.abc import Mapping
from types import MappingProxyType

from timing_server.contract.workshop import Occupation, RoomState
from timing_server.rules.heat_phases import HeatPhase
from timing_server.service.log.known import Known

#: From a heat's call on: what is trained must have stopped by the time that it is armed.
_OCCUPATIONS: Mapping[HeatPhase, Occupation] = MappingProxyType(
    {
        HeatPhase.CALLED: "heat_called",
        HeatPhase.ARMED: "heat_armed",
        HeatPhase.RUNNING: "heat_running",
        HeatPhase.PAUSED: "heat_paused",
    }
)


def room_by(known: Known) -> RoomState:
    """Return whether there is room, by the event that has the gates; a demo's heats count too."""
    head = known.heads.get(known.venue.gate_stream)
    heat = None if head is None else head.state.active_heat
    occupation = None if heat is None else _OCCUPATIONS.get(heat.phase)
    if heat is None or occupation is None:
        return RoomState(is_free=True)
    return RoomState(is_free=False, reason=occupation, heat_number=heat.number)
