"""What each fact does to the state: total, pure, and blind to duplicates.

A fact that makes no sense where it stands (a heat that nobody planned, a start of a running heat)
changes nothing but the place in the log: the log is the truth, and replay never fails on it.
Sensors' facts may come late, twice or in any order; see ``passes.placing`` for why that leaves no
trace.
"""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects import entries, plan, progression, rulings, season, sensors
from timing_server.rules.effects.change import NOTHING, Effect
from timing_server.rules.effects.heats import table as heats
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.state.event import EventState


def reduce(state: EventState, recorded: Recorded) -> EventState:
    """Return the state after one more fact. Never raises, and never changes ``state``."""
    effect = _EFFECTS.get(type(recorded.fact))
    change = effect(state, recorded, recorded.fact) if effect else NOTHING
    return replace(
        state,
        seq=max(state.seq, recorded.seq),
        race_ns=max(state.race_ns, recorded.race_ns),
        **change,
    )


_EFFECTS: Mapping[type, Effect] = {
    **plan.EFFECTS,
    **entries.EFFECTS,
    **progression.EFFECTS,
    **heats.EFFECTS,
    **sensors.EFFECTS,
    **rulings.EFFECTS,
    **season.EFFECTS,
}
