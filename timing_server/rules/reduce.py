"""What each fact does to the state: total, pure, and blind to duplicates.

A fact that makes no sense where it stands (a heat that nobody planned, a start of a running heat)
changes nothing but the place in the log: the log is the truth, and replay never fails on it.
Sensors' facts may come late, twice or in any order; see ``passes.placing`` for why that leaves no
trace.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from timing_server.rules.effects import (
    buttons,
    driving,
    entries,
    judging,
    plan,
    progression,
    rulings,
    season,
    sensors,
    stages,
    virtual,
)
from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.effects.heats import table as heats
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.state.event import EventState


def reduce(state: EventState, recorded: Recorded) -> EventState:
    """Return the state after one more fact. Never raises, and never changes ``state``."""
    effect = _EFFECTS.get(type(recorded.fact))
    change = effect(state, recorded, recorded.fact) if effect else NOTHING
    return _after(state, recorded.seq, recorded.race_ns, change)


def reduce_all(state: EventState, log: Iterable[Recorded]) -> EventState:
    """Return the state after many facts: the same as one by one, and several times as fast.

    Passes that follow each other are put in their places together.
    """
    for is_pass, group in groupby(log, key=_is_pass):
        if not is_pass:
            for recorded in group:
                state = reduce(state, recorded)
            continue
        passes = list(group)
        facts = [each.fact for each in passes if isinstance(each.fact, PassDetected)]
        change = sensors.passes_detected(state, facts)
        newest_seq = max(each.seq for each in passes)
        state = _after(state, newest_seq, max(each.race_ns for each in passes), change)
    return state


def _is_pass(recorded: Recorded) -> bool:
    return type(recorded.fact) is PassDetected


def _after(state: EventState, seq: int, race_ns: int, change: Change) -> EventState:
    return replace(state, seq=max(state.seq, seq), race_ns=max(state.race_ns, race_ns), **change)


_EFFECTS: Mapping[type, Effect] = {
    **plan.EFFECTS,
    **stages.EFFECTS,
    **entries.EFFECTS,
    **progression.EFFECTS,
    **heats.EFFECTS,
    **sensors.EFFECTS,
    **buttons.EFFECTS,
    **driving.EFFECTS,
    **judging.EFFECTS,
    **rulings.EFFECTS,
    **season.EFFECTS,
    **virtual.EFFECTS,
}
