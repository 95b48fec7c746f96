"""What the facts of a season do to the state of its stream."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.season import EventCounted, EventDropped, SeasonPlanned
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Season


def _season_planned(state: EventState, _: Recorded, fact: SeasonPlanned) -> Change:
    season = state.season or Season(fact.points, fact.drops_n)
    return {"season": replace(season, points=fact.points, drops_n=fact.drops_n)}


def _event_counted(state: EventState, _: Recorded, fact: EventCounted) -> Change:
    if state.season is None:
        return NOTHING
    weights = {**state.season.weights_pct, fact.event_id: fact.weight_pct}
    return {"season": replace(state.season, weights_pct=weights)}


def _event_dropped(state: EventState, _: Recorded, fact: EventDropped) -> Change:
    if state.season is None:
        return NOTHING
    kept = {key: each for key, each in state.season.weights_pct.items() if key != fact.event_id}
    return {"season": replace(state.season, weights_pct=kept)}


EFFECTS: Mapping[type, Effect] = {
    SeasonPlanned: _season_planned,
    EventCounted: _event_counted,
    EventDropped: _event_dropped,
}
