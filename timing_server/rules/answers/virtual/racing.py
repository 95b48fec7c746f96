"""Two models that race each other, as a worker tells of them: who, by what, and which facts follow.

The same for a race that is recorded at once and for one that is told as it happens.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from timing_server.rules.answers.refusals import refuse_unless_planning
from timing_server.rules.answers.virtual.driven import Driven, check_driven, malformed
from timing_server.rules.answers.virtual.runs import VIRTUAL_CAR
from timing_server.rules.answers.virtual.stages import is_by_matches, is_head_to_head
from timing_server.rules.answers.virtual.submissions import (
    MODELS_FAULT,
    SENTENCE_MAX_CHARS,
    played_heat,
    waiting_submission,
)
from timing_server.rules.commands.virtual import DuelSide, RecordDuel
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.facts.virtual import RunSimulated, SubmissionRefused, VirtualRules
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import CarId, JournalId, RulingId, SubmissionId

#: The cars on both places of the grid.
CARS = {1: VIRTUAL_CAR, 2: CarId("virtual-2")}
#: Why a car was taken off the track, as its ruling says.
OUT_REASONS = {
    "resets": "More resets in a lap than it may have.",
    "time_up": "A lap took longer than it may.",
}
#: Ends the names of what is told of a race that is driven anew.
ANEW = ".anew"


@dataclass(frozen=True, slots=True)
class Racing:
    """One side with what is known of it."""

    side: DuelSide
    submission: Submission
    driven: Driven

    @property
    def has_broken(self) -> bool:
        """Whether its model broke off, so that there is nothing of it."""
        return bool(self.side.sentence)

    @property
    def reason(self) -> str:
        """Why it didn't finish, empty where it isn't said that it didn't."""
        return self.side.sentence[:SENTENCE_MAX_CHARS] or OUT_REASONS.get(self.side.out, "")


@dataclass(frozen=True, slots=True)
class Duel:
    """A race with what it is driven by; ``begins_ns`` is its heat's go."""

    stage: Stage
    rules: VirtualRules
    seed: int
    racing: tuple[Racing, ...]
    begins_ns: int

    @property
    def going(self) -> tuple[Racing, ...]:
        """Those whose model didn't break off."""
        return tuple(each for each in self.racing if not each.has_broken)

    @property
    def ends_ns(self) -> int:
        """When the last of those that go is told to have been somewhere."""
        return max(each.driven.ends_ns for each in self.going)


def duel_seed(match_name: str, seeds: Sequence[int]) -> int:
    """Return by what a race of two is driven: nobody chooses it, and no match has another's."""
    told = " ".join(map(str, seeds))
    return zlib.crc32(f"duel {match_name} {told}".encode()) & 0x7FFF_FFFF


def usable_submission(
    state: EventState, stage: Stage, submission_id: SubmissionId
) -> Submission | RuleViolation:
    """Return the submission with which a side races: a match may race with a driven one.

    One that broke off while it is played is told of to the end.
    """
    known = state.submissions.get(submission_id)
    if known is not None and played_heat(state, known) is not None:
        return refuse_unless_planning(state) or known
    if known is not None and known.status == "driven" and is_by_matches(stage):
        return refuse_unless_planning(state) or known
    return waiting_submission(state, submission_id)


def stage_of_sides(
    state: EventState, submission_ids: Sequence[SubmissionId]
) -> Stage | RuleViolation:
    """Return the stage in which two submissions race each other."""
    stages = {
        known.stage_id
        for each in submission_ids
        if (known := state.submissions.get(each)) is not None
    }
    stage = state.stages.get(stages.pop()) if len(stages) == 1 else None
    if stage is None:
        return malformed("its sides are of no stage, or of two")
    return stage if is_head_to_head(stage) else malformed("nobody races another in it")


def duel_of(state: EventState, command: RecordDuel, begins_ns: int) -> Duel | RuleViolation:
    """Return a race of which nothing contradicts its stage; its heat is the caller's to check."""
    stage = stage_of_sides(state, [each.submission_id for each in command.sides])
    if isinstance(stage, RuleViolation):
        return stage
    rules = stage.virtual
    if rules is None:
        return malformed("nobody races another in it")
    found = [usable_submission(state, stage, each.submission_id) for each in command.sides]
    refusal = next((each for each in found if isinstance(each, RuleViolation)), None)
    submissions = [each for each in found if isinstance(each, Submission)]
    refusal = refusal or next(_wrong_sides(state, command, stage, submissions), None)
    if refusal is not None:
        return refusal
    racing = tuple(
        Racing(side, submission, _driven(command, side, submission, rules, begins_ns))
        for side, submission in zip(command.sides, submissions, strict=True)
    )
    refusal = next((bad for each in racing if (bad := check_driven(each.driven))), None)
    if refusal is not None:
        return refusal
    heat = state.heats.get(command.heat_id)
    match_name = "" if heat is None else heat.match_name
    seed = duel_seed(match_name, [each.seed for each in submissions])
    return Duel(stage, rules, seed, racing, begins_ns)


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


def _driven(
    command: RecordDuel, side: DuelSide, submission: Submission, rules: VirtualRules, begins_ns: int
) -> Driven:
    anew = ANEW if command.anew_ns else ""
    return Driven(
        node_id=command.node_id,
        boot_id=side.boot_id,
        journal_id=JournalId(f"{side.journal_id}{anew}"),
        heat_id=command.heat_id,
        entry_id=submission.entry_id,
        named=f"{command.heat_id}.{side.place}{anew}",
        begins_ns=begins_ns,
        sim_ns=side.sim_ns,
        passes_ns=side.passes_ns,
        resets_ns=side.resets_ns,
        collisions_ns=side.collisions_ns,
        beginnings_ns=(),
        collision_penalty_ns=rules.collision_penalty_ns,
        from_ns=command.anew_ns,
    )


def ruled(command: RecordDuel, duel: Duel) -> Iterator[Fact]:
    """Yield who didn't finish, and whose model is refused for it."""
    for each in duel.racing:
        if each.reason:
            yield did_not(command, each, "dnf")
        yield from refused(each)


def did_not(command: RecordDuel, each: Racing, status: str) -> RunRuled:
    """Return the word on a side that didn't finish (``dnf``) or didn't come (``dns``)."""
    ruling_id = RulingId(f"{command.heat_id}.{each.side.place}.{status}")
    return RunRuled(ruling_id, command.heat_id, each.submission.entry_id, status, each.reason)


def refused(each: Racing) -> Iterator[Fact]:
    """Yield that a model is refused which broke off the first race that it was in."""
    if each.has_broken and each.submission.status == "waiting":
        yield SubmissionRefused(each.submission.submission_id, MODELS_FAULT, each.reason)


def proofs(command: RecordDuel, duel: Duel) -> Iterator[RunSimulated]:
    """Yield what each side that goes was computed from and with."""
    for own in duel.going:
        rivals = [each.submission.model_sha256 for each in duel.going if each is not own]
        yield RunSimulated(
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
