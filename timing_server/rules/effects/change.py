"""What a fact's effect is made of: the fields of the state that it replaces."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.passes.placing import every_pass, place
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat

#: The fields of the state that a fact replaces. ``Any``: each field has a type of its own, which
#: the dataclass's own signature checks where the change is made.
Change = Mapping[str, Any]
NOTHING: Change = {}
#: What one type of fact does: (state, the fact in its place, the fact) to the fields that change.
Effect = Callable[[EventState, Recorded, Any], Change]


def with_heat(state: EventState, heat: Heat) -> dict[str, Any]:
    """Return the change that puts a heat in its place."""
    return {"heats": {**state.heats, heat.heat_id: heat}}


def settled(state: EventState, change: Mapping[str, Any], *, from_race_ns: int) -> Change:
    """Add to a change what it does to passes at or after an instant.

    Nearly always nothing: starts, ends and bindings are made now, and passes lie in the past.
    """
    newest = state.newest_pass_race_ns
    if newest is None or newest < from_race_ns:
        return change
    moved = [
        known
        for known in every_pass(state)
        if (instant := race_instant(state.relations, known.fact)) and instant[0] >= from_race_ns
    ]
    return {**change, **place(replace(state, **change), moved)}
