"""Makes a lap a ghost for boards' maps, where its way on that map is known."""

from timing_server.contract.live.ghost import MAX_PLACES, GhostLap
from timing_server.contract.machines.devices import TrackMap
from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId
from timing_server.service.analysis.laps import LapTrace, Run
from timing_server.service.errors import ServiceError


class GhostUnplacedError(ServiceError, ValueError):
    """Nobody knows where a lap's car was on the map that boards show."""

    code = "ghost_unplaced"


def ghost_of(
    state: EventState, run: Run, lap: LapTrace, whose: tuple[str, str, str], shown: TrackMap | None
) -> GhostLap:
    """Return a lap's way; ``whose`` are event, heat and entry, ``shown`` is the boards' map.

    Raises GhostUnplacedError.
    """
    event_id, heat_id, entry_id = whose
    placed = [(each.at_us, each.position) for each in lap.samples if each.position is not None]
    if len(placed) < 2 or shown is None or run.track != shown:
        message = "Nobody knows where that lap's car was on the map that boards show."
        raise GhostUnplacedError(message, lap=lap.number)
    every = -(-len(placed) // MAX_PLACES)
    told = placed[::every]
    positions = [position for _, position in told if position is not None]
    return GhostLap(
        event_id=event_id,
        entry_id=entry_id,
        heat_number=state.heats[HeatId(heat_id)].number,
        number=lap.number,
        duration_us=lap.duration_us,
        at_us=tuple(at_us for at_us, _ in told),
        x_m=tuple(round(each.x_m, 3) for each in positions),
        y_m=tuple(round(each.y_m, 3) for each in positions),
        heading_rad=tuple(round(each.heading_rad, 3) for each in positions),
    )
