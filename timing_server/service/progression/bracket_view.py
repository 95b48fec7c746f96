"""A stage's matches as screens show them: who meets whom, who won and by what."""

from dataclasses import replace

from timing_server.contract.progression import BracketView, MatchSideView, MatchState, MatchView
from timing_server.formats.brackets.duels import heats_between, heats_of_matches, rank_match
from timing_server.formats.brackets.matches import turns
from timing_server.formats.brackets.progress import Match, Side
from timing_server.formats.brackets.tables import matches_of
from timing_server.formats.progression.field import field_now
from timing_server.formats.standings import Standing
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_US


def bracket_view(state: EventState, stage: Stage) -> BracketView:
    """Return the stage's matches; before the draw as they would be if it were drawn now."""
    drawn = stage if stage.field is not None else replace(stage, field=field_now(state, stage))
    matches = matches_of(state, drawn)
    turn_of = turns([each.plan for each in matches])
    heats = heats_of_matches(state, stage)
    return BracketView(
        stage_id=stage.stage_id,
        title=stage.title,
        format_name=stage.format_name,
        match_format=stage.options.match_format,
        is_drawn=stage.field is not None,
        field=drawn.field or (),
        matches=tuple(
            _match_view(state, stage, each, heats.get(each.plan.name, ()), turn_of[each.plan.name])
            for each in matches
        ),
    )


def _match_view(
    state: EventState, stage: Stage, match: Match, heats: tuple[Heat, ...], turn: int
) -> MatchView:
    own = heats_between(heats, match.entry_ids)
    rows = {each.entry_id: each for each in rank_match(state, stage, own, match.plan.name)}
    match_state: MatchState = match.state
    if match_state == "due" and own:
        match_state = "planned"
    first, second = (
        _side_view(each, match, None if each.entry_id is None else rows.get(each.entry_id))
        for each in match.sides
    )
    return MatchView(
        name=match.plan.name,
        part=match.plan.part,
        turn=turn,
        round_number=match.plan.round_number,
        number=match.plan.number,
        state=match_state,
        sides=(first, second),
        heat_ids=tuple(each.heat_id for each in own),
    )


def _side_view(side: Side, match: Match, row: Standing | None) -> MatchSideView:
    return MatchSideView(
        feed=side.feed.kind,
        is_known=side.is_known,
        entry_id=side.entry_id,
        seed=side.seed or None,
        from_match=side.feed.match_name or None,
        value_us=None if row is None or row.value_ns is None else row.value_ns // NS_PER_US,
        value_laps=None if row is None else row.value_laps,
        is_winner=side.entry_id is not None and side.entry_id == match.winner,
    )
