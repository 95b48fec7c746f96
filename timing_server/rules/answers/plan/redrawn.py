"""What a draw leaves of the heats that were planned before it: those of whoever is in the field."""

from timing_server.rules.facts.plan import HeatPlanned, HeatRemoved, HeatsReordered
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import has_begun
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId


def heats_redrawn(state: EventState, stage: Stage, field: frozenset[EntryId]) -> tuple[Fact, ...]:
    """Return what brings the stage's heats still to come in line with a field.

    Those of the former draw's matches go, and so do those in which nobody of the field races.
    Where some do, the others leave it, and it keeps its place in the queue and everybody's lane.
    """
    to_come = [
        each
        for each in state.heats.values()
        if each.stage_id == stage.stage_id
        and each.phase is HeatPhase.SCHEDULED
        and (each.match_name or (not has_begun(each) and not field.issuperset(each.entry_ids)))
    ]
    shared = [
        each for each in to_come if not each.match_name and not field.isdisjoint(each.entry_ids)
    ]
    facts: list[Fact] = [HeatRemoved(each.heat_id) for each in to_come]
    facts += [_without_others(each, field) for each in shared]
    if shared:
        facts.append(HeatsReordered(state.queue))
    return tuple(facts)


def _without_others(heat: Heat, field: frozenset[EntryId]) -> HeatPlanned:
    kept = tuple(each for each in heat.entry_ids if each in field)
    lanes = tuple(lane for each in kept if (lane := heat.runs[each].lane) is not None)
    return HeatPlanned(
        heat_id=heat.heat_id,
        stage_id=heat.stage_id,
        entry_ids=kept,
        round_number=heat.round_number,
        lanes=lanes if len(lanes) == len(kept) else (),
        rerun_of=heat.rerun_of,
    )
