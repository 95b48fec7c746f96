"""Answers to the commands about who goes on to a stage, and who meets whom in it.

Who goes on follows from standings, which the rules don't know: the commands bring the entries.
"""

from collections.abc import Sequence

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.plan.redrawn import heats_redrawn
from timing_server.rules.answers.refusals import (
    already_exists,
    entry_withdrawn,
    refuse_unless_planning,
    unknown_entry,
    unknown_heat,
    unknown_stage,
)
from timing_server.rules.commands.progression import (
    DrawField,
    MatchHeat,
    NameFinalist,
    PlanMatches,
    PlanProgression,
    ReplaceFinalist,
    ReplaceHeatEntry,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import (
    FieldDrawn,
    FinalistNamed,
    FinalistReplaced,
    HeatEntryReplaced,
    HeatPlanned,
    HeatRemoved,
    ProgressionPlanned,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, StageId

#: The most places that one part of a rule may give.
PLACES_MAX = 1000


def plan_progression(state: EventState, command: PlanProgression, _: int) -> Answer:
    """Say how entries come into the stage: from one that was planned before it."""
    stage = _stage(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    if stage.field is not None:
        return RuleViolation("field_drawn", "The field of this stage is drawn already.")
    order = list(state.stages)
    from_id = StageId(command.rule.from_stage_id)
    if from_id not in state.stages:
        return unknown_stage(from_id)
    if order.index(from_id) >= order.index(stage.stage_id):
        return RuleViolation("stage_not_before", "Entries can only come from an earlier stage.")
    rule = command.rule
    for name in ("top_n", "top_per_region_n", "top_per_class_n", "wildcards_n"):
        if not 0 <= getattr(rule, name) <= PLACES_MAX:
            value: int = getattr(rule, name)
            return RuleViolation(
                "option_out_of_range",
                f"{name} must be between 0 and {PLACES_MAX}, not {value}.",
                {"option": name, "value": value, "least": 0, "most": PLACES_MAX},
            )
    return (ProgressionPlanned(stage.stage_id, rule),)


def name_finalist(state: EventState, command: NameFinalist, _: int) -> Answer:
    """Take the organiser's word, with a reason; into a drawn field as its last seed."""
    stage = _stage(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    entry_id = command.entry_id
    refusal = _refuse_racing(state, (entry_id,)) if command.is_in else None
    if not command.is_in:
        refusal = _unknown(state, entry_id) or _has_raced(state, stage, entry_id)
    if refusal is None and not command.reason.strip():
        refusal = RuleViolation("no_reason", "Say why: this goes into the record.")
    if refusal is not None:
        return refusal
    named = FinalistNamed(stage.stage_id, entry_id, command.is_in, command.reason)
    if not command.is_in or stage.field is None or entry_id in stage.field:
        return (named,)
    drawn = draw_field(state, DrawField(stage.stage_id, (*stage.field, entry_id)), 0)
    return drawn if isinstance(drawn, RuleViolation) else (named, *drawn)


def draw_field(state: EventState, command: DrawField, _: int) -> Answer:
    """Draw the field, or draw it anew; heats that were planned for others than these go."""
    stage = _stage(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    if refusal := _refuse_begun(state, stage):
        return refusal
    if not command.entry_ids:
        return RuleViolation("field_empty", "Nobody goes on to this stage yet.")
    if refusal := _refuse_racing(state, command.entry_ids):
        return refusal
    heats = heats_redrawn(state, stage, frozenset(command.entry_ids))
    return (*heats, FieldDrawn(stage.stage_id, command.entry_ids))


def replace_finalist(state: EventState, command: ReplaceFinalist, _: int) -> Answer:
    """Let one who isn't in the field take the place of one who is, before that one has raced."""
    stage = _stage(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    field = stage.field or ()
    if command.out_entry_id not in field:
        return _not_in_field(command.out_entry_id)
    if command.in_entry_id in field:
        return RuleViolation(
            "in_field_already",
            f"Entry {command.in_entry_id} is in the field already.",
            {"entry_id": command.in_entry_id},
        )
    if refusal := _refuse_racing(state, (command.in_entry_id,)):
        return refusal
    if refusal := _has_raced(state, stage, command.out_entry_id):
        return refusal
    return (FinalistReplaced(stage.stage_id, command.out_entry_id, command.in_entry_id),)


def replace_heat_entry(state: EventState, command: ReplaceHeatEntry, _: int) -> Answer:
    """Let another take over a run; who races a match follows from the bracket, not from here."""
    if refusal := refuse_unless_planning(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    new = command.in_entry_id
    refusal = _refuse_fixed(heat) or _refuse_racing(state, (new,))
    if refusal is None and command.out_entry_id not in heat.runs:
        refusal = unknown_entry(command.out_entry_id)
    if refusal is None and new in heat.runs:
        refusal = _repeated(new)
    stage = state.stages.get(heat.stage_id)
    if stage is not None and stage.field is not None and new not in stage.field:
        refusal = refusal or _not_in_field(new)
    return refusal or (HeatEntryReplaced(heat.heat_id, command.out_entry_id, new),)


def _refuse_fixed(heat: Heat) -> RuleViolation | None:
    """Refuse where it is too late, or not ours, to say who is in the heat."""
    if heat.started_race_ns is not None or heat.phase is HeatPhase.ABANDONED:
        return RuleViolation(
            "heat_started", f"Heat {heat.number} has started.", {"number": heat.number}
        )
    if heat.match_name:
        return RuleViolation("heat_of_match", "Who races a match follows from its bracket.")
    return None


def plan_matches(state: EventState, command: PlanMatches, _: int) -> Answer:
    """Plan heats for those who meet, each entry once for a match."""
    stage = _stage(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    if not command.heats and not command.removed_heat_ids:
        return RuleViolation("no_match_due", "No match is due; those before it come first.")
    of_matches = {each.heat_id: each for each in _heats(state, stage) if each.match_name}
    for heat_id in command.removed_heat_ids:
        if heat_id not in of_matches or of_matches[heat_id].phase is not HeatPhase.SCHEDULED:
            return unknown_heat(heat_id)
    kept = [each for key, each in of_matches.items() if key not in command.removed_heat_ids]
    for at, heat in enumerate(command.heats):
        if refusal := _check_match_heat(state, stage, heat):
            return refusal
        if any(_is_raced_by(each, heat) for each in kept) or any(
            each.match_name == heat.match_name and set(each.entry_ids) & set(heat.entry_ids)
            for each in command.heats[:at]
        ):
            return RuleViolation(
                "match_planned",
                f"Match {heat.match_name} is planned already.",
                {"match_name": heat.match_name},
            )
    removed = [HeatRemoved(heat_id) for heat_id in command.removed_heat_ids]
    planned = [
        HeatPlanned(
            heat_id=each.heat_id,
            stage_id=stage.stage_id,
            entry_ids=each.entry_ids,
            round_number=each.round_number,
            match_name=each.match_name,
            lanes=each.lanes,
        )
        for each in command.heats
    ]
    return (*removed, *planned)


def _is_raced_by(planned: Heat, heat: MatchHeat) -> bool:
    """Whether a heat of the plan holds up another of its match: an entry would race it twice.

    One that is over doesn't where it was abandoned, or raced against somebody whom a ruling has
    put out of the match since.
    """
    if planned.match_name != heat.match_name or planned.phase is HeatPhase.ABANDONED:
        return False
    is_settled = planned.phase is HeatPhase.FINISHED and not planned.runs.keys() <= {
        *heat.entry_ids
    }
    return not is_settled and any(each in planned.runs for each in heat.entry_ids)


def _check_match_heat(state: EventState, stage: Stage, heat: MatchHeat) -> RuleViolation | None:
    if heat.heat_id in state.heats:
        return already_exists("heat", heat.heat_id)
    cars_max = stage.options.cars_max
    if not 1 <= len(heat.entry_ids) <= cars_max:
        return RuleViolation(
            "too_many_cars",
            f"A heat of this stage has at most {cars_max} entries, not {len(heat.entry_ids)}.",
            {"most": cars_max, "entries": len(heat.entry_ids)},
        )
    for entry_id in heat.entry_ids:
        if stage.field is None or entry_id not in stage.field:
            return _not_in_field(entry_id)
    return _refuse_racing(state, heat.entry_ids)


# --- what the answers share --------------------------------------------------------------------


def _stage(state: EventState, stage_id: StageId) -> Stage | RuleViolation:
    if refusal := refuse_unless_planning(state):
        return refusal
    return state.stages.get(stage_id) or unknown_stage(stage_id)


def _heats(state: EventState, stage: Stage) -> Sequence[Heat]:
    return [each for each in state.heats.values() if each.stage_id == stage.stage_id]


def _counts(heat: Heat) -> bool:
    return heat.started_race_ns is not None and heat.phase is not HeatPhase.ABANDONED


def _refuse_begun(state: EventState, stage: Stage) -> RuleViolation | None:
    if any(map(_counts, _heats(state, stage))):
        return RuleViolation("stage_begun", "The stage has begun; its field stands.")
    return None


def _has_raced(state: EventState, stage: Stage, entry_id: EntryId) -> RuleViolation | None:
    if any(_counts(each) and entry_id in each.runs for each in _heats(state, stage)):
        return RuleViolation(
            "finalist_has_raced",
            f"Entry {entry_id} has raced in this stage; its place isn't given away any more.",
            {"entry_id": entry_id},
        )
    return None


def _unknown(state: EventState, entry_id: EntryId) -> RuleViolation | None:
    return None if entry_id in state.entries else unknown_entry(entry_id)


def _refuse_racing(state: EventState, entry_ids: Sequence[EntryId]) -> RuleViolation | None:
    """Refuse who is named twice, isn't here, or takes no further part."""
    for at, entry_id in enumerate(entry_ids):
        entry = state.entries.get(entry_id)
        if entry is None:
            return unknown_entry(entry_id)
        if entry_id in entry_ids[:at]:
            return _repeated(entry_id)
        if entry.is_withdrawn:
            return entry_withdrawn(entry_id)
        if not entry.may_race:
            return RuleViolation(
                "entry_disqualified",
                f"Entry {entry_id} is disqualified.",
                {"entry_id": entry_id},
            )
    return None


def _not_in_field(entry_id: EntryId) -> RuleViolation:
    return RuleViolation(
        "not_in_field", f"Entry {entry_id} isn't in the field.", {"entry_id": entry_id}
    )


def _repeated(entry_id: EntryId) -> RuleViolation:
    return RuleViolation(
        "entry_repeated", f"Entry {entry_id} is named twice.", {"entry_id": entry_id}
    )


ANSWERS: Answers = {
    PlanProgression: plan_progression,
    NameFinalist: name_finalist,
    DrawField: draw_field,
    ReplaceFinalist: replace_finalist,
    ReplaceHeatEntry: replace_heat_entry,
    PlanMatches: plan_matches,
}
