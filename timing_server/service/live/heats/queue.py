"""The heats that are still to come, and each heat as a line of the plan."""

from collections.abc import Iterator, Set
from itertools import chain, islice

from timing_server.contract.live.heats import QueueView
from timing_server.rules.answers.heats.calling import is_wanted
from timing_server.rules.answers.virtual.stages import is_by_matches
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.orders.start_list import start_list
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, HeatId, StageId

#: As many as a board has room for.
SHOWN_TOLD = 4


def waiting_heats(state: EventState) -> list[Heat]:
    """Return the heats that can still be called, in the order in which they will be."""
    queued = (state.heats[heat_id] for heat_id in state.queue)
    return [heat for heat in queued if is_wanted(state, heat)]


def queue_views(state: EventState) -> dict[str, QueueView]:
    """Return what is still to come."""
    views: dict[str, QueueView] = {}
    planned_utc = _planned_utc(state)
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
            planned_utc=planned_utc.get(heat.heat_id),
        )
    return views


def next_shown(state: EventState) -> list[EntryId]:
    """Return the entries whose models wait to be played before an audience, as many as are told."""
    shown_ids = {
        stage.stage_id
        for stage in state.stages.values()
        if stage.virtual is not None and stage.virtual.is_played
    }
    if not shown_ids:
        return []
    by_matches = {each for each in shown_ids if is_by_matches(state.stages[each])}
    waiting = (
        each.entry_id
        for each in state.submissions.values()
        if each.stage_id in shown_ids - by_matches
        and each.status == "waiting"
        and played_heat(state, each) is None
    )
    return list(islice(chain(_in_matches(state, by_matches), waiting), SHOWN_TOLD))


def _in_matches(state: EventState, stage_ids: Set[StageId]) -> Iterator[EntryId]:
    """Yield who meets whom next of those that have a model, match by match."""
    usable = {
        (each.stage_id, each.entry_id)
        for each in state.submissions.values()
        if each.status in ("waiting", "driven")
    }
    for heat in state.heats.values():
        coming = [each for each in heat.entry_ids if is_expected(state, heat, each)]
        is_open = heat.stage_id in stage_ids and heat.phase is HeatPhase.SCHEDULED
        if is_open and all((heat.stage_id, each) in usable for each in coming):
            yield from coming


def _planned_utc(state: EventState) -> dict[HeatId, str]:
    """Return the time of each heat of a stage that has times."""
    scheduled = [stage for stage in state.stages.values() if stage.starts_utc is not None]
    slots = (slot for stage in scheduled for slot in start_list(state, stage))
    return {slot.heat.heat_id: slot.planned_utc for slot in slots if slot.planned_utc is not None}
