"""Answers to the commands that plan stages and their times."""

from datetime import datetime

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.options import FORMAT_NAMES, STAGE_KINDS, check_options
from timing_server.rules.answers.refusals import (
    already_exists,
    refuse_unless_planning,
    unknown_stage,
)
from timing_server.rules.commands.plan import PlanStage, ScheduleStage
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import StagePlanned, StageScheduled
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S

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
    return (
        StagePlanned(
            command.stage_id,
            command.title,
            command.format_name,
            command.options,
            command.kind,
            command.is_open,
        ),
    )


def _check_kind(command: PlanStage) -> RuleViolation | None:
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
    if not _is_instant(command.starts_utc):
        return RuleViolation(
            "not_an_instant",
            f"'{command.starts_utc}' isn't an instant with its offset from UTC, such as "
            "2026-05-01T10:00:00+00:00.",
            {"starts_utc": command.starts_utc},
        )
    return (StageScheduled(command.stage_id, command.starts_utc, command.slot_ns),)


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
