"""Makes a lap a ghost for maps, where its way on the venue's track or on a virtual one is known."""

from timing_server.contract.live.ghost import MAX_PLACES, GhostLap
from timing_server.contract.machines.devices import TrackMap
from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId
from timing_server.service.analysis.laps import LapTrace, Run
from timing_server.service.errors import ServiceError


class GhostUnplacedError(ServiceError, ValueError):
    """Nobody knows where a lap's car was on a track that boards show."""

    code = "ghost_unplaced"


def ghost_of(
    state: EventState, run: Run, lap: LapTrace, whose: tuple[str, str, str], shown: TrackMap | None
) -> GhostLap:
    """Return a lap's way; ``whose`` are event, heat and entry, ``shown`` is the venue's map.

    Raises GhostUnplacedError.
    """
    event_id, heat_id, entry_id = whose
    track_name = _track_name(state, HeatId(heat_id), run, shown)
    placed = [(each.at_us, each.position) for each in lap.samples if each.position is not None]
    if len(placed) < 2 or not track_name:
        message = "Nobody knows where that lap's car was on a track that boards show."
        raise GhostUnplacedError(message, lap=lap.number)
    every = -(-len(placed) // MAX_PLACES)
    told = placed[::every]
    positions = [position for _, position in told if position is not None]
    return GhostLap(
        event_id=event_id,
        entry_id=entry_id,
        heat_number=state.heats[HeatId(heat_id)].number,
        number=lap.number,
        track_name=track_name,
        duration_us=lap.duration_us,
        at_us=tuple(at_us for at_us, _ in told),
        x_m=tuple(round(each.x_m, 3) for each in positions),
        y_m=tuple(round(each.y_m, 3) for each in positions),
        heading_rad=tuple(round(each.heading_rad, 3) for each in positions),
    )


def _track_name(state: EventState, heat_id: HeatId, run: Run, shown: TrackMap | None) -> str | None:
    """Return what the track is called on which the run's places are; None where nobody knows it."""
    stage = state.stages.get(state.heats[heat_id].stage_id)
    if stage is not None and stage.virtual is not None:
        return stage.virtual.track
    return shown.name if shown is not None and run.track == shown else None
