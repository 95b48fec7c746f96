"""Answers about races of two that are played before an audience: called, recorded as they happen.

Where a model breaks off its car leaves the track, and after a moment the other begins anew without
it, from the same place, as in a race that nobody looks on at: what both drove until then counts for
neither. Where both break off nobody wins.
"""

from collections.abc import Iterator

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import is_before_go
from timing_server.rules.answers.refusals import (
    already_exists,
    entry_withdrawn,
    refuse_unless_open,
    unknown_heat,
)
from timing_server.rules.answers.virtual.driven import facts_of, malformed
from timing_server.rules.answers.virtual.duels import duel_planned, refuse_heat
from timing_server.rules.answers.virtual.racing import (
    Duel,
    did_not,
    duel_of,
    proofs,
    refused,
    ruled,
    stage_of_sides,
    usable_submission,
)
from timing_server.rules.answers.virtual.shows import (
    AHEAD_MAX_NS,
    driven_until,
    is_recorded,
    refuse_another,
    refuse_beside_another,
    refuse_unbegun,
)
from timing_server.rules.answers.virtual.stages import is_by_matches
from timing_server.rules.commands.virtual import PlayDuel, RecordDuel, RecordDuelShown
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatAbandoned, HeatCalled, HeatFinished, HeatStoodDown
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import RunRestarted
from timing_server.rules.facts.virtual import BootBound, SubmissionPlayed
from timing_server.rules.heat_phases import AT_THE_LINE, OVER
from timing_server.rules.orders.attendance import is_expected
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import RulingId

#: Why passes before a new beginning don't count.
WITHOUT_THE_OTHER = "The other model broke off; it is driven anew without it."
MODEL_FAILED = "model_failed"


def play_duel(state: EventState, command: PlayDuel, _: int) -> Answer:
    """Call two submissions to the line, as the heat of their match or as one of their own."""
    if refusal := refuse_unless_open(state) or refuse_beside_another(state):
        return refusal
    stage = stage_of_sides(state, command.submission_ids)
    if isinstance(stage, RuleViolation):
        return stage
    found = [usable_submission(state, stage, each) for each in command.submission_ids]
    refusal = next((each for each in found if isinstance(each, RuleViolation)), None)
    submissions = [each for each in found if isinstance(each, Submission)]
    refusal = refusal or _refuse_grid(state, command, stage, submissions)
    if refusal is not None:
        return refusal
    sides = list(_placed(state, command, submissions))
    return (
        *duel_planned(state, command.heat_id, stage, sides),
        *(SubmissionPlayed(each.submission_id, command.heat_id) for _, each in sides),
        HeatCalled(command.heat_id),
    )


def _refuse_grid(
    state: EventState, command: PlayDuel, stage: Stage, submissions: list[Submission]
) -> RuleViolation | None:
    entry_ids = [each.entry_id for each in submissions]
    for each in entry_ids:
        entry = state.entries.get(each)
        if entry is None or not entry.may_race:
            return entry_withdrawn(each)
    if refusal := refuse_heat(state, command.heat_id, stage, entry_ids):
        return refusal
    heat = state.heats.get(command.heat_id)
    wanted = 2 if heat is None else sum(is_expected(state, heat, each) for each in heat.entry_ids)
    if len({*entry_ids}) != len(submissions) or len(submissions) != wanted:
        return malformed("two race each other, each for an entry of its own")
    return None


def _placed(
    state: EventState, command: PlayDuel, submissions: list[Submission]
) -> Iterator[tuple[int, Submission]]:
    """Yield submissions with their places: of a match's sides the first is on the left."""
    heat = state.heats.get(command.heat_id)
    for at, each in enumerate(submissions):
        yield (at if heat is None else heat.entry_ids.index(each.entry_id)) + 1, each


def record_duel_shown(state: EventState, command: RecordDuelShown, at_race_ns: int) -> Answer:
    """Record what a race did that isn't recorded yet, and its end once it is over.

    Together these are the facts of a race that is recorded at once. What lies ahead hasn't
    happened: it is recorded when it is told again.
    """
    told = command.duel
    heat = state.heats.get(told.heat_id)
    if heat is None or not heat.is_played or heat.phase in OVER:
        return unknown_heat(told.heat_id)
    duel = duel_of(state, told, heat.started_race_ns or 0)
    if isinstance(duel, RuleViolation):
        return duel
    if not duel.going:
        return tuple(_nobody_drives(heat, told, duel, at_race_ns)) if command.is_over else ()
    if refusal := _check(state, heat, told, duel, at_race_ns):
        return refusal
    if command.is_over and duel.ends_ns > at_race_ns + AHEAD_MAX_NS:
        return malformed("it lies ahead")
    happened = _happened(state, heat, told, duel, at_race_ns, is_over=command.is_over)
    facts = [each for each in happened if not is_recorded(state, heat, each)]
    if command.is_over:
        facts.extend(proofs(told, duel))
        facts.append(HeatFinished(heat.heat_id, duel.ends_ns, "last_lap_closed"))
    return tuple(facts)


def _check(
    state: EventState, heat: Heat, told: RecordDuel, duel: Duel, at_race_ns: int
) -> RuleViolation | None:
    """Refuse what isn't driven yet, another worker's race, or another than was shown so far."""
    if refusal := refuse_unbegun(heat, at_race_ns):
        return refusal
    for each in duel.racing:
        if each.submission.played_heat_id != heat.heat_id:
            return malformed("it is driven by others than were called")
        boot, bound = (told.node_id, each.driven.boot_id), heat.runs[each.driven.entry_id].boot
        if bound not in (None, boot) or (bound is None and boot in state.boots):
            return already_exists("boot", each.driven.boot_id)
    return next((bad for each in duel.going if (bad := refuse_another(state, each.driven))), None)


def _happened(
    state: EventState,
    heat: Heat,
    told: RecordDuel,
    duel: Duel,
    at_race_ns: int,
    *,
    is_over: bool,
) -> Iterator[Fact]:
    """Yield what happened by now, from the race's beginning, or from its newest one."""
    for each in duel.going:
        driven = each.driven
        if (driven.node_id, driven.boot_id) not in state.boots:
            yield BootBound(
                driven.node_id, driven.boot_id, heat.heat_id, driven.entry_id, duel.begins_ns
            )
    if told.anew_ns:
        yield from _restarted(told, duel, duel.begins_ns + told.anew_ns, "restart")
    until_ns = at_race_ns - duel.begins_ns - told.anew_ns
    for each in duel.going:
        yield from facts_of(each.driven if is_over else driven_until(each.driven, until_ns))
    yield from ruled(told, duel)


def _restarted(told: RecordDuel, duel: Duel, from_race_ns: int, named: str) -> Iterator[Fact]:
    """Yield that nothing counts which either drove before an instant."""
    for each in duel.racing:
        yield RunRestarted(
            RulingId(f"{told.heat_id}.{each.side.place}.{named}"),
            told.heat_id,
            each.submission.entry_id,
            from_race_ns,
            WITHOUT_THE_OTHER,
        )


def _nobody_drives(heat: Heat, told: RecordDuel, duel: Duel, at_race_ns: int) -> Iterator[Fact]:
    """Yield how a race ends whose models all broke off: nobody wins, and a match is settled."""
    is_match = is_by_matches(duel.stage)
    is_unbegun = heat.phase in AT_THE_LINE or is_before_go(heat, at_race_ns)
    if is_unbegun:
        yield HeatStoodDown(heat.heat_id)
    elif is_match:
        yield from _restarted(told, duel, at_race_ns, "end")
    for each in duel.racing:
        if is_match:
            yield did_not(told, each, "dns" if is_unbegun else "dnf")
        yield from refused(each)
    if not is_unbegun and is_match:
        yield HeatFinished(heat.heat_id, at_race_ns, MODEL_FAILED)
    elif not is_unbegun:
        yield HeatAbandoned(heat.heat_id, at_race_ns, MODEL_FAILED)
