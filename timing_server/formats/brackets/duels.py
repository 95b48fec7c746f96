"""How a match was raced: its heats, ranked by the stage's match format.

A match is one heat of both, or, where one car is on track at a time, a heat of each: all heats of
the stage that carry the match's name. It is over when both have raced and none of its heats is
still to be finished; an abandoned heat isn't one of them, and one to which nobody comes is over.
Whoever stands higher under the match format wins; whoever has no value there can't.
"""

from collections.abc import Iterable, Mapping

from timing_server.formats.brackets.matches import MatchPlan
from timing_server.formats.brackets.progress import Judge, Verdict
from timing_server.formats.format import Format
from timing_server.formats.ranking import rank_part
from timing_server.formats.rankings import time_trial
from timing_server.formats.rankings.measured import MEASURED
from timing_server.formats.standings import Standing
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId


def heats_of_matches(state: EventState, stage: Stage) -> Mapping[str, tuple[Heat, ...]]:
    """Return a stage's heats by the match that they are part of, abandoned ones left out."""
    found: dict[str, tuple[Heat, ...]] = {}
    for heat in state.heats.values():
        is_part = heat.stage_id == stage.stage_id and heat.match_name
        if is_part and heat.phase is not HeatPhase.ABANDONED:
            found[heat.match_name] = (*found.get(heat.match_name, ()), heat)
    return found


def heats_between(heats: Iterable[Heat], pair: Iterable[EntryId]) -> tuple[Heat, ...]:
    """Return the heats in which nobody but this pair races: a ruling may change who meets whom."""
    both = frozenset(pair)
    return tuple(each for each in heats if both.issuperset(each.entry_ids))


def judge_of(state: EventState, stage: Stage) -> Judge:
    """Return what says how a match of the stage was raced."""
    by_match = heats_of_matches(state, stage)

    def judge(plan: MatchPlan, pair: tuple[EntryId, EntryId]) -> Verdict | None:
        heats = heats_between(by_match.get(plan.name, ()), pair)
        raced = {entry_id for heat in heats for entry_id in heat.entry_ids}
        is_over = all(each.phase is HeatPhase.FINISHED or is_missed(each) for each in heats)
        if not is_over or len(raced) < 2:
            return None
        rows = [each for each in rank_match(state, stage, heats, plan.name) if each.has_value]
        if not rows:
            return Verdict(None)
        if len(rows) == 2 and rows[0].rank == rows[1].rank:
            return Verdict(None, is_equal=True)
        return Verdict(rows[0].entry_id)

    return judge


def is_missed(heat: Heat) -> bool:
    """Whether everybody of a heat that hasn't begun is ruled out of it, as no-shows are."""
    word = {each.entry_id: each.status for each in heat.rulings.statuses}
    is_to_come = heat.phase is HeatPhase.SCHEDULED
    return is_to_come and all(word.get(each) in ("dns", "dsq") for each in heat.entry_ids)


def rank_match(
    state: EventState, stage: Stage, heats: Iterable[Heat], match_name: str
) -> tuple[Standing, ...]:
    """Return how entries stand in some of the stage's heats, under its match format."""
    chosen = {each.heat_id: each for each in heats}
    return rank_part(match_format(stage), state, stage, chosen, f"match {match_name}").standings


def match_format(stage: Stage) -> Format:
    """Return the format that ranks the stage's matches, time trial where it names no such one."""
    return MEASURED.get(stage.options.match_format, time_trial.FORMAT)
