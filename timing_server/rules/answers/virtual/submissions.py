"""Answers to the commands about submissions: made, taken back, refused, tried again."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import is_before_go
from timing_server.rules.answers.plan.line_up import check_racer
from timing_server.rules.answers.refusals import (
    already_exists,
    refuse_unless_planning,
    unknown_stage,
)
from timing_server.rules.answers.virtual.stages import instant_of, is_instant, not_virtual
from timing_server.rules.commands.virtual import (
    RefuseSubmission,
    RetrySubmission,
    SubmitModel,
    WithdrawSubmission,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatAbandoned, HeatStoodDown
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.virtual import (
    SubmissionMade,
    SubmissionRefused,
    SubmissionRetried,
    SubmissionWithdrawn,
    VirtualRules,
)
from timing_server.rules.heat_phases import AT_THE_LINE, OVER
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.state.virtual import Submission
from timing_server.rules.units import NS_PER_S, EntryId, StageId, SubmissionId

#: Why no run came of a submission: the model's own fault, or none of its driver's.
REFUSAL_CODES = ("model", "worker_lost", "worker_failed")
MODELS_FAULT = "model"
SENTENCE_MAX_CHARS = 500


def submit_model(state: EventState, command: SubmitModel, at_race_ns: int) -> Answer:
    """Take a submission while the stage is open, within the entry's limit and cool-down."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.submission_id in state.submissions:
        return already_exists("submission", command.submission_id)
    stage = state.stages.get(command.stage_id)
    if stage is None:
        return unknown_stage(command.stage_id)
    rules = stage.virtual
    if rules is None:
        return not_virtual(stage)
    refusal = (
        _refuse_unless_open(stage, rules, command.now_utc)
        or check_racer(state, stage, command.entry_id)
        or _refuse_beyond_limit(state, stage, rules, command.entry_id)
        or _refuse_hot(state, stage, rules, command.entry_id, at_race_ns)
    )
    if refusal is not None:
        return refusal
    seed = command.own_seed if rules.seed is None else rules.seed
    return (
        SubmissionMade(
            command.submission_id, command.stage_id, command.entry_id, command.model_sha256, seed
        ),
    )


def counting_submissions(
    state: EventState, stage_id: StageId, entry_id: EntryId
) -> tuple[Submission, ...]:
    """Return an entry's submissions that count against its limit, in order.

    Not those that were taken back, or lost by a fault that wasn't the model's.
    """
    return tuple(
        each
        for each in state.submissions.values()
        if each.stage_id == stage_id and each.entry_id == entry_id and _counts(each)
    )


def _counts(submission: Submission) -> bool:
    if submission.status == "refused":
        return submission.code == MODELS_FAULT
    return submission.status != "withdrawn"


def cool_down_ends_ns(
    state: EventState, stage: Stage, rules: VirtualRules, entry_id: EntryId
) -> int | None:
    """Return from when on the entry may submit again, None where it may at any time."""
    made = counting_submissions(state, stage.stage_id, entry_id)
    return made[-1].made_race_ns + rules.cool_down_ns if made and rules.cool_down_ns else None


def _refuse_unless_open(stage: Stage, rules: VirtualRules, now_utc: str) -> RuleViolation | None:
    about: dict[str, str | int] = {"stage_id": stage.stage_id, "title": stage.title}
    if not is_instant(now_utc) or instant_of(now_utc) < instant_of(rules.opens_utc):
        return RuleViolation(
            "virtual_not_open",
            f"'{stage.title}' takes submissions from {rules.opens_utc} on.",
            {**about, "opens_utc": rules.opens_utc},
        )
    if instant_of(now_utc) >= instant_of(rules.closes_utc):
        return RuleViolation(
            "virtual_closed",
            f"'{stage.title}' took submissions until {rules.closes_utc}.",
            {**about, "closes_utc": rules.closes_utc},
        )
    if not rules.track_sha256:
        return RuleViolation(
            "track_sealed", f"The track of '{stage.title}' is still sealed; try again.", about
        )
    return None


def _refuse_beyond_limit(
    state: EventState, stage: Stage, rules: VirtualRules, entry_id: EntryId
) -> RuleViolation | None:
    most = rules.submissions_max
    if not most or len(counting_submissions(state, stage.stage_id, entry_id)) < most:
        return None
    return RuleViolation(
        "submissions_used_up",
        f"All {most} submissions to '{stage.title}' are made.",
        {"stage_id": stage.stage_id, "title": stage.title, "most": most},
    )


def _refuse_hot(
    state: EventState, stage: Stage, rules: VirtualRules, entry_id: EntryId, at_race_ns: int
) -> RuleViolation | None:
    ends_ns = cool_down_ends_ns(state, stage, rules, entry_id)
    if ends_ns is None or at_race_ns >= ends_ns:
        return None
    wait_s = -(-(ends_ns - at_race_ns) // NS_PER_S)
    return RuleViolation(
        "submission_too_soon",
        f"The next submission to '{stage.title}' is taken in {wait_s} s.",
        {"stage_id": stage.stage_id, "title": stage.title, "wait_s": wait_s},
    )


def withdraw_submission(state: EventState, command: WithdrawSubmission, _: int) -> Answer:
    """Take back what waits, not what is played now."""
    known = unplayed_submission(state, command.submission_id)
    if isinstance(known, RuleViolation):
        return known
    return (SubmissionWithdrawn(known.submission_id),)


def refuse_submission(state: EventState, command: RefuseSubmission, at_race_ns: int) -> Answer:
    """Say why no run comes of what waits; where it is played now, the heat ends with that."""
    known = waiting_submission(state, command.submission_id)
    if isinstance(known, RuleViolation):
        return known
    if command.code not in REFUSAL_CODES:
        return RuleViolation(
            "option_unknown",
            f"A submission is refused for {', '.join(REFUSAL_CODES)}, not '{command.code}'.",
            {"option": "code", "value": command.code, "choices": ", ".join(REFUSAL_CODES)},
        )
    sentence = command.sentence[:SENTENCE_MAX_CHARS]
    heat = played_heat(state, known)
    reason = "model_failed" if command.code == MODELS_FAULT else "worker_failed"
    ended = () if heat is None else (broken_off(heat, at_race_ns, reason),)
    return (*ended, SubmissionRefused(known.submission_id, command.code, sentence))


def played_heat(state: EventState, submission: Submission) -> Heat | None:
    """Return the heat as which a submission is played now, None where it isn't."""
    heat_id = submission.played_heat_id
    heat = None if heat_id is None else state.heats.get(heat_id)
    is_on = heat is not None and heat.is_played and heat.phase not in OVER
    return heat if is_on else None


def broken_off(heat: Heat, at_race_ns: int, reason: str) -> Fact:
    """Return how a heat that is played ends without a run: before its go it has never been."""
    if heat.phase in AT_THE_LINE or is_before_go(heat, at_race_ns):
        return HeatStoodDown(heat.heat_id)
    return HeatAbandoned(heat.heat_id, at_race_ns, reason)


def retry_submission(state: EventState, command: RetrySubmission, _: int) -> Answer:
    """Let wait again what was refused or taken back, whatever the limits say.

    Not what broke off a race that is played still: its worker tells of it to the end.
    """
    if refusal := refuse_unless_planning(state):
        return refusal
    known = state.submissions.get(command.submission_id)
    if known is None:
        return _unknown(command.submission_id)
    if known.status == "driven":
        return _driven(known)
    if known.status == "waiting":
        return RuleViolation(
            "submission_waits",
            "This submission waits already.",
            {"submission_id": known.submission_id},
        )
    if heat := played_heat(state, known):
        return _shown(known, heat)
    return (SubmissionRetried(known.submission_id),)


def waiting_submission(
    state: EventState, submission_id: SubmissionId
) -> Submission | RuleViolation:
    """Return a submission of which a run may still come, else why none may."""
    if refusal := refuse_unless_planning(state):
        return refusal
    known = state.submissions.get(submission_id)
    if known is None:
        return _unknown(submission_id)
    if known.status == "driven":
        return _driven(known)
    if known.status != "waiting":
        return RuleViolation(
            "submission_over",
            "This submission was refused or taken back; try it again first.",
            {"submission_id": submission_id},
        )
    return known


def unplayed_submission(
    state: EventState, submission_id: SubmissionId
) -> Submission | RuleViolation:
    """Return a submission that waits and isn't played now, else why it can't be had."""
    known = waiting_submission(state, submission_id)
    if isinstance(known, RuleViolation):
        return known
    heat = played_heat(state, known)
    return known if heat is None else _shown(known, heat)


def _shown(known: Submission, heat: Heat) -> RuleViolation:
    return RuleViolation(
        "submission_shown",
        f"This submission is played as heat {heat.number}; stop that heat first.",
        {"submission_id": known.submission_id, "number": heat.number},
    )


def _unknown(submission_id: SubmissionId) -> RuleViolation:
    return RuleViolation(
        "unknown_submission",
        f"There is no submission {submission_id} here.",
        {"submission_id": submission_id},
    )


def _driven(known: Submission) -> RuleViolation:
    return RuleViolation(
        "submission_driven",
        "This submission was driven already.",
        {"submission_id": known.submission_id},
    )
