"""The answer that records a race of two models whole: one heat, two runs of the same beginning.

A model that breaks off has no run: the other is driven without it, and wins by finishing. Where
both break off nobody wins, and a match is settled as one to which nobody came.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.refusals import (
    already_exists,
    refuse_unless_planning,
    unknown_heat,
)
from timing_server.rules.answers.virtual.driven import Driven, check_driven, facts_of, malformed
from timing_server.rules.answers.virtual.runs import (
    VIRTUAL_CAR,
    begin_of,
    round_of,
)
from timing_server.rules.answers.virtual.stages import is_by_matches, is_head_to_head
from timing_server.rules.answers.virtual.submissions import (
    MODELS_FAULT,
    SENTENCE_MAX_CHARS,
    waiting_submission,
)
from timing_server.rules.commands.virtual import DuelSide, RecordDuel
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned, RunEquipped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.facts.virtual import (
    BootBound,
    RunSimulated,
    SubmissionRefused,
    VirtualRules,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import CarId, EntryId, RulingId

#: The cars on both places of the grid.
CARS = {1: VIRTUAL_CAR, 2: CarId("virtual-2")}
#: Why a car was taken off the track, as its ruling says.
OUT_REASONS = {
    "resets": "More resets in a lap than it may have.",
    "time_up": "A lap took longer than it may.",
}


@dataclass(frozen=True, slots=True)
class _Racing:
    """One side with what is known of it."""

    side: DuelSide
    submission: Submission
    driven: Driven

    @property
    def has_broken(self) -> bool:
        return bool(self.side.sentence)


@dataclass(frozen=True, slots=True)
class _Duel:
    stage: Stage
    rules: VirtualRules
    seed: int
    racing: tuple[_Racing, ...]
    begins_ns: int

    @property
    def going(self) -> tuple[_Racing, ...]:
        return tuple(each for each in self.racing if not each.has_broken)


def duel_seed(match_name: str, seeds: Sequence[int]) -> int:
    """Return by what a race of two is driven: nobody chooses it, and no match has another's."""
    told = " ".join(map(str, seeds))
    return zlib.crc32(f"duel {match_name} {told}".encode()) & 0x7FFF_FFFF


def usable_submission(
    state: EventState, stage: Stage, side: DuelSide
) -> Submission | RuleViolation:
    """Return the submission with which a side races: a match may race with a driven one."""
    known = state.submissions.get(side.submission_id)
    if known is not None and known.status == "driven" and is_by_matches(stage):
        return refuse_unless_planning(state) or known
    return waiting_submission(state, side.submission_id)


def record_duel(state: EventState, command: RecordDuel, at_race_ns: int) -> Answer:
    """Record a race of two from its beginning to its end, or nothing of it."""
    duel = _checked(state, command, at_race_ns)
    if isinstance(duel, RuleViolation):
        return duel
    if not duel.going:
        return tuple(_nobody_drove(state, command, duel))
    ends_ns = max(each.driven.sim_ns for each in duel.going)
    return (
        *_before(state, command, duel),
        *(fact for each in duel.going for fact in facts_of(each.driven)),
        *_ruled(command, duel),
        *(_proof(command, duel, each) for each in duel.going),
        HeatFinished(command.heat_id, duel.begins_ns + ends_ns, "last_lap_closed"),
    )


def _checked(state: EventState, command: RecordDuel, at_race_ns: int) -> _Duel | RuleViolation:
    stage = _stage_of(state, command)
    if isinstance(stage, RuleViolation):
        return stage
    rules = stage.virtual
    if rules is None or not is_head_to_head(stage):
        return malformed("nobody races another in it")
    found = [usable_submission(state, stage, each) for each in command.sides]
    refusal = next((each for each in found if isinstance(each, RuleViolation)), None)
    submissions = [each for each in found if isinstance(each, Submission)]
    refusal = refusal or next(_wrong_sides(state, command, stage, submissions), None)
    if refusal is not None:
        return refusal
    begins_ns = begin_of(
        command.from_race_ns, max(each.sim_ns for each in command.sides), at_race_ns
    )
    racing = tuple(
        _Racing(side, submission, _driven(command, side, submission, rules, begins_ns))
        for side, submission in zip(command.sides, submissions, strict=True)
    )
    refusal = next((bad for each in racing if (bad := check_driven(each.driven))), None)
    if refusal is not None:
        return refusal
    match_name = state.heats[command.heat_id].match_name if is_by_matches(stage) else ""
    seed = duel_seed(match_name, [each.seed for each in submissions])
    return _Duel(stage, rules, seed, racing, begins_ns)


def _stage_of(state: EventState, command: RecordDuel) -> Stage | RuleViolation:
    stages = {
        known.stage_id
        for each in command.sides
        if (known := state.submissions.get(each.submission_id)) is not None
    }
    stage = state.stages.get(stages.pop()) if len(stages) == 1 else None
    return stage or malformed("its sides are of no stage, or of two")


def _wrong_sides(
    state: EventState, command: RecordDuel, stage: Stage, submissions: Sequence[Submission]
) -> Iterator[RuleViolation]:
    """Yield what is wrong with who raced."""
    entry_ids = [each.entry_id for each in submissions]
    places = [each.place for each in command.sides]
    laps = 0 if stage.virtual is None else stage.virtual.laps
    if len({*entry_ids}) < len(entry_ids) or not {*entry_ids} <= state.entries.keys():
        yield malformed("two race each other, each for an entry of its own")
    if places not in ([1, 2], [1], [2]) or (len(places) < 2 and not is_by_matches(stage)):
        yield malformed("its places are on no grid")
    for each in command.sides:
        if not 0 <= each.laps_tried <= laps:
            yield malformed(f"it tried {each.laps_tried} of {laps} laps")
        if each.out and each.out not in OUT_REASONS:
            yield malformed("a car is out for no reason that there is")
        if (command.node_id, each.boot_id) in state.boots:
            yield already_exists("boot", each.boot_id)
    yield from _wrong_heat(state, command, stage, entry_ids)


def _wrong_heat(
    state: EventState, command: RecordDuel, stage: Stage, entry_ids: Sequence[EntryId]
) -> Iterator[RuleViolation]:
    heat = state.heats.get(command.heat_id)
    if not is_by_matches(stage):
        if heat is not None:
            yield already_exists("heat", command.heat_id)
    elif heat is None or heat.stage_id != stage.stage_id:
        yield unknown_heat(command.heat_id)
    elif heat.phase is not HeatPhase.SCHEDULED or not {*entry_ids} <= {*heat.entry_ids}:
        yield malformed("the match is raced already, or by others")


def _driven(
    command: RecordDuel, side: DuelSide, submission: Submission, rules: VirtualRules, begins_ns: int
) -> Driven:
    return Driven(
        node_id=command.node_id,
        boot_id=side.boot_id,
        journal_id=side.journal_id,
        heat_id=command.heat_id,
        entry_id=submission.entry_id,
        named=f"{command.heat_id}.{side.place}",
        begins_ns=begins_ns,
        sim_ns=side.sim_ns,
        passes_ns=side.passes_ns,
        resets_ns=side.resets_ns,
        collisions_ns=side.collisions_ns,
        beginnings_ns=(),
        collision_penalty_ns=rules.collision_penalty_ns,
    )


def _before(state: EventState, command: RecordDuel, duel: _Duel) -> Iterator[Fact]:
    heat_id = command.heat_id
    if not is_by_matches(duel.stage):
        submissions = [each.submission for each in duel.racing]
        round_number = round_of(state, duel.stage.stage_id, *submissions)
        entry_ids = tuple(each.entry_id for each in submissions)
        yield HeatPlanned(heat_id, duel.stage.stage_id, entry_ids, round_number)
    for each in duel.racing:
        model, car_id = each.submission.model_sha256, CARS[each.side.place]
        yield RunEquipped(heat_id, each.submission.entry_id, car_id, model)
    for each in duel.going:
        driven = each.driven
        yield BootBound(driven.node_id, driven.boot_id, heat_id, driven.entry_id, duel.begins_ns)
    yield HeatStarted(heat_id, duel.begins_ns)


def _ruled(command: RecordDuel, duel: _Duel) -> Iterator[Fact]:
    """Yield who didn't finish, and whose model is refused for it."""
    for each in duel.racing:
        reason = each.side.sentence[:SENTENCE_MAX_CHARS] or OUT_REASONS.get(each.side.out, "")
        if reason:
            yield _did_not(command, each, "dnf", reason)
        yield from _refused(each)


def _nobody_drove(state: EventState, command: RecordDuel, duel: _Duel) -> Iterator[Fact]:
    is_match = command.heat_id in state.heats
    for each in duel.racing:
        if is_match:
            yield _did_not(command, each, "dns", each.side.sentence[:SENTENCE_MAX_CHARS])
        yield from _refused(each)


def _did_not(command: RecordDuel, each: _Racing, status: str, reason: str) -> RunRuled:
    ruling_id = RulingId(f"{command.heat_id}.{each.side.place}.{status}")
    return RunRuled(ruling_id, command.heat_id, each.submission.entry_id, status, reason)


def _refused(each: _Racing) -> Iterator[Fact]:
    """Yield that a model is refused which broke off the first race that it was in."""
    if each.has_broken and each.submission.status == "waiting":
        sentence = each.side.sentence[:SENTENCE_MAX_CHARS]
        yield SubmissionRefused(each.submission.submission_id, MODELS_FAULT, sentence)


def _proof(command: RecordDuel, duel: _Duel, own: _Racing) -> RunSimulated:
    rivals = [each.submission.model_sha256 for each in duel.going if each is not own]
    return RunSimulated(
        heat_id=command.heat_id,
        entry_id=own.submission.entry_id,
        submission_id=own.submission.submission_id,
        model_sha256=own.submission.model_sha256,
        track_sha256=duel.rules.track_sha256,
        seed=duel.seed,
        laps_tried=own.side.laps_tried,
        sim_ns=own.side.sim_ns,
        simulator=command.simulator,
        grid_place=own.side.place,
        rival_sha256=rivals[0] if rivals else None,
    )
