"""The answer that records a simulated run whole: the same facts as a heat of real cars makes."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.heats import next_round
from timing_server.rules.answers.refusals import already_exists
from timing_server.rules.answers.virtual.submissions import waiting_submission
from timing_server.rules.commands.virtual import RecordRun
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned, RunEquipped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import PenaltyGiven, ResetMarked
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import BootBound, RunBeganOver, RunSimulated
from timing_server.rules.passes.placing import pass_ref_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import FINISH_ROLE
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import CarId, EntryId, RulingId

#: The car that drives on virtual tracks.
VIRTUAL_CAR = CarId("virtual")
#: More of anything happens in no run of a hundred laps.
INSTANTS_MAX = 20_000
COLLISION = "collision"


def record_run(state: EventState, command: RecordRun, at_race_ns: int) -> Answer:
    """Record a simulated run from its plan to its end, or nothing of it.

    Refused where the submission was driven already, so that no run ever counts twice.
    """
    submission = waiting_submission(state, command.submission_id)
    if isinstance(submission, RuleViolation):
        return submission
    refusal = _check(state, command, submission)
    if refusal is not None:
        return refusal
    begins_ns = command.from_race_ns
    if begins_ns is None:
        # It ended now; on a race clock that has just begun it may end a little later.
        begins_ns = max(0, at_race_ns - command.sim_ns)
    return (
        *_before(state, command, submission, begins_ns),
        *_driven(state, command, submission, begins_ns),
        _proof(state, command, submission),
        HeatFinished(command.heat_id, begins_ns + command.sim_ns, "last_lap_closed"),
    )


def _check(state: EventState, command: RecordRun, submission: Submission) -> RuleViolation | None:
    stage = state.stages.get(submission.stage_id)
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    if stage is None or stage.virtual is None or submission.entry_id not in state.entries:
        return _malformed("its stage or its entry isn't there any more")
    if not 0 <= command.laps_tried <= stage.virtual.laps:
        return _malformed(f"it tried {command.laps_tried} of {stage.virtual.laps} laps")
    return _check_instants(state, command)


def _check_instants(state: EventState, command: RecordRun) -> RuleViolation | None:
    if (command.node_id, command.boot_id) in state.boots:
        return already_exists("boot", command.boot_id)
    every = (
        command.passes_ns,
        command.resets_ns,
        command.collisions_ns,
        command.beginnings_ns,
    )
    if sum(map(len, every)) > INSTANTS_MAX or command.sim_ns < 0:
        return _malformed("it is longer than any")
    for instants_ns in every:
        if not _is_ascending(instants_ns, command.sim_ns):
            return _malformed("its instants are in no order")
    return None


def _is_ascending(instants_ns: Sequence[int], sim_ns: int) -> bool:
    is_within = not instants_ns or (instants_ns[0] >= 0 and instants_ns[-1] <= sim_ns)
    return is_within and all(one < other for one, other in pairwise(instants_ns))


def _malformed(why: str) -> RuleViolation:
    return RuleViolation("run_malformed", f"This is no run of this stage: {why}.", {"why": why})


def _before(
    state: EventState, command: RecordRun, submission: Submission, begins_ns: int
) -> Iterator[Fact]:
    entry_id, heat_id = submission.entry_id, command.heat_id
    round_number = min(1000, next_round(state, submission.stage_id, (entry_id,)))
    yield HeatPlanned(heat_id, submission.stage_id, (entry_id,), round_number)
    yield RunEquipped(heat_id, entry_id, VIRTUAL_CAR, submission.model_sha256)
    yield BootBound(command.node_id, command.boot_id, heat_id, entry_id, begins_ns)
    yield HeatStarted(heat_id, begins_ns)


def _driven(
    state: EventState, command: RecordRun, submission: Submission, begins_ns: int
) -> Iterator[Fact]:
    """Yield what happened on track: passes, then what was seen between them."""
    heat_id, entry_id = command.heat_id, submission.entry_id
    passes = [
        PassDetected(
            node_id=command.node_id,
            boot_id=command.boot_id,
            journal_id=command.journal_id,
            seq=seq,
            gate=FINISH_ROLE,
            mono_ns=mono_ns,
            pulse_ns=None,
            edges=1,
            sensors=(),
        )
        for seq, mono_ns in enumerate(command.passes_ns, 1)
    ]
    yield from passes
    for over_ns in command.beginnings_ns:
        yield RunBeganOver(heat_id, entry_id, begins_ns + over_ns)
    for number, reset_ns in enumerate(command.resets_ns, 1):
        ruling_id = RulingId(f"{command.submission_id}.reset.{number}")
        yield ResetMarked(ruling_id, heat_id, entry_id, begins_ns + reset_ns)
    yield from _collided(state, command, entry_id, passes)


def _collided(
    state: EventState, command: RecordRun, entry_id: EntryId, passes: Sequence[PassDetected]
) -> Iterator[Fact]:
    """Yield what each collision within a lap costs; outside laps it costs nothing."""
    rules = state.stages[state.submissions[command.submission_id].stage_id].virtual
    penalty_ns = 0 if rules is None else rules.collision_penalty_ns
    for number, collided_ns in enumerate(command.collisions_ns, 1):
        at = bisect_left(command.passes_ns, collided_ns)
        if not penalty_ns or not 0 < at < len(passes):
            continue
        yield PenaltyGiven(
            RulingId(f"{command.submission_id}.collision.{number}"),
            command.heat_id,
            entry_id,
            pass_ref_of(passes[at]),
            penalty_ns,
            COLLISION,
        )


def _proof(state: EventState, command: RecordRun, submission: Submission) -> RunSimulated:
    rules = state.stages[submission.stage_id].virtual
    return RunSimulated(
        heat_id=command.heat_id,
        entry_id=submission.entry_id,
        submission_id=submission.submission_id,
        model_sha256=submission.model_sha256,
        track_sha256="" if rules is None else rules.track_sha256,
        seed=submission.seed,
        laps_tried=command.laps_tried,
        sim_ns=command.sim_ns,
        simulator=command.simulator,
    )
