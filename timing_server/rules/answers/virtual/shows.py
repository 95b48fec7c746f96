"""Answers about runs that are played before an audience: called, recorded as they happen."""

from collections.abc import Iterator
from dataclasses import replace

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import is_before_go
from timing_server.rules.answers.refusals import (
    already_exists,
    entry_withdrawn,
    heat_called,
    heat_running,
    refuse_unless_open,
    unknown_heat,
    unknown_stage,
)
from timing_server.rules.answers.virtual.driven import Driven, check_driven, facts_of, malformed
from timing_server.rules.answers.virtual.runs import driven_of, planned, proof_of
from timing_server.rules.answers.virtual.stages import is_head_to_head
from timing_server.rules.answers.virtual.submissions import (
    broken_off,
    played_heat,
    waiting_submission,
)
from timing_server.rules.commands.virtual import (
    BreakOffShow,
    PlaySubmission,
    RecordRun,
    RecordShown,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import SHOW_ENDS, HeatCalled, HeatFinished
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.rulings import (
    PenaltyGiven,
    ResetMarked,
    RunRestarted,
    RunRuled,
)
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import (
    BootBound,
    RunBeganOver,
    SubmissionPlayed,
    SubmissionRefused,
    VirtualRules,
)
from timing_server.rules.heat_phases import AT_THE_LINE, OVER, UNDER_WAY
from timing_server.rules.passes.placing import find_pass, pass_ref_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.virtual import NewBeginning, Submission
from timing_server.rules.units import NS_PER_S

#: Clocks of two machines may differ by a little; a run that ended later than this hasn't ended.
AHEAD_MAX_NS = 2 * NS_PER_S


def play_submission(state: EventState, command: PlaySubmission, _: int) -> Answer:
    """Call a submission to the line as a heat of its own; only one heat can be there."""
    submission = waiting_submission(state, command.submission_id)
    if refusal := refuse_unless_open(state) or refuse_beside_another(state):
        return refusal
    if isinstance(submission, RuleViolation):
        return submission
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    if refusal := _refuse_unraced(state, submission):
        return refusal
    return (
        *planned(state, submission, command.heat_id),
        SubmissionPlayed(submission.submission_id, command.heat_id),
        HeatCalled(command.heat_id),
    )


def refuse_beside_another(state: EventState) -> RuleViolation | None:
    """Refuse to call what is played while another heat is at the line or under way."""
    active = state.active_heat
    if active is None:
        return None
    return heat_called(active) if active.phase in AT_THE_LINE else heat_running(active)


def _refuse_unraced(state: EventState, submission: Submission) -> RuleViolation | None:
    stage = state.stages.get(submission.stage_id)
    entry = state.entries.get(submission.entry_id)
    if stage is None:
        return unknown_stage(submission.stage_id)
    if is_head_to_head(stage):
        return malformed("in it two race each other")
    if entry is None or not entry.may_race:
        return entry_withdrawn(submission.entry_id)
    return None


def break_off_show(state: EventState, command: BreakOffShow, at_race_ns: int) -> Answer:
    """End a heat that is played without a run; its submission waits again."""
    heat = state.heats.get(command.heat_id)
    if heat is None or not heat.is_played or heat.phase in OVER:
        return unknown_heat(command.heat_id)
    if command.reason not in SHOW_ENDS:
        return RuleViolation(
            "option_unknown",
            f"A show breaks off for {', '.join(SHOW_ENDS)}, not '{command.reason}'.",
            {"option": "reason", "value": command.reason, "choices": ", ".join(SHOW_ENDS)},
        )
    return (broken_off(heat, at_race_ns, command.reason),)


def record_shown(state: EventState, command: RecordShown, at_race_ns: int) -> Answer:
    """Record what a run did that isn't recorded yet, and its end once it is over.

    Together these are the facts of a run that is recorded at once. What lies ahead hasn't happened:
    it is recorded when it is told again.
    """
    run = command.run
    submission = waiting_submission(state, run.submission_id)
    if isinstance(submission, RuleViolation):
        return submission
    heat = played_heat(state, submission)
    if heat is None or heat.heat_id != run.heat_id:
        return unknown_heat(run.heat_id)
    rules = _rules_of(state, heat, run)
    if isinstance(rules, RuleViolation):
        return rules
    begins_ns = heat.started_race_ns or 0
    driven = driven_of(run, submission, rules, begins_ns, named=heat.heat_id)
    refusal = check_driven(driven) or _check(state, heat, driven, at_race_ns)
    if refusal is not None:
        return refusal
    if command.is_over and begins_ns + run.sim_ns > at_race_ns + AHEAD_MAX_NS:
        return malformed("it lies ahead")
    facts: list[Fact] = []
    if (run.node_id, run.boot_id) not in state.boots:
        bound = BootBound(run.node_id, run.boot_id, heat.heat_id, submission.entry_id, begins_ns)
        facts.append(bound)
    by_now = driven if command.is_over else driven_until(driven, at_race_ns - begins_ns)
    facts.extend(each for each in facts_of(by_now) if not is_recorded(state, heat, each))
    if command.is_over:
        facts.append(proof_of(run, submission, rules))
        facts.append(HeatFinished(heat.heat_id, begins_ns + run.sim_ns, "last_lap_closed"))
    return tuple(facts)


def _rules_of(state: EventState, heat: Heat, run: RecordRun) -> VirtualRules | RuleViolation:
    rules = state.stages[heat.stage_id].virtual
    if rules is None:
        return malformed("its stage isn't there any more")
    if not 0 <= run.laps_tried <= rules.laps:
        return malformed(f"it tried {run.laps_tried} of {rules.laps} laps")
    return rules


def _check(state: EventState, heat: Heat, driven: Driven, at_race_ns: int) -> RuleViolation | None:
    """Refuse what isn't driven yet, another worker's run, or another than was shown so far."""
    if refusal := refuse_unbegun(heat, at_race_ns):
        return refusal
    boot = (driven.node_id, driven.boot_id)
    bound = next((each.boot for each in heat.runs.values() if each.boot is not None), None)
    if bound not in (None, boot) or (bound is None and boot in state.boots):
        return already_exists("boot", driven.boot_id)
    return refuse_another(state, driven)


def refuse_unbegun(heat: Heat, at_race_ns: int) -> RuleViolation | None:
    """Refuse what isn't driven yet."""
    if heat.phase not in UNDER_WAY or is_before_go(heat, at_race_ns):
        return malformed("its heat hasn't begun")
    return None


def refuse_another(state: EventState, driven: Driven) -> RuleViolation | None:
    """Refuse another run than was shown so far."""
    for fact in facts_of(driven):
        known = find_pass(state, pass_ref_of(fact)) if isinstance(fact, PassDetected) else None
        if known is not None and known.fact != fact:
            return malformed("it isn't the one that was shown")
    return None


def is_recorded(state: EventState, heat: Heat, fact: Fact) -> bool:
    """Whether what a worker tells of a heat that is played was told before."""
    if isinstance(fact, PassDetected):
        return find_pass(state, pass_ref_of(fact)) is not None
    if isinstance(fact, RunBeganOver):
        return NewBeginning(fact.entry_id, fact.over_race_ns) in heat.beginnings
    if isinstance(fact, SubmissionRefused):
        return state.submissions[fact.submission_id].status == "refused"
    if isinstance(fact, ResetMarked | PenaltyGiven | RunRuled | RunRestarted):
        return fact.ruling_id in state.rulings
    return False


def driven_until(driven: Driven, until_ns: int) -> Driven:
    """Return what a run had done by an instant of it."""

    def before(instants_ns: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(each for each in instants_ns if each <= until_ns)

    return replace(
        driven,
        passes_ns=before(driven.passes_ns),
        resets_ns=before(driven.resets_ns),
        collisions_ns=before(driven.collisions_ns),
        beginnings_ns=before(driven.beginnings_ns),
    )


def shown(state: EventState) -> Iterator[Submission]:
    """Yield the submissions that are played now: those of the heat between its call and its end."""
    heat = state.active_heat
    if heat is not None and heat.is_played:
        yield from (
            each for each in state.submissions.values() if each.played_heat_id == heat.heat_id
        )
