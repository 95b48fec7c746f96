"""The formats that rank a stage by its matches: elimination, single and double, and round robin.

Who stands where follows from ``places``; the laps that a row shows are those of all its matches,
as the match format sees them; a heat that is no match counts for nothing. Who has raced nothing
but walkovers has no value, so a no-show never goes on to another stage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from timing_server.formats.attempts import Attempt
from timing_server.formats.brackets.draws import (
    double_elimination,
    round_robin,
    single_elimination,
)
from timing_server.formats.brackets.duels import judge_of, match_format
from timing_server.formats.brackets.matches import MatchPlan
from timing_server.formats.brackets.places import Place, eliminated_places, league_places
from timing_server.formats.brackets.progress import Match, progress
from timing_server.formats.format import Format, Worth
from timing_server.formats.ranking import rank_part
from timing_server.formats.standings import NO_STANDING, Standing
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId

#: The matches' places, best first: (matches, field, best laps by entry) to places.
Places = Callable[[Sequence[Match], Sequence[EntryId], Mapping[EntryId, int]], tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A way to race by matches: how they are drawn, and what they are worth."""

    draw: Callable[[int, HeatOptions], tuple[MatchPlan, ...]]
    places: Places


TABLES: Mapping[str, Table] = {
    "single_elimination": Table(
        lambda entries_n, options: single_elimination(
            entries_n, has_bronze_final=options.has_bronze_final
        ),
        lambda matches, field, _: eliminated_places(matches, field, losses_out=1),
    ),
    "double_elimination": Table(
        lambda entries_n, _: double_elimination(entries_n),
        lambda matches, field, _: eliminated_places(matches, field, losses_out=2),
    ),
    "round_robin": Table(lambda entries_n, _: round_robin(entries_n), league_places),
}


def matches_of(state: EventState, stage: Stage) -> tuple[Match, ...]:
    """Return a stage's matches as they stand; none before its field is drawn, or without any."""
    table = TABLES.get(stage.format_name)
    field = stage.field or ()
    if table is None or len(field) < 2:
        return ()
    plans = table.draw(len(field), stage.options)
    return progress(plans, field, absent_of(state, stage), judge_of(state, stage))


def absent_of(state: EventState, stage: Stage) -> frozenset[EntryId]:
    """Return who of the field can't race any more, or isn't let to."""
    kept_out = {each.entry_id for each in stage.named if not each.is_in}
    entries = [state.entries[each] for each in stage.field or ()]
    return frozenset(
        each.entry_id for each in entries if not each.may_race or each.entry_id in kept_out
    )


def rank_by_matches(form: Format, state: EventState, stage: Stage) -> tuple[Standing, ...]:
    """Return the standings of a stage that is raced by matches, best first.

    Whoever was part of a match that is settled, or has begun to race one, stands somewhere.
    """
    matches = matches_of(state, stage)
    if not matches:
        return ()
    raced = {each: heat for each, heat in state.heats.items() if heat.match_name}
    in_stage = rank_part(match_format(stage), state, stage, raced, "matches")
    rows = {each.entry_id: each for each in in_stage.standings}
    laps_ns = {key: row.best_lap_ns for key, row in rows.items() if row.best_lap_ns is not None}
    places = TABLES[form.name].places(matches, stage.field or (), laps_ns)
    listed = [each for each in places if each.matches or each.entry_id in rows]
    return tuple(
        _standing(form, rows.get(each.entry_id), listed, at) for at, each in enumerate(listed)
    )


def _standing(form: Format, row: Standing | None, places: Sequence[Place], at: int) -> Standing:
    place, leader = places[at], places[0]
    above = places[at - 1] if at else None
    below = places[at + 1] if at + 1 < len(places) else None
    decided = _tie_break(form, above, place) or _tie_break(form, place, below)
    # Points from walkovers alone are no result; they rank, and nobody goes on by them.
    has_points = form.name == ROUND_ROBIN.name and row is not None and row.has_value
    return replace(
        row or NO_STANDING,
        rank=at + 1,
        entry_id=place.entry_id,
        gap_ns=None,
        gap_laps=None,
        interval_ns=None,
        interval_laps=None,
        decided_by=decided,
        key=place.key,
        value_points=place.points if has_points else None,
        gap_points=leader.points - place.points if has_points else None,
        interval_points=(above or place).points - place.points if has_points else None,
        is_close=False,
        is_ranked=True,
    )


def _tie_break(form: Format, better: Place | None, worse: Place | None) -> str | None:
    """Name what told two neighbours apart, None where their matches did."""
    if better is None or worse is None:
        return None
    pairs = enumerate(zip(better.key, worse.key, strict=True))
    at = next(at for at, (one, other) in pairs if one != other)
    return form.tie_breaks[at - form.decisive] if at >= form.decisive else None


def _unmeasured(_: Sequence[Attempt], __: HeatOptions) -> Worth:
    """Return nothing: matches rank these formats, not runs."""
    return Worth(key=(), value_ns=None)


SINGLE_ELIMINATION = Format(
    name="single_elimination",
    title="Single elimination",
    description=(
        "Two race each match under the match format; who loses is out. The best seed meets the "
        "last, and byes go to the best seeds. The losers of the semi-finals may race for third "
        "place."
    ),
    measure=_unmeasured,
    decisive=3,
    tie_breaks=("better_seed",),
    rank_stage=rank_by_matches,
)
DOUBLE_ELIMINATION = Format(
    name="double_elimination",
    title="Double elimination",
    description=(
        "Two race each match under the match format; who loses twice is out. The winner of the "
        "losers' bracket meets the unbeaten one in the final, and again where the unbeaten one "
        "loses it."
    ),
    measure=_unmeasured,
    decisive=3,
    tie_breaks=("better_seed",),
    rank_stage=rank_by_matches,
)
ROUND_ROBIN = Format(
    name="round_robin",
    title="Round robin",
    description=(
        "Each meets each once, under the match format: two points for a match that was won, one "
        "for one that ended equal. The most points stand highest."
    ),
    measure=_unmeasured,
    decisive=1,
    tie_breaks=("direct_match", "best_lap", "better_seed"),
    rank_stage=rank_by_matches,
)
