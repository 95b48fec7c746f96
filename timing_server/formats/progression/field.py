"""The field of a stage: who would be drawn now, and who takes the place of one who left it."""

from dataclasses import dataclass

from timing_server.formats.progression.cut import Contest, going_on, next_in_line
from timing_server.formats.registry import rank_stage
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import EventPhase, Stage
from timing_server.rules.units import EntryId, StageId


@dataclass(frozen=True, slots=True)
class Succession:
    """Who left the field before racing, and who is next in line."""

    stage_id: StageId
    out_entry_id: EntryId
    in_entry_id: EntryId


def contest_of(state: EventState, stage: Stage) -> Contest | None:
    """Return what the cut into a stage is made from, None where no rule says how to come in."""
    rule = stage.progression
    if rule is None:
        return None
    standings = rank_stage(state, StageId(rule.from_stage_id))
    return Contest(standings, state.entries, rule, stage.named)


def field_now(state: EventState, stage: Stage) -> tuple[EntryId, ...]:
    """Return who would race the stage if its field were drawn now, the best seed first.

    Without a rule everybody may, in the order of their numbers, but for those who are kept out.
    """
    contest = contest_of(state, stage)
    if contest is not None:
        return tuple(going_on(contest))
    kept_out = {each.entry_id for each in stage.named if not each.is_in}
    entries = sorted(state.entries.values(), key=lambda each: each.number)
    return tuple(
        each.entry_id for each in entries if each.may_race and each.entry_id not in kept_out
    )


def succession(state: EventState) -> Succession | None:
    """Return the first place of a drawn field that is to be given to the next in line.

    It is that of one who can't race any more, or whom the organiser keeps out, and who hasn't raced
    the stage yet: who has leaves a walkover behind, and so does everybody once the stage's second
    round has begun. None where nobody left, or nobody is left; and once the event is closed.
    """
    if state.phase is EventPhase.CLOSED:
        return None
    for stage in state.stages.values():
        if stage.field is None:
            continue
        raced = _raced(state, stage)
        if any(each.round_number > 1 for each in raced):
            continue
        seen = {entry_id for each in raced for entry_id in each.entry_ids}
        leavers = [
            each for each in stage.field if each not in seen and _has_left(state, stage, each)
        ]
        contest = contest_of(state, stage) if leavers else None
        if contest is None:
            continue
        for out in leavers:
            new = next_in_line(contest, stage.field, out)
            if new is not None:
                return Succession(stage.stage_id, out, new)
    return None


def _raced(state: EventState, stage: Stage) -> list[Heat]:
    """Return the stage's heats that have started, but for abandoned ones."""
    return [
        each
        for each in state.heats.values()
        if each.stage_id == stage.stage_id
        and each.started_race_ns is not None
        and each.phase is not HeatPhase.ABANDONED
    ]


def _has_left(state: EventState, stage: Stage, entry_id: EntryId) -> bool:
    is_kept_out = any(not each.is_in and each.entry_id == entry_id for each in stage.named)
    return is_kept_out or not state.entries[entry_id].may_race
