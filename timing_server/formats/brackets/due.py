"""Which heats a stage's matches need now, and which that were planned nobody needs any more.

A match that is due is one heat of both, or, where one car is on track at a time, a heat of each, of
which the better seed's comes second. A ruling or a walkover may change who meets whom: a heat that
was planned for others, or for a match that needs no racing, isn't needed; one that a no-show missed
stays, since it says who didn't win.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from timing_server.formats.brackets.duels import heats_between, heats_of_matches, is_missed
from timing_server.formats.brackets.matches import turns
from timing_server.formats.brackets.progress import Match
from timing_server.formats.brackets.tables import absent_of, matches_of
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import FINISH_ROLE, EventPhase, Stage
from timing_server.rules.units import EntryId, HeatId, StageId


@dataclass(frozen=True, slots=True)
class HeatNeeded:
    """A heat that a match needs; ``lanes`` () where no gate tells lanes apart."""

    match_name: str
    entry_ids: tuple[EntryId, ...]
    round_number: int
    lanes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What brings the plan in line with the matches."""

    heats: tuple[HeatNeeded, ...]
    removed_heat_ids: tuple[HeatId, ...]


def needed(state: EventState, stage: Stage) -> Need:
    """Return the heats to plan, in the order in which the matches come, and those to remove."""
    matches = matches_of(state, stage)
    turn_of = turns([each.plan for each in matches])
    planned = heats_of_matches(state, stage)
    lanes = _finish_lanes(state)
    heats = []
    kept: set[HeatId] = set()
    for match in matches:
        own = heats_between(planned.get(match.plan.name, ()), match.entry_ids)
        is_due = match.state == "due"
        kept.update(each.heat_id for each in own if is_due or is_missed(each))
        if not is_due:
            continue
        for group in _groups(match, own, stage.options.cars_max):
            own_lanes = lanes[: len(group)] if 1 < len(group) <= len(lanes) else ()
            turn = turn_of[match.plan.name]
            heats.append(HeatNeeded(match.plan.name, group, turn, own_lanes))
    removed = [
        each.heat_id
        for of_match in planned.values()
        for each in of_match
        if each.phase is HeatPhase.SCHEDULED and each.heat_id not in kept
    ]
    return Need(tuple(heats), tuple(removed))


def left_over(state: EventState) -> tuple[tuple[StageId, tuple[HeatId, ...]], ...]:
    """Return the heats still to come, by stage, of matches that somebody's leaving has decided.

    None once the event is closed. Cheap as long as nobody left a stage that has such heats.
    """
    if state.phase is EventPhase.CLOSED:
        return ()
    waiting = {
        each.stage_id
        for each in state.heats.values()
        if each.match_name and each.phase is HeatPhase.SCHEDULED
    }
    stages = [each for key, each in state.stages.items() if key in waiting]
    found = [
        (each.stage_id, needed(state, each).removed_heat_ids)
        for each in stages
        if absent_of(state, each)
    ]
    return tuple((stage_id, heat_ids) for stage_id, heat_ids in found if heat_ids)


def _groups(match: Match, planned: Iterable[Heat], cars_max: int) -> list[tuple[EntryId, ...]]:
    """Return who of a match still needs a heat, together or one after the other."""
    seated = {entry_id for each in planned for entry_id in each.entry_ids}
    sides = sorted(match.sides, key=lambda each: each.seed)
    missing = [each.entry_id for each in sides if each.entry_id and each.entry_id not in seated]
    if cars_max > 1 and missing:
        return [tuple(missing)]
    return [(entry_id,) for entry_id in reversed(missing)]


def _finish_lanes(state: EventState) -> tuple[int, ...]:
    """Return the lanes that the finish line's gates tell apart now."""
    newest = (roles[-1] for roles in state.gates.values() if roles)
    lanes = {each.lane for each in newest if each.role == FINISH_ROLE and each.lane is not None}
    return tuple(sorted(lanes))
