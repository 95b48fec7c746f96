"""The answer that records a race of two models whole: one heat, two runs of the same beginning.

A model that breaks off has no run: the other is driven without it, and wins by finishing. Where
both break off nobody wins, and a match is settled as one to which nobody came.
"""

from collections.abc import Iterator, Sequence

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.refusals import already_exists, unknown_heat
from timing_server.rules.answers.virtual.driven import facts_of, malformed
from timing_server.rules.answers.virtual.racing import (
    CARS,
    Duel,
    did_not,
    duel_of,
    proofs,
    refused,
    ruled,
)
from timing_server.rules.answers.virtual.runs import begin_of, round_of
from timing_server.rules.answers.virtual.stages import is_by_matches
from timing_server.rules.answers.virtual.submissions import played_heat
from timing_server.rules.commands.virtual import RecordDuel
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned, RunEquipped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.virtual import BootBound
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import EntryId, HeatId


def record_duel(state: EventState, command: RecordDuel, at_race_ns: int) -> Answer:
    """Record a race of two from its beginning to its end, or nothing of it."""
    begins_ns = begin_of(
        command.from_race_ns, max((each.sim_ns for each in command.sides), default=0), at_race_ns
    )
    duel = duel_of(state, command, begins_ns)
    if isinstance(duel, RuleViolation):
        return duel
    if refusal := next(_wrong(state, command, duel), None):
        return refusal
    if not duel.going:
        return tuple(_nobody_drove(state, command, duel))
    return (
        *_before(state, command, duel),
        *(fact for each in duel.going for fact in facts_of(each.driven)),
        *ruled(command, duel),
        *proofs(command, duel),
        HeatFinished(command.heat_id, duel.ends_ns, "last_lap_closed"),
    )


def _wrong(state: EventState, command: RecordDuel, duel: Duel) -> Iterator[RuleViolation]:
    """Yield why a race can't be recorded at once."""
    if command.anew_ns:
        yield malformed("it began anew, and nobody looked on")
    if any(played_heat(state, each.submission) for each in duel.racing):
        yield malformed("it is played before an audience")
    for each in command.sides:
        if (command.node_id, each.boot_id) in state.boots:
            yield already_exists("boot", each.boot_id)
    entry_ids = [each.submission.entry_id for each in duel.racing]
    if refusal := refuse_heat(state, command.heat_id, duel.stage, entry_ids):
        yield refusal


def refuse_heat(
    state: EventState, heat_id: HeatId, stage: Stage, entry_ids: Sequence[EntryId]
) -> RuleViolation | None:
    """Return why two can't race as this heat: a match has one that waits, others have none yet."""
    heat = state.heats.get(heat_id)
    if not is_by_matches(stage):
        return None if heat is None else already_exists("heat", heat_id)
    if heat is None or heat.stage_id != stage.stage_id:
        return unknown_heat(heat_id)
    if heat.phase is not HeatPhase.SCHEDULED or not {*entry_ids} <= {*heat.entry_ids}:
        return malformed("the match is raced already, or by others")
    return None


def duel_planned(
    state: EventState, heat_id: HeatId, stage: Stage, sides: Sequence[tuple[int, Submission]]
) -> Iterator[Fact]:
    """Yield the plan of a heat of two, where it isn't a match's, with who drives what in it."""
    submissions = [submission for _, submission in sides]
    if not is_by_matches(stage):
        round_number = round_of(state, stage.stage_id, *submissions)
        entry_ids = tuple(each.entry_id for each in submissions)
        yield HeatPlanned(heat_id, stage.stage_id, entry_ids, round_number)
    for place, each in sides:
        yield RunEquipped(heat_id, each.entry_id, CARS[place], each.model_sha256)


def _before(state: EventState, command: RecordDuel, duel: Duel) -> Iterator[Fact]:
    sides = [(each.side.place, each.submission) for each in duel.racing]
    yield from duel_planned(state, command.heat_id, duel.stage, sides)
    for each in duel.going:
        yield BootBound(
            each.driven.node_id,
            each.driven.boot_id,
            command.heat_id,
            each.driven.entry_id,
            duel.begins_ns,
        )
    yield HeatStarted(command.heat_id, duel.begins_ns)


def _nobody_drove(state: EventState, command: RecordDuel, duel: Duel) -> Iterator[Fact]:
    for each in duel.racing:
        if command.heat_id in state.heats:
            yield did_not(command, each, "dns")
        yield from refused(each)
