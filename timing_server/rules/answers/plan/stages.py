"""Answers to the commands that plan stages and their times."""

from collections import Counter
from dataclasses import replace

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.options import FORMAT_NAMES, STAGE_KINDS, check_options
from timing_server.rules.answers.refusals import (
    already_exists,
    heat_called,
    refuse_unless_planning,
    unknown_stage,
)
from timing_server.rules.answers.virtual.stages import check_changed, fitted, is_instant
from timing_server.rules.commands.plan import (
    ChangeStage,
    LayTrack,
    PlanStage,
    RemoveStage,
    ScheduleStage,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import (
    StageChanged,
    StagePlanned,
    StageRemoved,
    StageScheduled,
    TrackLaid,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.orders.attendance import has_begun
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import LaidTrack, Stage
from timing_server.rules.units import NS_PER_S, StageId

#: The longest slot of a start list.
SLOT_MAX_NS = 24 * 3600 * NS_PER_S


def plan_stage(state: EventState, command: PlanStage, _: int) -> Answer:
    """Add a stage whose format exists and whose options are in range.

    Practice is a kind of stage and its only format: it times laps and ranks nobody.
    """
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.stage_id in state.stages:
        return already_exists("stage", command.stage_id)
    if refusal := _check_kind(command):
        return refusal
    if refusal := check_options(command.options, command.format_name):
        return refusal
    planned = StagePlanned(
        command.stage_id,
        command.title,
        command.format_name,
        command.options,
        command.kind,
        command.is_open,
    )
    if not command.track_sha256:
        return (planned,)
    return planned, TrackLaid(command.stage_id, command.track, command.track_sha256)


def lay_track(state: EventState, command: LayTrack, _: int) -> Answer:
    """Say what a stage's real cars race on.

    At any time where nobody has said it yet; what was said of a stage that has begun is corrected
    with a reason, since laps were compared by it.
    """
    stage = _stage_of(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    if stage.virtual is not None:
        return RuleViolation(
            "track_is_virtual",
            f"'{stage.title}' is raced on a virtual track, which is chosen with its rules.",
            {"stage_id": stage.stage_id, "title": stage.title},
        )
    wanted = LaidTrack(command.track, command.track_sha256) if command.track_sha256 else None
    if wanted == stage.laid:
        return _unchanged(stage)
    has_run = any(map(has_begun, _heats(state, stage)))
    reason = command.reason.strip() if has_run else ""
    if has_run and stage.laid is not None and not reason:
        return RuleViolation("no_reason", "Say why: this goes into the record.")
    return (TrackLaid(stage.stage_id, command.track, command.track_sha256, reason),)


def change_stage(state: EventState, command: ChangeStage, _: int) -> Answer:
    """Change what is still to come; a stage that has begun keeps the rules it is raced by."""
    stage = _stage_of(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    if stage.virtual is not None:
        race_kind = stage.virtual.race_kind
        if refusal := check_changed(stage, command.format_name, command.kind, race_kind):
            return refusal
        options = fitted(command.options, stage.virtual, command.format_name)
        command = replace(command, options=options, is_open=False)
    changed = replace(
        stage,
        title=command.title,
        format_name=command.format_name,
        options=command.options,
        kind=command.kind,
        is_open=command.is_open,
    )
    if changed == stage:
        return _unchanged(stage)
    if replace(changed, title=stage.title) != stage:
        refusal = (
            _refuse_begun(state, stage)
            or _refuse_submitted(state, stage)
            or _check_kind(command)
            or check_options(command.options, command.format_name)
            or _check_fit(state, stage, changed)
        )
        if refusal is not None:
            return refusal
    return (
        StageChanged(
            command.stage_id,
            command.title,
            command.format_name,
            command.options,
            command.kind,
            command.is_open,
        ),
    )


def remove_stage(state: EventState, command: RemoveStage, _: int) -> Answer:
    """Take a stage out of the plan, with its heats, none of which has begun."""
    stage = _stage_of(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    return (
        _refuse_submitted(state, stage)
        or _refuse_begun(state, stage)
        or (StageRemoved(stage.stage_id),)
    )


def _stage_of(state: EventState, stage_id: StageId) -> Stage | RuleViolation:
    """Return a stage of an event that can be changed, else why it can't."""
    if refusal := refuse_unless_planning(state):
        return refusal
    return state.stages.get(stage_id) or unknown_stage(stage_id)


def _heats(state: EventState, stage: Stage) -> tuple[Heat, ...]:
    return tuple(each for each in state.heats.values() if each.stage_id == stage.stage_id)


def _refuse_begun(state: EventState, stage: Stage) -> RuleViolation | None:
    heats = _heats(state, stage)
    if any(map(has_begun, heats)):
        return _has_run(stage)
    called = (each for each in heats if each.phase is not HeatPhase.SCHEDULED)
    return next((heat_called(each) for each in called), None)


def _refuse_submitted(state: EventState, stage: Stage) -> RuleViolation | None:
    """Refuse to change what somebody submitted a model for, as if it had been driven."""
    submitted = any(each.stage_id == stage.stage_id for each in state.submissions.values())
    return _has_run(stage) if submitted else None


def _unchanged(stage: Stage) -> RuleViolation:
    return RuleViolation(
        "stage_unchanged",
        f"'{stage.title}' is planned like that already.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def _has_run(stage: Stage) -> RuleViolation:
    return RuleViolation(
        "stage_has_run",
        f"'{stage.title}' has begun, so its rules and results stay; change its title, take "
        "its waiting heats out of the queue, or plan another stage.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def _check_fit(state: EventState, stage: Stage, changed: Stage) -> RuleViolation | None:
    """Refuse rules by which the heats that wait could never have been planned."""
    drives = Counter(each for heat in _heats(state, stage) for each in heat.entry_ids)
    most = changed.options.runs_max
    for heat in _heats(state, stage):
        is_match_of_another = heat.match_name and changed.format_name != stage.format_name
        if (
            len(heat.entry_ids) > changed.options.cars_max
            or (not heat.entry_ids and changed.kind != "practice")
            or is_match_of_another
            or (most and any(drives[each] > most for each in heat.entry_ids))
        ):
            return RuleViolation(
                "heat_unfit",
                f"Heat {heat.number} doesn't fit these rules; take it out of the queue first.",
                {"heat_id": heat.heat_id, "number": heat.number},
            )
    return None


def _check_kind(command: PlanStage | ChangeStage) -> RuleViolation | None:
    if command.format_name not in FORMAT_NAMES:
        return RuleViolation(
            "unknown_format",
            f"There is no format '{command.format_name}'; there are "
            f"{', '.join(sorted(FORMAT_NAMES))}.",
            {"format_name": command.format_name},
        )
    if command.kind not in STAGE_KINDS:
        return RuleViolation(
            "unknown_stage_kind",
            f"A stage is one of {', '.join(STAGE_KINDS)}, not '{command.kind}'.",
            {"kind": command.kind},
        )
    if (command.kind == "practice") != (command.format_name == "practice"):
        return RuleViolation(
            "practice_unranked",
            "A practice stage has the format 'practice', which ranks nobody; no other stage has.",
            {"kind": command.kind, "format_name": command.format_name},
        )
    return None


def schedule_stage(state: EventState, command: ScheduleStage, _: int) -> Answer:
    """Give the stage's start list its times; a later schedule replaces an earlier one."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.stage_id not in state.stages:
        return unknown_stage(command.stage_id)
    if not 0 <= command.slot_ns <= SLOT_MAX_NS:
        return RuleViolation(
            "option_out_of_range",
            f"slot_ns must be between 0 and {SLOT_MAX_NS} ns, not {command.slot_ns}.",
            {"option": "slot_ns", "value": command.slot_ns, "least": 0, "most": SLOT_MAX_NS},
        )
    if not is_instant(command.starts_utc):
        return RuleViolation(
            "not_an_instant",
            f"'{command.starts_utc}' isn't an instant with its offset from UTC, such as "
            "2026-05-01T10:00:00+00:00.",
            {"starts_utc": command.starts_utc},
        )
    return (StageScheduled(command.stage_id, command.starts_utc, command.slot_ns),)
