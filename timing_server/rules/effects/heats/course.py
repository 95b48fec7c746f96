"""What happens in the course of a heat: pauses, flags, interruptions, who is on track."""

from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, with_heat
from timing_server.rules.effects.heats.phases import moved
from timing_server.rules.facts.heats import (
    EntryBroughtIn,
    EntrySentOut,
    FlagShown,
    HeatContinued,
    HeatInterrupted,
    HeatPaused,
    HeatResumed,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import AT_THE_LINE, UNDER_WAY
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, Interruption, Outing, Pause, Run


def heat_paused(state: EventState, _: Recorded, fact: HeatPaused) -> Change:
    """Clocks stand still from the instant on."""
    heat = moved(state, fact)
    if heat is None:
        return NOTHING
    pause = Pause(fact.paused_race_ns, fact.cause, fact.entry_id, fact.until_race_ns)
    return with_heat(state, replace(heat, pauses=(*heat.pauses, pause)))


def heat_resumed(state: EventState, _: Recorded, fact: HeatResumed) -> Change:
    """Clocks run again from the instant on."""
    heat = moved(state, fact)
    if heat is None or not heat.pauses:
        return NOTHING
    *earlier, last = heat.pauses
    last = replace(last, until_race_ns=max(last.from_race_ns, fact.resumed_race_ns))
    return with_heat(state, replace(heat, pauses=(*earlier, last)))


def flag_shown(state: EventState, _: Recorded, fact: FlagShown) -> Change:
    """The flag changes, and nothing else."""
    heat = _under_way(state, fact)
    return NOTHING if heat is None else with_heat(state, replace(heat, flag=fact.flag))


def heat_interrupted(state: EventState, _: Recorded, fact: HeatInterrupted) -> Change:
    """Race control has a choice to make."""
    heat = _under_way(state, fact)
    if heat is None:
        return NOTHING
    interruption = Interruption(fact.interrupted_race_ns, fact.cause)
    return with_heat(state, replace(heat, interruptions=(*heat.interruptions, interruption)))


def heat_continued(state: EventState, _: Recorded, fact: HeatContinued) -> Change:
    """Race control has chosen to go on."""
    heat = _under_way(state, fact)
    if heat is None:
        return NOTHING
    settled = tuple(replace(each, is_settled=True) for each in heat.interruptions)
    return with_heat(state, replace(heat, interruptions=settled))


def entry_sent_out(state: EventState, _: Recorded, fact: EntrySentOut) -> Change:
    """The entry is on track, and part of the heat from its first outing on."""
    heat = state.heats.get(fact.heat_id)
    if heat is None or heat.phase not in AT_THE_LINE | UNDER_WAY:
        return NOTHING
    if any(each.in_race_ns is None for each in heat.outings if each.entry_id == fact.entry_id):
        return NOTHING
    runs = heat.runs
    if fact.entry_id not in runs:
        runs = {**runs, fact.entry_id: Run(fact.entry_id)}
    outing = Outing(fact.entry_id, fact.out_race_ns)
    heat = replace(heat, entry_ids=tuple(runs), runs=runs, outings=(*heat.outings, outing))
    return with_heat(state, heat)


def entry_brought_in(state: EventState, _: Recorded, fact: EntryBroughtIn) -> Change:
    """The entry's outing is over."""
    heat = state.heats.get(fact.heat_id)
    if heat is None:
        return NOTHING
    outings = tuple(
        replace(each, in_race_ns=max(each.out_race_ns, fact.in_race_ns))
        if each.entry_id == fact.entry_id and each.in_race_ns is None
        else each
        for each in heat.outings
    )
    return NOTHING if outings == heat.outings else with_heat(state, replace(heat, outings=outings))


def _under_way(state: EventState, fact: FlagShown | HeatInterrupted | HeatContinued) -> Heat | None:
    heat = state.heats.get(fact.heat_id)
    return heat if heat is not None and heat.phase in UNDER_WAY else None
