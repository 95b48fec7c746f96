"""The answer that records a simulated run whole: the same facts as a heat of real cars makes."""

from collections.abc import Iterator

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.heats import next_round
from timing_server.rules.answers.refusals import already_exists
from timing_server.rules.answers.virtual.driven import Driven, check_driven, facts_of, malformed
from timing_server.rules.answers.virtual.stages import is_head_to_head
from timing_server.rules.answers.virtual.submissions import unplayed_submission
from timing_server.rules.commands.virtual import RecordRun
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatFinished, HeatStarted
from timing_server.rules.facts.plan import HeatPlanned, RunEquipped
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.virtual import BootBound, RunSimulated, VirtualRules
from timing_server.rules.state.event import EventState
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import CarId, HeatId, StageId

#: The car that drives on virtual tracks.
VIRTUAL_CAR = CarId("virtual")


def record_run(state: EventState, command: RecordRun, at_race_ns: int) -> Answer:
    """Record a simulated run from its plan to its end, or nothing of it.

    Refused where the submission was driven already, so that no run ever counts twice.
    """
    submission = unplayed_submission(state, command.submission_id)
    if isinstance(submission, RuleViolation):
        return submission
    rules = _check(state, command, submission)
    if isinstance(rules, RuleViolation):
        return rules
    begins_ns = begin_of(command.from_race_ns, command.sim_ns, at_race_ns)
    driven = driven_of(command, submission, rules, begins_ns, named=command.submission_id)
    if refusal := check_driven(driven):
        return refusal
    return (
        *_before(state, command, submission, begins_ns),
        *facts_of(driven),
        proof_of(command, submission, rules),
        HeatFinished(command.heat_id, begins_ns + command.sim_ns, "last_lap_closed"),
    )


def begin_of(from_race_ns: int | None, sim_ns: int, at_race_ns: int) -> int:
    """Return when a run is taken to have begun: so that it ended now, where nobody says.

    On a race clock that has just begun it may end a little later.
    """
    return max(0, at_race_ns - sim_ns) if from_race_ns is None else from_race_ns


def _check(
    state: EventState, command: RecordRun, submission: Submission
) -> VirtualRules | RuleViolation:
    stage = state.stages.get(submission.stage_id)
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    if stage is None or stage.virtual is None or submission.entry_id not in state.entries:
        return malformed("its stage or its entry isn't there any more")
    if is_head_to_head(stage):
        return malformed("in it two race each other")
    if not 0 <= command.laps_tried <= stage.virtual.laps:
        return malformed(f"it tried {command.laps_tried} of {stage.virtual.laps} laps")
    if (command.node_id, command.boot_id) in state.boots:
        return already_exists("boot", command.boot_id)
    return stage.virtual


def _before(
    state: EventState, command: RecordRun, submission: Submission, begins_ns: int
) -> Iterator[Fact]:
    heat_id = command.heat_id
    yield from planned(state, submission, heat_id)
    yield BootBound(command.node_id, command.boot_id, heat_id, submission.entry_id, begins_ns)
    yield HeatStarted(heat_id, begins_ns)


def planned(state: EventState, submission: Submission, heat_id: HeatId) -> Iterator[Fact]:
    """Yield the plan of a submission's heat, with the car and the model that drive it."""
    entry_id = submission.entry_id
    round_number = round_of(state, submission.stage_id, submission)
    yield HeatPlanned(heat_id, submission.stage_id, (entry_id,), round_number)
    yield RunEquipped(heat_id, entry_id, VIRTUAL_CAR, submission.model_sha256)


def round_of(state: EventState, stage_id: StageId, *submissions: Submission) -> int:
    """Return the round of the next heat of these."""
    entry_ids = tuple(each.entry_id for each in submissions)
    return min(1000, next_round(state, stage_id, entry_ids))


def driven_of(
    command: RecordRun, submission: Submission, rules: VirtualRules, begins_ns: int, *, named: str
) -> Driven:
    """Return what a worker told of a run; ``named`` begins the ids of its rulings."""
    return Driven(
        node_id=command.node_id,
        boot_id=command.boot_id,
        journal_id=command.journal_id,
        heat_id=command.heat_id,
        entry_id=submission.entry_id,
        named=named,
        begins_ns=begins_ns,
        sim_ns=command.sim_ns,
        passes_ns=command.passes_ns,
        resets_ns=command.resets_ns,
        collisions_ns=command.collisions_ns,
        beginnings_ns=command.beginnings_ns,
        collision_penalty_ns=rules.collision_penalty_ns,
    )


def proof_of(command: RecordRun, submission: Submission, rules: VirtualRules) -> RunSimulated:
    """Return what a run was computed from and with."""
    return RunSimulated(
        heat_id=command.heat_id,
        entry_id=submission.entry_id,
        submission_id=submission.submission_id,
        model_sha256=submission.model_sha256,
        track_sha256=rules.track_sha256,
        seed=submission.seed,
        laps_tried=command.laps_tried,
        sim_ns=command.sim_ns,
        simulator=command.simulator,
    )
