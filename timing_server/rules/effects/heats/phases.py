"""What the facts do to the state that lead a heat from one phase to the next."""

from bisect import insort
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, settled, with_heat
from timing_server.rules.effects.queue import queued_first, without
from timing_server.rules.facts.heats import (
    SHOW_ENDS,
    HeatAbandoned,
    HeatArmed,
    HeatCalled,
    HeatFinished,
    HeatStarted,
    HeatStoodDown,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import UNDER_WAY, HeatFact, HeatPhase, next_phase
from timing_server.rules.passes.placing import find_pass, place
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.passes import KnownPass
from timing_server.rules.units import EntryId, HeatId


def heat_called(state: EventState, _: Recorded, fact: HeatCalled) -> Change:
    """The heat leaves the queue for the line."""
    heat = moved(state, fact)
    if heat is None:
        return NOTHING
    return {
        **with_heat(state, heat),
        "active_heat_id": heat.heat_id,
        "queue": without(state, heat.heat_id),
    }


def heat_stood_down(state: EventState, recorded: Recorded, fact: HeatStoodDown) -> Change:
    """The heat heads the queue again; a start that was broken off never happened."""
    before, heat = state.heats.get(fact.heat_id), moved(state, fact)
    if before is None or heat is None:
        return NOTHING
    if before.phase is HeatPhase.RUNNING and recorded.race_ns >= (before.started_race_ns or 0):
        return NOTHING
    if heat.is_played:
        return _sent_back(state, heat)
    heat = replace(
        heat,
        armed_race_ns=None,
        started_race_ns=None,
        lights_race_ns=None,
        absent_entry_ids=(),
        flag="green",
        interruptions=(),
        outings=(),
    )
    change = {
        **with_heat(state, heat),
        **_rested(state, heat.heat_id),
        "queue": queued_first(state, heat.heat_id),
        "starts": tuple(each for each in state.starts if each[1] != heat.heat_id),
    }
    return _placed_again(state, change, _sensed(state, heat, from_race_ns=None))


def _sent_back(state: EventState, heat: Heat) -> Change:
    """What is played isn't to be played now: a match waits again, else it was for this call alone.

    Whoever was called with a match isn't any more: another model may race when it is called again.
    Of any other heat the submission remembers it, by which its worker's claim is known to be none.
    """
    heats = {key: each for key, each in state.heats.items() if key != heat.heat_id}
    submissions = state.submissions
    if heat.match_name:
        heats[heat.heat_id] = replace(
            heat,
            is_played=False,
            runs={key: replace(each, equipment=()) for key, each in heat.runs.items()},
            armed_race_ns=None,
            started_race_ns=None,
            lights_race_ns=None,
            absent_entry_ids=(),
        )
        submissions = {
            key: replace(each, played_heat_id=None) if each.played_heat_id == heat.heat_id else each
            for key, each in submissions.items()
        }
    simulated = tuple(each for each in state.simulated if each != heat.heat_id)
    played = [each for each in simulated if heats[each].is_played]
    return {
        **_rested(state, heat.heat_id),
        "heats": heats,
        "submissions": submissions,
        "simulated": simulated,
        "newest_played_id": played[-1] if played else None,
    }


def heat_armed(state: EventState, _: Recorded, fact: HeatArmed) -> Change:
    """Nothing may be touched any more."""
    heat = moved(state, fact)
    if heat is None:
        return NOTHING
    return with_heat(state, replace(heat, armed_race_ns=fact.armed_race_ns))


def heat_started(state: EventState, _: Recorded, fact: HeatStarted) -> Change:
    """The cars may drive; passes since the heat was armed are part of it: false starts show."""
    before, heat = state.heats.get(fact.heat_id), moved(state, fact)
    if before is None or heat is None:
        return NOTHING
    if before.phase is HeatPhase.SCHEDULED and not heat.is_virtual:
        return NOTHING
    heat = replace(
        heat,
        started_race_ns=fact.started_race_ns,
        lights_race_ns=fact.lights_race_ns,
        absent_entry_ids=_absent(state, heat),
    )
    if heat.is_virtual:
        # What a beam sees meanwhile is none of its business.
        newest = heat.heat_id if heat.is_played else state.newest_played_id
        return {
            **with_heat(state, heat),
            "simulated": (*state.simulated, heat.heat_id),
            "newest_played_id": newest,
        }
    known = (heat.armed_race_ns, heat.lights_race_ns, fact.started_race_ns)
    from_race_ns = min(each for each in known if each is not None)
    starts = list(state.starts)
    insort(starts, (from_race_ns, heat.heat_id))
    change = {
        **with_heat(state, heat),
        "active_heat_id": heat.heat_id,
        "starts": tuple(starts),
    }
    return settled(state, change, from_race_ns=from_race_ns)


def _absent(state: EventState, heat: Heat) -> tuple[EntryId, ...]:
    """Return who had withdrawn; to practice people come by themselves, then as well as before."""
    entries = (state.entries.get(each) for each in heat.entry_ids)
    gone = tuple(each.entry_id for each in entries if each is not None and each.is_withdrawn)
    return () if heat.is_practice else gone


def heat_finished(state: EventState, _: Recorded, fact: HeatFinished) -> Change:
    """The heat is over; sensors' passes behind its end leave it."""
    heat = moved(state, fact)
    return NOTHING if heat is None else _ended(state, heat, fact.ended_race_ns, fact.reason)


def heat_abandoned(state: EventState, _: Recorded, fact: HeatAbandoned) -> Change:
    """Nothing of the heat counts; one that was under way has its end here, for its passes."""
    before, heat = state.heats.get(fact.heat_id), moved(state, fact)
    if before is None or heat is None:
        return NOTHING
    if before.phase not in UNDER_WAY:
        return with_heat(state, replace(_settled_interruptions(heat), end_reason="abandoned"))
    # An audience that saw it break off wants to know why; a person's words are in the log.
    reason = fact.reason if heat.is_played and fact.reason in SHOW_ENDS else "abandoned"
    return _ended(state, heat, fact.abandoned_race_ns, reason)


def moved(state: EventState, fact: HeatFact) -> Heat | None:
    """Return the heat in the phase that the fact leads to, None where it leads nowhere."""
    heat = state.heats.get(fact.heat_id)
    phase = None if heat is None else next_phase(heat.phase, type(fact))
    return None if heat is None or phase is None else replace(heat, phase=phase)


def _ended(state: EventState, heat: Heat, ended_race_ns: int, reason: str) -> Change:
    heat = replace(
        _settled_interruptions(heat),
        ended_race_ns=ended_race_ns,
        end_reason=reason,
        flag="green",
        pauses=tuple(
            replace(each, until_race_ns=max(each.from_race_ns, ended_race_ns))
            if each.until_race_ns is None
            else each
            for each in heat.pauses
        ),
        outings=tuple(
            replace(each, in_race_ns=max(each.out_race_ns, ended_race_ns))
            if each.in_race_ns is None
            else each
            for each in heat.outings
        ),
    )
    change = {**with_heat(state, heat), **_rested(state, heat.heat_id)}
    return _placed_again(state, change, _sensed(state, heat, from_race_ns=ended_race_ns + 1))


def _settled_interruptions(heat: Heat) -> Heat:
    """A heat that is over needs no choice any more."""
    settled_ones = tuple(replace(each, is_settled=True) for each in heat.interruptions)
    return replace(heat, interruptions=settled_ones)


def _sensed(state: EventState, heat: Heat, *, from_race_ns: int | None) -> list[KnownPass]:
    """Return the heat's sensors' passes, from an instant on."""
    known = (
        find_pass(state, each.pass_ref)
        for each in heat.passes.values()
        if each.source == "sensor" and (from_race_ns is None or each.race_ns >= from_race_ns)
    )
    return [each for each in known if each is not None]


def _placed_again(state: EventState, change: Change, passes: list[KnownPass]) -> Change:
    return {**change, **place(replace(state, **change), passes)} if passes else change


def _rested(state: EventState, heat_id: HeatId) -> Change:
    return {"active_heat_id": None} if state.active_heat_id == heat_id else NOTHING
