"""A stage's matches as screens show them: who meets whom, who won and by what."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from timing_server.contract.race.progression import (
    BracketView,
    MatchSideView,
    MatchState,
    MatchView,
)
from timing_server.formats.brackets.duels import heats_between, heats_of_matches, rank_match
from timing_server.formats.brackets.matches import turns
from timing_server.formats.brackets.progress import Match, Side
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.progression.field import field_now
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_US, EntryId, HeatId

#: What an entry has driven in a match: time in ns, and laps where they count.
_Value = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class MatchSource:
    """All that a match's view is made from; ``values`` by entry, in no order."""

    match: Match
    turn: int
    heat_ids: tuple[HeatId, ...]
    values: frozenset[tuple[EntryId, _Value]]

    def view(self) -> MatchView:
        """Return the match as screens show it."""
        plan, state = self.match.plan, self.match.state
        shown_state: MatchState = state
        if state == "due" and self.heat_ids:
            shown_state = "planned"
        values = dict(self.values)
        first, second = (_side_view(each, self.match, values) for each in self.match.sides)
        return MatchView(
            name=plan.name,
            part=plan.part,
            turn=self.turn,
            round_number=plan.round_number,
            number=plan.number,
            state=shown_state,
            sides=(first, second),
            heat_ids=self.heat_ids,
        )


def match_sources(state: EventState, stage: Stage) -> Iterator[MatchSource]:
    """Yield what the matches of a stage are made from, in an order in which they can be raced."""
    matches = matches_of(state, stage)
    turn_of = turns([each.plan for each in matches])
    heats = heats_of_matches(state, stage)
    for match in matches:
        name = match.plan.name
        own = heats_between(heats.get(name, ()), match.entry_ids)
        rows = rank_match(state, stage, own, name) if own else ()
        yield MatchSource(
            match=match,
            turn=turn_of[name],
            heat_ids=tuple(each.heat_id for each in own),
            values=frozenset((each.entry_id, (each.value_ns, each.value_laps)) for each in rows),
        )


def bracket_view(state: EventState, stage: Stage) -> BracketView:
    """Return the stage's matches; before the draw as they would be if it were drawn now."""
    drawn = stage if stage.field is not None else replace(stage, field=field_now(state, stage))
    return BracketView(
        stage_id=stage.stage_id,
        title=stage.title,
        format_name=stage.format_name,
        match_format=stage.options.match_format,
        is_drawn=stage.field is not None,
        field=drawn.field or (),
        matches=tuple(each.view() for each in match_sources(state, drawn)),
    )


def _side_view(side: Side, match: Match, values: dict[EntryId, _Value]) -> MatchSideView:
    value_ns, value_laps = None, None
    if side.entry_id is not None:
        value_ns, value_laps = values.get(side.entry_id, (None, None))
    return MatchSideView(
        feed=side.feed.kind,
        is_known=side.is_known,
        entry_id=side.entry_id,
        seed=side.seed or None,
        from_match=side.feed.match_name or None,
        value_us=None if value_ns is None else value_ns // NS_PER_US,
        value_laps=value_laps,
        is_winner=side.entry_id is not None and side.entry_id == match.winner,
    )
