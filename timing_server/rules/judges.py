"""Whom a judge's call means, and which calls wait for a marshal.

A call is judged by its own instant, however late it comes. Where not exactly one car can be meant
it is never guessed: an off-track in the wrong name costs a driver the lap.
"""

from collections.abc import Sequence

from timing_server.rules.facts.judging import JudgePressed
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.passes.binding import outing_at
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState, Question
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_S, CallId, EntryId

#: Presses of one button closer than this are one: a nervous thumb marks no second incident.
SAME_CALL_NS = NS_PER_S


def call_id_of(fact: JudgePressed) -> CallId:
    """Return the id of the call that a press makes."""
    return CallId(f"judge-{fact.journal_id}-{fact.seq}")


def heat_at(state: EventState, race_ns: int) -> Heat | None:
    """Return the heat of real cars that ran at the instant, None where none did."""
    for heat in reversed(list(state.heats.values())):
        if heat.started_race_ns is None or heat.phase is HeatPhase.ABANDONED:
            continue
        if heat.is_virtual:
            continue  # no judge stands at a virtual track
        is_before_end = heat.ended_race_ns is None or race_ns <= heat.ended_race_ns
        if heat.started_race_ns <= race_ns and is_before_end:
            return heat
    return None


def may_be_meant(
    state: EventState, heat: Heat, lane: int | None, race_ns: int
) -> Sequence[EntryId]:
    """Return the entries that a call at the instant may mean: those on track, or of the lane."""
    runs = score_heat(state, heat.heat_id).runs
    racing = [run.entry_id for run in runs if run.status != "dns"]
    if lane is not None and any(heat.runs[each].lane is not None for each in racing):
        return [each for each in racing if heat.runs[each].lane == lane]
    if heat.is_practice:
        return [each for each in racing if outing_at(heat, each, race_ns) is not None]
    return racing


def open_questions(state: EventState) -> Sequence[Question]:
    """Return the calls that wait for a marshal, in the order in which they came."""
    return [each for each in state.questions.values() if is_open(state, each)]


def is_open(state: EventState, question: Question) -> bool:
    """Whether a marshal hasn't answered it, or has taken the answer back."""
    if not question.is_answered:
        return True
    if question.ruling_id is None:
        return False
    ruling = state.rulings.get(question.ruling_id)
    return ruling is not None and not ruling.is_standing
