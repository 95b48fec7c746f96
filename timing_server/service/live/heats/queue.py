"""The heats that are still to come, and each heat as a line of the plan."""

from timing_server.contract.live.heats import QueueView
from timing_server.rules.answers.heats.calling import is_wanted
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat


def waiting_heats(state: EventState) -> list[Heat]:
    """Return the heats that can still be called, in the order in which they will be."""
    queued = (state.heats[heat_id] for heat_id in state.queue)
    return [heat for heat in queued if is_wanted(state, heat)]


def queue_views(state: EventState) -> dict[str, QueueView]:
    """Return what is still to come."""
    views: dict[str, QueueView] = {}
    for position, heat in enumerate(waiting_heats(state), start=1):
        run = heat.runs[heat.entry_ids[0]] if heat.entry_ids else None
        views[heat.heat_id] = QueueView(
            heat_id=heat.heat_id,
            number=heat.number,
            position=position,
            entry_id=run and run.entry_id,
            entry_ids=heat.entry_ids,
            car_id=run.equipment[-1].car_id if run and run.equipment else None,
            car_ids={
                each.entry_id: each.equipment[-1].car_id
                for each in heat.runs.values()
                if each.equipment
            },
            stage_id=heat.stage_id,
            round_number=heat.round_number,
            match_name=heat.match_name,
            rerun_of=heat.rerun_of,
            is_practice=heat.is_practice,
        )
    return views
